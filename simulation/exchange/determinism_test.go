package exchange

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
)

func TestSameSeedSameEvents(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		first := history(t, 42, c, 10)
		if history(t, 42, c, 10) != first {
			t.Error("the same seed gives other events")
		}
		if history(t, 43, c, 10) == first {
			t.Error("another seed gives the same events")
		}
	})
}

func TestShorterRunIsABeginning(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		if !strings.HasPrefix(history(t, 42, c, 13), history(t, 42, c, 6)) {
			t.Error("13 ticks do not begin with the events of 6")
		}
	})
}

func TestWatchingChangesNothing(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		l := &listener{}
		w, ctx := begin(t, 42, c, l)
		for range 10 {
			steps(t, w, ctx, 1)
			w.Metrics(func(string, float64) {})
			if err := w.CheckInvariants(); err != nil {
				t.Fatal(err)
			}
			if err := w.Snapshot(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(l.lines, "\n")+"\n" != history(t, 42, c, 10) {
			t.Error("a watched world has other events")
		}
	})
}

func TestResumeGoesOnAsIfNeverStopped(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		whole := history(t, 42, c, 12)
		begun := history(t, 42, c, 5)

		w, ctx := begin(t, 42, c, nil)
		steps(t, w, ctx, 5)
		var world, context bytes.Buffer
		if err := w.Snapshot(&world); err != nil {
			t.Fatal(err)
		}
		if err := ctx.Snapshot(&context); err != nil {
			t.Fatal(err)
		}

		l := &listener{}
		w, ctx = begin(t, 0, c, nil)
		if err := w.Restore(&world); err != nil {
			t.Fatal(err)
		}
		if err := ctx.Restore(context.Bytes()); err != nil {
			t.Fatal(err)
		}
		ctx.SetRecorder(l)
		steps(t, w, ctx, 7)
		if begun+strings.Join(l.lines, "\n")+"\n" != whole {
			t.Error("a resumed world has other events")
		}
	})
}
