package runshelftest_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"

	"example.org/runshelf/event"
	"example.org/runshelf/runshelftest"
)

func TestRecorderAnswers(t *testing.T) {
	r := runshelftest.NewRecorder(t)
	if _, ok := r.Last(); ok || r.Len() != 0 {
		t.Error("a new recorder holds an event")
	}
	first := r.Logger().Log("transfer", slog.String("sender", "alpha"), slog.Int("amount", 5))
	r.Logger().LogCause(first, "effect")
	r.Logger().LogLevel(slog.LevelError, "trouble")
	if got := r.OfType("transfer", "trouble"); len(got) != 2 || got[0].Sequence != 1 || got[1].Level != slog.LevelError {
		t.Errorf("OfType gives %+v", got)
	}
	if amount, _ := r.Events()[0].Data.Get("amount"); event.AppendValue(nil, amount)[0] != '5' {
		t.Errorf("the amount is %v", amount)
	}
	if last, ok := r.Last(); !ok || last.Type != "trouble" {
		t.Errorf("the last event is %+v", last)
	}
	if caused := r.Where(func(e event.Event) bool { return e.Cause == first }); len(caused) != 1 {
		t.Errorf("%d events were caused by the first", len(caused))
	}
	if line := r.Lines()[1]; !strings.HasSuffix(line, `"sequence":2,"event_type":"effect","cause":1}`) {
		t.Errorf("the second line is %s", line)
	}
}

func TestRecorderForgets(t *testing.T) {
	r := runshelftest.NewRecorder(t)
	r.Logger().Log("a")
	kept := r.Events()
	r.Reset()
	r.Logger().Log("b")
	events := r.Events()
	if len(events) != 1 || events[0].Type != "b" || events[0].Sequence != 2 || len(r.Lines()) != 1 {
		t.Errorf("after a reset there is %+v", events)
	}
	if len(kept) != 1 || kept[0].Type != "a" {
		t.Errorf("the reset changed what had been handed out: %+v", kept)
	}
}

func TestRecorderIsConcurrent(t *testing.T) {
	const each, producers = 200, 8
	r := runshelftest.NewRecorder(t)
	var group sync.WaitGroup
	for range producers {
		group.Go(func() {
			for range each {
				r.Logger().Log("step")
				r.Len()
			}
		})
	}
	group.Wait()
	for i, e := range r.Events() {
		if e.Sequence != uint64(i+1) {
			t.Fatalf("event %d has sequence %d", i+1, e.Sequence)
		}
	}
	if r.Len() != each*producers {
		t.Errorf("%d events", r.Len())
	}
}
