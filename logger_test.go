package runshelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// start makes a logger on a fresh shelf unless the options name one.
func start(t *testing.T, o Options) *EventLogger {
	t.Helper()
	if o.LogsDir == "" {
		o.LogsDir = filepath.Join(t.TempDir(), "logs")
	}
	o.SourceDir = os.TempDir() // no repository, so that nobody waits for git
	l, err := NewEventLogger(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func finish(t *testing.T, l *EventLogger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// readLines returns the decoded lines of a log and fails the test unless each is
// one whole JSON object.
func readLines(t *testing.T, path string) []map[string]any {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) > 0 && content[len(content)-1] != '\n' {
		t.Fatalf("%s does not end with a line end", path)
	}
	var lines []map[string]any
	for _, line := range bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n")) {
		if len(content) == 0 {
			break
		}
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("%s: line %d: %v: %q", path, len(lines)+1, err, line)
		}
		lines = append(lines, m)
	}
	return lines
}

// checkSequences fails the test unless the lines are numbered 1, 2, 3 …, but for
// what a log_gap stands for.
func checkSequences(t *testing.T, lines []map[string]any) {
	t.Helper()
	next := 1.0
	for i, line := range lines {
		if line["event_type"] == typeGap {
			if line["first_sequence"] != next || line["dropped"] != line["last_sequence"].(float64)-next+1 {
				t.Fatalf("line %d: the gap %v does not begin at %v", i+1, line, next)
			}
			next = line["last_sequence"].(float64)
		}
		if line["sequence"] != next {
			t.Fatalf("line %d has sequence %v, want %v", i+1, line["sequence"], next)
		}
		next++
	}
}

func readManifest(t *testing.T, dir string) shelf.Manifest {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if run.Problem != nil {
		t.Fatalf("manifest of %s: %v", dir, run.Problem)
	}
	return run.Manifest
}

func TestPerRunDirectoryCreated(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	l := start(t, Options{LogsDir: logs, RunID: AutoRunID})
	if !regexp.MustCompile(`^run_\d{8}_\d{6}$`).MatchString(l.RunID()) {
		t.Errorf("run id %q is not run_YYYYMMDD_HHMMSS", l.RunID())
	}
	if want := filepath.Join(logs, l.RunID()); l.Dir() != want {
		t.Errorf("Dir() = %q, want %q", l.Dir(), want)
	}
	if info, err := os.Stat(l.Dir()); err != nil || !info.IsDir() {
		t.Errorf("the run directory: %v, %v", info, err)
	}
}

func TestEventsWrittenToRunDirectory(t *testing.T) {
	l := start(t, Options{RunID: "mine"})
	before := time.Now().UTC().Truncate(time.Microsecond)
	first := l.Log("transfer", slog.String("sender", "alpha"), slog.Int("amount", 5))
	second := l.LogCause(first, "effect")
	third := l.LogLevel(slog.LevelError, "trouble", slog.Any("error", errors.New("no luck")))
	fourth := l.LogMap("mapped", map[string]any{"z": 1, "a": []int{2}})
	if first != 1 || second != 2 || third != 3 || fourth != 4 {
		t.Errorf("sequences %d %d %d %d, want 1 2 3 4", first, second, third, fourth)
	}
	finish(t, l)
	if l.Path() != filepath.Join(l.Dir(), "events.jsonl") {
		t.Errorf("Path() = %q", l.Path())
	}
	lines := readLines(t, l.Path())
	for _, line := range lines {
		at, err := time.Parse("2006-01-02T15:04:05.000000Z", line["timestamp"].(string))
		if err != nil || at.Before(before) || at.After(time.Now()) {
			t.Errorf("timestamp %v: %v", line["timestamp"], err)
		}
		delete(line, "timestamp")
	}
	got, _ := json.Marshal(lines)
	want := `[{"amount":5,"event_type":"transfer","sender":"alpha","sequence":1},` +
		`{"cause":1,"event_type":"effect","sequence":2},` +
		`{"error":"no luck","event_type":"trouble","level":"ERROR","sequence":3},` +
		`{"a":[2],"event_type":"mapped","sequence":4,"z":1}]`
	if string(got) != want {
		t.Errorf("events\n%s\nwant\n%s", got, want)
	}
}

func TestLatestSymlinkCreated(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for range 2 {
		l := start(t, Options{LogsDir: logs, RunID: AutoRunID})
		target, err := os.Readlink(filepath.Join(logs, "latest"))
		if err != nil || target != l.RunID() {
			t.Errorf("latest -> %q, %v; want the relative %q", target, err, l.RunID())
		}
		finish(t, l)
	}
}

func TestMultipleRunsPreserved(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	contents := map[string][]byte{}
	for i := range 3 {
		l := start(t, Options{LogsDir: logs, RunID: AutoRunID})
		l.Log("mark", slog.Int("run", i))
		finish(t, l)
		content, err := os.ReadFile(l.Path())
		if err != nil {
			t.Fatal(err)
		}
		contents[l.Path()] = content
	}
	if len(contents) != 3 {
		t.Fatalf("%d directories, want 3", len(contents))
	}
	for path, want := range contents {
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s changed: %v", path, err)
		}
	}
}

func TestBackwardCompatNoRunID(t *testing.T) {
	t.Chdir(t.TempDir())
	for i := range 3 {
		l := start(t, Options{LogsDir: "logs"})
		l.Log("mark", slog.Int("run", i))
		if l.RunID() != "" || l.Path() != "run.jsonl" || l.Dir() != "." {
			t.Errorf("RunID %q, Path %q, Dir %q", l.RunID(), l.Path(), l.Dir())
		}
		finish(t, l)
	}
	for i, name := range []string{"run.jsonl.2", "run.jsonl.1", "run.jsonl"} {
		lines := readLines(t, name)
		if len(lines) != 1 || lines[0]["run"] != float64(i) {
			t.Errorf("%s holds %v, want run %d", name, lines, i)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 3 {
		t.Errorf("legacy mode left %v, %v", entries, err)
	}
}

// talkative logs while it is being logged.
type talkative struct{ l *EventLogger }

func (v talkative) LogValue() slog.Value {
	v.l.Log("aside")
	return slog.IntValue(2)
}

func TestDataUnderTheLoggersOwnNames(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	l.Log("same", slog.Int("sequence", 1), slog.String("a", "é"))
	l.Log("other", slog.Int("sequence", 1), slog.String("timestamp", "noon"), slog.Int("data.sequence", 7))
	l.Log("talk", slog.Any("sequence", talkative{l}), slog.Any("timestamp", nil))
	l.LogMap("same", map[string]any{"sequence": 5, "b": 1.5})
	finish(t, l)
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	for _, line := range lines {
		delete(line, "timestamp")
	}
	got, _ := json.Marshal(lines)
	want := `[{"a":"é","event_type":"same","sequence":1},` +
		`{"data.sequence":1,"data.sequence#2":7,"data.timestamp":"noon","event_type":"other","sequence":2},` +
		`{"event_type":"aside","sequence":3},` +
		`{"data.sequence":2,"data.timestamp":null,"event_type":"talk","sequence":4},` +
		`{"b":1.5,"event_type":"same","sequence":5}]`
	if string(got) != want {
		t.Errorf("events\n%s\nwant\n%s", got, want)
	}
}

func TestManifestTellsWhatRan(t *testing.T) {
	seed := uint64(1<<63 + 7)
	l := start(t, Options{
		RunID: "told", Name: "baseline", Tags: []string{"paper"}, Seed: &seed, Parent: "before",
		Config:  map[string]any{"agents": 5, "api_key": "hunter2"},
		Program: Program{Name: "melt", Version: "3"},
	})
	l.Log("a")
	l.Log("b")
	l.Log("b")
	running := readManifest(t, l.Dir())
	if running.Status != shelf.StatusRunning || running.Program.Name != "melt" || running.Name != "baseline" {
		t.Errorf("at the start the manifest says %+v", running)
	}
	code := 3
	l.End(Outcome{Status: shelf.StatusFailed, Reason: "no luck", ExitCode: &code, Metrics: map[string]float64{"gini": 0.5}})
	finish(t, l)
	m := readManifest(t, l.Dir())
	if m.Status != shelf.StatusFailed || m.Reason != "no luck" || *m.Program.ExitCode != 3 || m.Metrics["gini"] != 0.5 {
		t.Errorf("at the end the manifest says %+v", m)
	}
	if m.Events.Count != 3 || m.Events.FirstSequence != 1 || m.Events.LastSequence != 3 || m.Events.ByType["b"] != 2 {
		t.Errorf("events %+v", m.Events)
	}
	if string(m.Config) != `{"agents":5,"api_key":"[redacted]"}` || *m.Seed != seed {
		t.Errorf("config %s, seed %d", m.Config, *m.Seed)
	}
	if m.Kind != "library" || m.Host == nil || m.Usage == nil || m.EndedAt.Before(m.StartedAt) {
		t.Errorf("kind %q, host %v, usage %v, %v to %v", m.Kind, m.Host, m.Usage, m.StartedAt, m.EndedAt)
	}
	checkDigest(t, l.Path(), m)
}

func TestConcurrentProducersKeepOrder(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	const producers, each = 8, 500
	var group sync.WaitGroup
	for p := range producers {
		group.Go(func() {
			for i := range each {
				l.Log("step", slog.Int("producer", p), slog.Int("i", i))
			}
		})
	}
	group.Wait()
	finish(t, l)
	lines := readLines(t, l.Path())
	if len(lines) != producers*each {
		t.Fatalf("%d lines, want %d", len(lines), producers*each)
	}
	checkSequences(t, lines)
	next := [producers]float64{}
	last := ""
	for _, line := range lines {
		p := int(line["producer"].(float64))
		if line["i"] != next[p] {
			t.Fatalf("producer %d: event %v where %v was due", p, line["i"], next[p])
		}
		next[p]++
		if now := line["timestamp"].(string); now < last {
			t.Fatalf("timestamp %s after %s", now, last)
		} else {
			last = now
		}
	}
}

func TestRecent(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, DefaultRecent: 3})
	if events, err := l.Recent(5); err != nil || len(events) != 0 {
		t.Errorf("of an empty run: %v, %v", events, err)
	}
	for i := range 2000 {
		l.Log("step", slog.Int("i", i), slog.String("text", "0123456789012345678901234567890123456789012345678901234567890"))
	}
	for _, c := range []struct{ ask, want int }{{1, 1}, {10, 10}, {0, 3}, {-1, 3}, {1999, 1999}, {2000, 2000}, {5000, 2000}} {
		events, err := l.Recent(c.ask)
		if err != nil || len(events) != c.want {
			t.Fatalf("Recent(%d): %d events, %v; want %d", c.ask, len(events), err, c.want)
		}
		for i, e := range events {
			if e.Sequence != uint64(2000-c.want+i+1) {
				t.Fatalf("Recent(%d)[%d] has sequence %d", c.ask, i, e.Sequence)
			}
		}
	}
}

func TestRefusedOptionsCreateNothing(t *testing.T) {
	for name, o := range map[string]Options{
		"id":          {RunID: "../../x"},
		"id with NUL": {RunID: "a\x00b"},
		"durability":  {RunID: AutoRunID, Durability: "maybe"},
		"glob":        {RunID: AutoRunID, ReadableEvents: []string{"["}},
		"config":      {RunID: AutoRunID, Config: 5},
	} {
		dir := t.TempDir()
		o.LogsDir = filepath.Join(dir, "logs")
		if _, err := NewEventLogger(o); err == nil {
			t.Errorf("%s: no error", name)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
}

func TestTakenIDIsRefusedAndTheRunKept(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	l := start(t, Options{LogsDir: logs, RunID: "a"})
	l.Log("mark")
	finish(t, l)
	before, _ := os.ReadFile(l.Path())
	if _, err := NewEventLogger(Options{LogsDir: logs, RunID: "a"}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second run of the same id: %v", err)
	}
	if after, _ := os.ReadFile(l.Path()); !bytes.Equal(before, after) {
		t.Error("the first run was changed")
	}
}

func TestAfterClose(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	l.Log("last")
	finish(t, l)
	if sequence := l.Log("too late"); sequence != 0 {
		t.Errorf("sequence %d after close", sequence)
	}
	if err := l.Err(); !errors.Is(err, ErrClosed) {
		t.Errorf("Err() = %v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	if lines := readLines(t, l.Path()); len(lines) != 1 {
		t.Errorf("%d lines", len(lines))
	}
}

func ExampleNewEventLogger() {
	dir, _ := os.MkdirTemp("", "runshelf")
	defer os.RemoveAll(dir)
	logger, err := NewEventLogger(Options{LogsDir: dir, RunID: "first"})
	if err != nil {
		fmt.Println(err)
		return
	}
	bid := logger.Log("bid", slog.String("agent", "alpha"), slog.Int("amount", 5))
	logger.LogCause(bid, "refund", slog.Int("amount", 5))
	recent, _ := logger.Recent(1)
	fmt.Println(recent[0].Type, "was caused by", recent[0].Cause)
	fmt.Println(logger.Close())
	// Output:
	// refund was caused by 1
	// <nil>
}
