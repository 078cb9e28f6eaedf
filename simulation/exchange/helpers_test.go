package exchange

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
)

// told is one event as a test sees it.
type told struct {
	kind  string
	attrs map[string]slog.Value
}

// listener keeps every event of a world.
type listener struct {
	events []told
	lines  []string
}

func (l *listener) Record(cause uint64, kind string, attrs []slog.Attr) uint64 {
	e := told{kind: kind, attrs: map[string]slog.Value{}}
	line := fmt.Sprintf("%s cause=%d", kind, cause)
	for _, a := range attrs {
		e.attrs[a.Key] = a.Value
		line += fmt.Sprintf(" %s=%s:%s", a.Key, a.Value.Kind(), a.Value)
	}
	l.events = append(l.events, e)
	l.lines = append(l.lines, line)
	return uint64(len(l.events))
}

func (l *listener) ofKind(kind string) []told {
	var out []told
	for _, e := range l.events {
		if e.kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// with returns the default configuration of a small world with the given
// parameters changed.
func with(changes simulation.Config) simulation.Config {
	c := Definition().Defaults()
	c["agents"], c["ticks"] = int64(20), int64(10)
	for name, value := range changes {
		c[name] = value
	}
	return c
}

// begin returns an initialised world and its context.
func begin(t testing.TB, seed uint64, c simulation.Config, r simulation.Recorder) (*world, *simulation.Context) {
	t.Helper()
	ctx := simulation.NewContext(seed, c, r)
	w := Definition().New().(*world)
	if err := w.Init(ctx); err != nil {
		t.Fatal(err)
	}
	return w, ctx
}

func steps(t testing.TB, w *world, ctx *simulation.Context, n int) {
	t.Helper()
	for range n {
		ctx.Advance()
		if err := w.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// history returns the events of the first n ticks of a world, one line each.
func history(t testing.TB, seed uint64, c simulation.Config, n int) string {
	t.Helper()
	l := &listener{}
	w, ctx := begin(t, seed, c, l)
	steps(t, w, ctx, n)
	return strings.Join(l.lines, "\n") + "\n"
}

// everyWorld calls f with each rule under each activation.
func everyWorld(t *testing.T, f func(t *testing.T, c simulation.Config)) {
	t.Helper()
	for _, p := range Definition().Params {
		if p.Name != "rule" {
			continue
		}
		for _, name := range p.Allowed {
			for _, activation := range []string{activationScan, activationShuffle} {
				t.Run(name+"/"+activation, func(t *testing.T) {
					f(t, with(simulation.Config{"rule": name, "activation": activation}))
				})
			}
		}
	}
}
