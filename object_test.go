package runshelf

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
)

func TestLogObject(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	object := []byte(`{ "level":"warn", "n": 12345678901234567890.10, "s":"\u00e9" }`)
	if n := l.LogObject(slog.LevelWarn, 0, "", object, slog.String("stream", "stdout")); n != 1 {
		t.Errorf("sequence %d", n)
	}
	l.LogObject(slog.LevelInfo, 1, "bad", []byte(`{"n":NaN}`), slog.Bool("x", true))
	finish(t, l)
	wantBodies(t, l, []string{
		`"event_type":"log","level":"WARN","data.level":"warn","n":12345678901234567890.10,"s":"\u00e9","stream":"stdout"}`,
		`"event_type":"bad","cause":1,"message":"{\"n\":NaN}","message.error":"reading an object: invalid JSON at byte 5: expected a value","x":true}`,
	})
}

// Events of the past bear their own time, and the next one the present again.
func TestLogObjectAt(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	before := time.Now()
	for _, year := range []int{2001, 1999} {
		l.LogObjectAt(time.Date(year, 1, 2, 3, 4, 5, 6789, time.UTC), slog.LevelInfo, 0, "then", []byte(`{}`))
	}
	l.Log("now")
	finish(t, l)
	lines := strings.Split(readText(t, l.Path()), "\n")
	for i, want := range []string{
		`{"timestamp":"2001-01-02T03:04:05.000006Z","sequence":1,"event_type":"then"}`,
		`{"timestamp":"1999-01-02T03:04:05.000006Z","sequence":2,"event_type":"then"}`,
	} {
		if lines[i] != want {
			t.Errorf("got %s\nwant %s", lines[i], want)
		}
	}
	if e, err := event.Decode([]byte(lines[2])); err != nil || e.Sequence != 3 || e.Time.Before(before.Truncate(time.Microsecond)) {
		t.Errorf("the event of now: %+v, %v", e, err)
	}
}

// A long string of an object goes to a blob as any other.
func TestLogObjectShortens(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 1000})
	l.LogObject(slog.LevelInfo, 0, "long", []byte(`{"text":"`+strings.Repeat("x", 5000)+`"}`))
	finish(t, l)
	if text := readText(t, l.Path()); !strings.Contains(text, `"text":{"$blob":"sha256:`) {
		t.Errorf("the log has %s", text)
	}
}

// A long text beside an object goes to a blob before it is encoded, and leaves the event
// that it leaves otherwise.
func TestLogObjectShortensTexts(t *testing.T) {
	const shortest = 4096
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: shortest})
	for _, n := range []int{shortest / 2, shortest, shortest + 1, 5 * shortest} {
		text := strings.Repeat("a\xff\"", n/3) + "xxx"[:n%3]
		l.LogLevel(slog.LevelInfo, "text", slog.String("message", text), slog.Int("n", 1))
		l.LogObject(slog.LevelInfo, 0, "text", []byte("{}"), slog.String("message", text), slog.Int("n", 1))
	}
	finish(t, l)
	lines := slices.Collect(strings.Lines(readText(t, l.Path())))
	for i := 0; i+1 < len(lines); i += 2 {
		_, logged, _ := strings.Cut(lines[i], `"event_type"`)
		if _, made, _ := strings.Cut(lines[i+1], `"event_type"`); made != logged || made == "" {
			t.Errorf("%.300s\nwant\n%.300s", made, logged)
		}
	}
	if len(lines) != 8 {
		t.Errorf("%d events", len(lines))
	}
}

// wantBodies compares the events of a log without time and sequence.
func wantBodies(t *testing.T, l *EventLogger, want []string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(readText(t, l.Path())) {
		_, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), `,"event_type"`)
		got = append(got, `"event_type"`+rest)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
