package runshelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/slogtest"
)

// slogtest asks for the names that slog's own handlers use. An event has others:
// its time is the logger's, it leaves INFO out, and its message may be its type.
func TestHandlerConforms(t *testing.T) {
	var l *EventLogger
	newHandler := func(t *testing.T) slog.Handler {
		l = start(t, Options{RunID: AutoRunID, LogsDir: filepath.Join(t.TempDir(), "logs")})
		return l.Handler(nil)
	}
	result := func(t *testing.T) map[string]any {
		finish(t, l)
		line := readLines(t, l.Path())[0]
		line[slog.MessageKey] = line["event_type"]
		if text, ok := line["message"]; ok {
			line[slog.MessageKey] = text
		}
		if line[slog.LevelKey] == nil {
			line[slog.LevelKey] = "INFO"
		}
		// An event has a time even when the record has none.
		if !strings.HasSuffix(t.Name(), "zero-time") {
			line[slog.TimeKey] = line["timestamp"]
		}
		return line
	}
	slogtest.Run(t, newHandler, result)
}

func TestHandlerTypesAndLevels(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	log := slog.New(l.Handler(&HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	log.Debug("started", "n", 1)
	log.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").Warn("two words", "c", 3)
	slog.New(l.Handler(nil)).Debug("hidden")
	finish(t, l)
	lines := readLines(t, l.Path())
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		source, _ := line["source"].(map[string]any)
		if function, _ := source["function"].(string); !strings.HasSuffix(function, "TestHandlerTypesAndLevels") {
			t.Errorf("source %v", line["source"])
		}
		delete(line, "timestamp")
		delete(line, "source")
	}
	got, _ := json.Marshal(lines)
	want := `[{"event_type":"started","level":"DEBUG","n":1,"sequence":1},` +
		`{"a":1,"event_type":"log","g":{"b":2,"h":{"c":3}},"level":"WARN","message":"two words","sequence":2}]`
	if string(got) != want {
		t.Errorf("events\n%s\nwant\n%s", got, want)
	}
}

func TestJSONWriter(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	w := l.JSONWriter()
	for _, part := range []string{
		`{"level":"info","ts":1700000000.25,"msg":"two words","n":12345678901234567890}` + "\n",
		`{"level":"warn","time":"2026-01-15T12:00:00+01:00","mess`, `age":"started","sequence":9}` + "\r\n\n",
		"no JSON at all\n",
		`{"event_type":"transfer","level":"INFO","amount":5.0}` + "\n" + `{"cut":`,
	} {
		if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	finish(t, l)
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(readText(t, l.Path())), "\n") {
		_, rest, _ := strings.Cut(line, `,"event_type"`)
		got = append(got, `"event_type"`+rest)
	}
	want := []string{
		`"event_type":"log","data.level":"info","ts":1700000000.25,"msg":"two words","n":12345678901234567890,"message":"two words","source_time":"2023-11-14T22:13:20.25Z"}`,
		`"event_type":"started","level":"WARN","data.level":"warn","time":"2026-01-15T12:00:00+01:00","message":"started","data.sequence":9,"source_time":"2026-01-15T11:00:00Z"}`,
		`"event_type":"log","message":"no JSON at all"}`,
		`"event_type":"transfer","data.level":"INFO","amount":5.0}`,
		`"event_type":"log","message":"{\"cut\":"}`,
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestStreamLogger(t *testing.T) {
	var b bytes.Buffer
	l, err := NewStreamLogger(&b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.Log("a", slog.Int("i", 1))
	l.LogCause(1, "b")
	if !strings.HasSuffix(b.String(), `"sequence":2,"event_type":"b","cause":1}`+"\n") {
		t.Errorf("the stream has %s", b.String())
	}
	if _, err := l.Recent(1); err == nil {
		t.Error("Recent of a stream: no error")
	}
	finish(t, l)
	l, err = NewStreamLogger(broken{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.Log("lost")
	if err := l.Close(); !errors.Is(err, errBroken) {
		t.Errorf("Close() = %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func readText(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
