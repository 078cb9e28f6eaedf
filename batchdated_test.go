package runshelf

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// Events of a batch that have times of their own stand in the log, the index and run.log
// as those logged one by one, also where others come between and where one is too long.
func TestBatchAt(t *testing.T) {
	began := time.Date(2020, 1, 1, 0, 0, 0, 123456789, time.UTC)
	at := func(i int) time.Time { return began.Add(time.Duration(i*i%977) * 300 * time.Millisecond) }
	object := func(i int) []byte {
		text := `{"event_type":"step","i":` + fmt.Sprint(i) + `,"level":30,"cause":` + fmt.Sprint(i/2) + `}`
		if i%500 == 250 {
			text = `{"text":"` + strings.Repeat("é", 3000) + `"}`
		}
		return []byte(text)
	}
	const rounds = 25_000 // more than one batch
	logged := func(log func(l *EventLogger, b *Batch, f *event.Foreign, i int)) string {
		l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 4096})
		b, f := l.Batch(), &event.Foreign{}
		for i := range rounds {
			log(l, b, f, i)
			if i == 100 || i == 20_000 {
				l.LogObjectAt(began, slog.LevelWarn, 7, "between", []byte(`{}`), slog.String("x", "y"))
			}
		}
		b.Flush()
		finish(t, l)
		checkDigest(t, l.Path(), readManifest(t, l.Dir()))
		var all strings.Builder
		for _, name := range []string{shelf.EventsFile, shelf.LogFile} {
			content, err := os.ReadFile(l.live.Path(name))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(content)
		}
		return all.String()
	}
	single := logged(func(l *EventLogger, _ *Batch, _ *event.Foreign, i int) {
		l.LogObjectAt(at(i), slog.Level(i%3*4), uint64(i/2), "step", object(i), slog.String("stream", "s"))
	})
	together := logged(func(l *EventLogger, b *Batch, f *event.Foreign, i int) {
		if i == 101 || i == 20_001 { // what comes between two flushes
			b.Flush()
		}
		if i%2 == 0 && f.Read(object(i), func(event.RawMember) {}) == nil &&
			b.LogForeignAt(at(i), slog.Level(i%3*4), uint64(i/2), "step", f, slog.String("stream", "s")) {
		} else {
			b.LogObjectAt(at(i), slog.Level(i%3*4), uint64(i/2), "step", object(i), slog.String("stream", "s"))
		}
		if i == 100 || i == 20_000 {
			b.Flush()
		}
	})
	if single != together {
		a, b := strings.Split(single, "\n"), strings.Split(together, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d:\n got %s\nwant %s", i, b[i], a[i])
			}
		}
		t.Fatalf("%d lines, not %d", len(b), len(a))
	}
}

// A batch whose numbers were taken by others meanwhile keeps the time of each event.
func TestBatchAtIsNumberedAnew(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	b := l.Batch()
	form := NewTextForm(slog.LevelInfo, "said", "text")
	began := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20 {
		b.At(began.Add(time.Duration(i/2) * time.Hour))
		b.LogText(&form, fmt.Sprint(i))
		if i%7 == 0 {
			l.Log("between")
		}
	}
	b.LogObjectAt(began, slog.LevelInfo, 0, "broken", []byte(`{"a":`))
	b.Flush()
	finish(t, l)
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	said := 0
	for _, line := range lines {
		switch line["event_type"] {
		case "said":
			if want := began.Add(time.Duration(said/2) * time.Hour).Format(event.TimeLayout); line["text"] != fmt.Sprint(said) || line["timestamp"] != want {
				t.Errorf("event %d is %v", said, line)
			}
			said++
		case "broken":
			if line["message"] != `{"a":` || line["timestamp"] != began.Format(event.TimeLayout) {
				t.Errorf("half an object became %v", line)
			}
		}
	}
	if said != 20 || len(lines) != 24 {
		t.Errorf("%d of %d events", said, len(lines))
	}
}
