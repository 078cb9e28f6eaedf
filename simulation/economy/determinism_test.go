package economy

import (
	"bytes"
	"io"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/simulation"
)

func TestSameSeedSameEvents(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		first := history(t, 42, c, 30)
		if history(t, 42, c, 30) != first {
			t.Error("the same seed gives other events")
		}
		if history(t, 43, c, 30) == first {
			t.Error("another seed gives the same events")
		}
	})
}

func TestShorterRunIsABeginning(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		short := maps.Clone(c)
		short["ticks"] = int64(17)
		if !strings.HasPrefix(history(t, 42, c, 30), history(t, 42, short, 17)) {
			t.Error("30 ticks do not begin with the events of 17")
		}
	})
}

func TestWatchingChangesNothing(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		l := &listener{}
		w, ctx := begin(t, 42, c, l)
		for range 30 {
			steps(t, w, ctx, 1)
			w.Metrics(func(string, float64) {})
			if err := w.Snapshot(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		if l.text() != history(t, 42, c, 30) {
			t.Error("a watched world has other events")
		}
	})
}

// saved stops a world and returns what is needed to go on.
func saved(t fataler, w *world, ctx *simulation.Context) (state, context []byte) {
	t.Helper()
	var a, b bytes.Buffer
	if err := w.Snapshot(&a); err != nil {
		t.Fatal(err)
	}
	if err := ctx.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

// resumed makes a fresh world that goes on where another was saved.
func resumed(t fataler, c simulation.Config, state, context []byte, r simulation.Recorder) (*world, *simulation.Context) {
	t.Helper()
	w, ctx := begin(t, 0, c, nil)
	if err := w.Restore(bytes.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	if err := ctx.Restore(context); err != nil {
		t.Fatal(err)
	}
	ctx.SetRecorder(r)
	return w, ctx
}

// measured returns the metrics of a world.
func measured(w *world) map[string]float64 {
	m := map[string]float64{}
	w.Metrics(func(name string, value float64) { m[name] = value })
	return m
}

// checkResume compares a run that was stopped after some ticks and resumed with one
// that was not.
func checkResume(t fataler, seed uint64, c simulation.Config, before, after int, prepare func(*world)) {
	t.Helper()
	first := &listener{}
	w, ctx := begin(t, seed, c, first)
	prepare(w)
	steps(t, w, ctx, before)
	begun := len(first.entries)
	state, context := saved(t, w, ctx)
	steps(t, w, ctx, after)

	second := &listener{}
	again, ctxAgain := resumed(t, c, state, context, second)
	prepare(again)
	steps(t, again, ctxAgain, after)
	rest := &listener{entries: first.entries[begun:]}
	if rest.text() != second.text() {
		t.Fatalf("resumed after %d ticks: other events", before)
	}
	if !maps.Equal(measured(w), measured(again)) {
		t.Fatalf("resumed after %d ticks: metrics %v, not %v", before, measured(again), measured(w))
	}
	wantState, wantContext := saved(t, w, ctx)
	if state, context := saved(t, again, ctxAgain); !bytes.Equal(state, wantState) || !bytes.Equal(context, wantContext) {
		t.Fatalf("resumed after %d ticks: another state at the end", before)
	}
}

func asItIs(*world) {}

func TestResumeAfterAnyTick(t *testing.T) {
	for before := range 31 {
		checkResume(t, 42, Definition().Defaults(), before, 20, asItIs)
	}
}

func TestResumeOfAnyWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, c := rapid.Uint64().Draw(t, "seed"), drawConfig(t)
		before, after := 50-rapid.IntRange(0, 50).Draw(t, "less"), 10
		checkResume(t, seed, c, before, after, asItIs)
		checkResume(t, seed, c, before, after, unleash)
	})
}
