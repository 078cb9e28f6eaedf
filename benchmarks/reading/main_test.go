package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWholeProgram asks a little and puts the tables into a page.
func TestWholeProgram(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("# Page\n"+inPage.Start()+inPage.End()+"\nend\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := parse([]string{"-quick", "-dir", t.TempDir(), "-source", "..", "-no-duckdb", "-only", "^events --last 10$|^ls of all runs, with the cache$|answers", "-write", page})
	if err != nil {
		t.Fatal(err)
	}
	var out, log strings.Builder
	s.out, s.log = &out, &log
	if err := s.run(); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Page\n", "| events --last 10 | ≤ 50.0 ms |", "| events --last 10 | Runshelf |", "| ls of all runs, with the cache | Runshelf |", "Left out: DuckDB", "\nend\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(string(got), "ANOTHER ANSWER") || strings.Contains(string(got), "follow") {
		t.Errorf("an answer differs, or something was asked that should not be:\n%s", got)
	}
	left, err := filepath.Glob(filepath.Join(s.dir, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

func TestWrongArguments(t *testing.T) {
	for _, args := range [][]string{{"more"}, {"-rounds", "0"}, {"-only", "("}, {"-write", filepath.Join(t.TempDir(), "none.md")}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}

// TestGenerator: the same events each time, valid, the wanted share of the rare
// type among them, and the type where it was asked for.
func TestGenerator(t *testing.T) {
	for _, last := range []bool{false, true} {
		var first, second bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &second} {
			if err := newGenerator(last).writeTo(b, 1<<20); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatal("two generators write different events")
		}
		lines, rare := 0, 0
		for line := range bytes.Lines(first.Bytes()) {
			lines++
			var e struct {
				Sequence  int
				EventType string `json:"event_type"`
			}
			if err := json.Unmarshal(line, &e); err != nil || e.Sequence != lines {
				t.Fatalf("line %d: %v, %s", lines, err, line)
			}
			if e.EventType == rareType {
				rare++
			}
			if bytes.HasSuffix(line, []byte(e.EventType+"\"}\n")) != last {
				t.Fatalf("the type stands in the wrong place: %s", line)
			}
		}
		if share := float64(rare) / float64(lines); share < rareShare/2 || share > rareShare*2 {
			t.Errorf("%.3f of %d events are rare", share, lines)
		}
	}
}

func TestCountNewlines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lines")
	text := strings.Repeat("a line\n", 100_000) + "without an end"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if n, err := countNewlines(path); n != 100_000 || err != nil {
		t.Errorf("%d lines, %v", n, err)
	}
	if _, err := countNewlines(path + ".not"); err == nil {
		t.Error("a file that is not there has lines")
	}
}

func TestAimsOfAHeat(t *testing.T) {
	lives := func(ms int) []trial { return []trial{{wall: time.Duration(ms) * time.Millisecond, memory: 20e6}} }
	h := heat{
		question: question{name: "q", bounds: []bound{{peer: newlines, atMost: 2.2}, {peer: duckdb, atLeast: 2.5}, {peer: ripgrep, atMost: 1}, {atMost: 50}}},
		rows:     []row{{ours, lives(100)}, {newlines, lives(50)}, {duckdb, lives(200)}},
	}
	var text strings.Builder
	results{heats: []heat{h}}.writeAims(&text)
	for _, want := range []string{
		"q: of counting line ends | ≤ 2.200× | 2.000× | holds", "q: faster than DuckDB | ≥ 2.500× | 2.000× | missed", "| q | ≤ 50.0 ms | 100 ms | missed", "memory, MB | ≤ 100 | 20.0 | holds",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the verdicts lack %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), ripgrep) {
		t.Errorf("a peer that is not there is judged:\n%s", text.String())
	}
}

// TestFollowStops: a follower that is not there shows nothing, and says why.
func TestFollowStops(t *testing.T) {
	if took, err := startFollower("").follow(nil, 1); len(took) != 0 || err != nil {
		t.Errorf("nobody showed %d events, %v", len(took), err)
	}
	if _, err := startFollower(filepath.Join(t.TempDir(), "none")).follow(nil, 1); err == nil {
		t.Error("a program that is not there was started")
	}
}
