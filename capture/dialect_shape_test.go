package capture

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"example.org/runshelf/event"
)

// shaped is a detector that knows shapes again, as the recorder uses it.
type shaped struct {
	*Detector
	foreign event.Foreign
	again   int
}

func (s *shaped) line(line []byte) (a Adopted, ok bool) {
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if shape := s.foreign.Again(line); shape != nil {
		s.again++
		s.lineAgain(line, shape.Note.(*known), &s.foreign, &a)
		return a, true
	}
	if ok = s.lineBy(line, s.foreign.Read, &a); ok {
		if shape := s.foreign.Learn(); shape != nil {
			shape.Note = s.know()
		}
	}
	return a, ok
}

// checkShaped checks that a line becomes the same with its shape known and without.
func checkShaped(t *testing.T, s *shaped, plain *Detector, line []byte) {
	t.Helper()
	got, ok := s.line(line)
	want, wantOK := plain.Line(line)
	if ok != wantOK || got.Type != want.Type || got.Level != want.Level || !got.Time.Equal(want.Time) || string(got.Object) != string(want.Object) ||
		!reflect.DeepEqual(fmt.Sprint(got.Extra), fmt.Sprint(want.Extra)) || s.now != plain.now {
		t.Fatalf("%s\n%s: got %v %+v, want %s: %v %+v", line, s.all[s.now].name, ok, got, plain.all[plain.now].name, wantOK, want)
	}
}

// Whatever values lines of known names have, they are read as if nothing were known.
func TestShapesDecideNothing(t *testing.T) {
	names := []string{
		"time", "level", "msg", "message", "timestamp", "ts", "event", "event_type", "type", "pid", "hostname", "v", "levelname",
		"levelno", "asctime", "log.level", "@timestamp", "severity", "log", "text", "record", "taskName", "sequence", "source_time", "x",
	}
	values := []string{
		`"INFO"`, `"info"`, `"Warn"`, `"x"`, `"two words"`, `"a\u0062"`, `""`, `30`, `5`, `40`, `300`, `-1`, `null`, `true`, `1768478400.25`, `1768478400123`,
		`"2026-01-15 12:00:00,250"`, `"2026-01-15T12:00:00.5Z"`, `"2026-01-15T12:00:00 x"`, `{"level":"error"}`, `{}`, `[]`,
		`{"level":{"name":"ERROR","no":40},"message":"m","time":{"timestamp":1768478400.5}}`,
	}
	for _, name := range []string{"", DialectPino, DialectPython} {
		rnd := rand.New(rand.NewPCG(1, 2))
		s, plain := &shaped{Detector: newDetector(t, name)}, newDetector(t, name)
		for range 100 {
			var chosen []string
			for _, i := range rnd.Perm(len(names))[:1+rnd.IntN(6)] {
				chosen = append(chosen, names[i])
			}
			for range 60 {
				line := []byte{'{'}
				for i, name := range chosen {
					if i > 0 {
						line = append(line, ", "...)
					}
					line = fmt.Appendf(line, `"%s":%s`, name, values[rnd.IntN(len(values))])
				}
				checkShaped(t, s, plain, append(line, '}'))
			}
		}
		if s.again < 3000 {
			t.Errorf("%d lines were known again", s.again)
		}
		if !reflect.DeepEqual(s.counts, plain.counts) || s.lines != plain.lines {
			t.Errorf("counted %v, want %v", s.counts, plain.counts)
		}
	}
}

// So are the lines that the libraries write.
func TestShapesOfDialects(t *testing.T) {
	files, _ := filepath.Glob("testdata/dialects/*.jsonl")
	s, plain := &shaped{Detector: newDetector(t, "")}, newDetector(t, "")
	for range 2 {
		for _, name := range files {
			lines, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(lines) {
				checkShaped(t, s, plain, bytes.TrimSuffix(line, []byte("\n")))
			}
		}
	}
	if s.again == 0 {
		t.Error("no line was known again")
	}
}
