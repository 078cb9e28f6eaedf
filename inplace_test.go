package runshelf

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.org/runshelf/event"
)

// usualBody is an event that is encoded in its place once it is known.
func usualBody(i int) event.Body {
	return event.Body{Type: "usual", Attrs: []slog.Attr{slog.Int("i", i), slog.String("text", strings.Repeat("x", i%100))}}
}

// knownUsual makes usualBody known, and says whether it is encoded in its place here.
func knownUsual(t *testing.T, l *EventLogger) {
	t.Helper()
	b := usualBody(1)
	for range 3 {
		l.Log(b.Type, b.Attrs...)
	}
	if event.SiteOf(&b) == nil {
		t.Skip("no event is encoded in its place here")
	}
}

// Events that are encoded in their place and others stand in one log, in their order, at
// every level that has such a place.
func TestInPlaceAmongOthers(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityNone} {
		t.Run(string(level), func(t *testing.T) {
			l := start(t, Options{RunID: AutoRunID, Durability: level})
			knownUsual(t, l)
			inPlace := 0
			for i := range 12_000 { // several halves of the tail
				b := usualBody(i)
				switch i % 50 {
				case 10:
					l.Log("other", slog.Any("list", []int{i}))
				case 20:
					l.Log("other", slog.String("text", strings.Repeat("long ", i%5000)))
				case 30:
					l.LogLevel(slog.LevelWarn, b.Type, b.Attrs...)
				default:
					if sequence := l.recordUsual(b.Type, &b); sequence != 0 {
						inPlace++
						if want := l.Log(b.Type, b.Attrs...) - 1; sequence != want {
							t.Fatalf("%d was the sequence in place, not %d", sequence, want)
						}
					}
				}
			}
			if inPlace == 0 {
				t.Error("no event was encoded in its place")
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			checkSequences(t, readLines(t, l.Path()))
			checkIndex(t, l.Dir())
		})
	}
}

// What must not be encoded in its place leaves no trace there.
func TestInPlaceRefused(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 300})
	knownUsual(t, l)
	refused := func(why string, b event.Body) {
		t.Helper()
		before, end := l.sequence, l.journal.size()
		if sequence := l.recordUsual(b.Type, &b); sequence != 0 || l.sequence != before || l.journal.size() != end {
			t.Errorf("%s: recorded as %d, up to %d in place of %d", why, sequence, l.journal.size(), end)
		}
	}
	text := strings.Repeat("x", 100)
	long := event.Body{Type: "long", Attrs: []slog.Attr{slog.String("a", text), slog.String("b", text), slog.String("c", text)}}
	for range 3 {
		l.Log(long.Type, long.Attrs...)
	}
	refused("longer than an event may be", long)

	l.mu.Lock()
	refused("the lock is held", usualBody(2))
	l.mu.Unlock()
	refused("in a crowd", usualBody(2))
	placedLater(t, l, usualBody(3))

	l.mu.Lock()
	l.gap.add(l.sequence+1, fmt.Errorf("lost"))
	l.sequence++
	l.mu.Unlock()
	refused("with a gap before it", usualBody(4))
	b := usualBody(4)
	l.Log(b.Type, b.Attrs...)
	placedLater(t, l, b)
	if err := l.Close(); err == nil {
		t.Error("nothing was said of the gap")
	}
	refused("closed", usualBody(5))
	if l.Log(b.Type, b.Attrs...) != 0 || l.Err() == nil {
		t.Error("logged after the end")
	}
}

// placedLater wants an event to be encoded in its place, at the latest when all crowds are gone:
// the journal takes the lock now and then too.
func placedLater(t *testing.T, l *EventLogger, b event.Body) {
	t.Helper()
	for range 10 * crowdLasts * crowdStep {
		if l.recordUsual(b.Type, &b) != 0 {
			return
		}
		l.Log("alone again")
	}
	t.Error("refused for ever")
}
