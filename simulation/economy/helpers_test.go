package economy

import (
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/simulation"
)

// entry is one recorded event.
type entry struct {
	sequence, cause uint64
	eventType       string
	attrs           []slog.Attr
}

// listener is a recorder that keeps what it hears.
type listener struct{ entries []entry }

func (l *listener) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	n := uint64(len(l.entries) + 1)
	l.entries = append(l.entries, entry{n, cause, eventType, cloneAttrs(attrs)})
	return n
}

// cloneAttrs copies attributes with their groups, which a recorder must not keep.
func cloneAttrs(attrs []slog.Attr) []slog.Attr {
	clone := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		if a.Value.Kind() == slog.KindGroup {
			a.Value = slog.GroupValue(cloneAttrs(a.Value.Group())...)
		}
		clone[i] = a
	}
	return clone
}

// text writes events as lines, but for their sequence numbers: a cause is told by
// how far back it lies, since a resumed run counts anew.
func (l *listener) text() string {
	var b strings.Builder
	for _, e := range l.entries {
		back := uint64(0)
		if e.cause > 0 {
			back = e.sequence - e.cause
		}
		fmt.Fprintln(&b, back, e.eventType, e.attrs)
	}
	return b.String()
}

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// configWith returns the default configuration with some parameters changed.
func configWith(changes simulation.Config) simulation.Config {
	c := Definition().Defaults()
	maps.Copy(c, changes)
	return c
}

// begin makes a world.
func begin(t fataler, seed uint64, c simulation.Config, r simulation.Recorder) (*world, *simulation.Context) {
	t.Helper()
	ctx := simulation.NewContext(seed, c, r)
	w := &world{}
	if err := w.Init(ctx); err != nil {
		t.Fatal(err)
	}
	return w, ctx
}

// steps drives a world for n ticks and checks its invariants after each.
func steps(t fataler, w *world, ctx *simulation.Context, n int) {
	t.Helper()
	for range n {
		ctx.Advance()
		if err := w.Step(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.CheckInvariants(); err != nil {
			t.Fatalf("after tick %d: %v", ctx.Tick(), err)
		}
	}
}

// history returns the events of a run as text.
func history(t fataler, seed uint64, c simulation.Config, ticks int) string {
	t.Helper()
	l := &listener{}
	w, ctx := begin(t, seed, c, l)
	steps(t, w, ctx, ticks)
	return l.text()
}

// drawConfig draws a small and often cruel configuration.
func drawConfig(t *rapid.T) simulation.Config {
	number := func(name string, low, high int64) int64 { return rapid.Int64Range(low, high).Draw(t, name) }
	period := number("mint_period", 1, 8)
	return configWith(simulation.Config{
		"agents":         number("agents", 1, 7),
		"strategies":     rapid.SliceOfN(rapid.SampledFrom(strategyNames()), 1, 8).Draw(t, "strategies"),
		"starting_scrip": number("starting_scrip", 0, 200),
		"llm_budget":     number("llm_budget", 0, 9000),
		"poor_percent":   number("poor_percent", 0, 100),
		"poor_budget":    number("poor_budget", 0, 200),
		"rescue_budget":  number("rescue_budget", 1, 50),
		"disk_quota":     number("disk_quota", 0, 700),
		"compute_rate":   number("compute_rate", 0, 60),
		"think_compute":  number("think_compute", 0, 12),
		"think_llm":      number("think_llm", 1, 30),
		"write_compute":  number("write_compute", 0, 20),
		"invoke_compute": number("invoke_compute", 0, 20),
		"mint_period":    period,
		"mint_window":    number("mint_window", 1, period),
	})
}

// everyWorld runs a test on the default world and on some others.
func everyWorld(t *testing.T, test func(t *testing.T, c simulation.Config)) {
	worlds := map[string]simulation.Config{
		"default": nil,
		"alone":   {"agents": int64(1), "strategies": []string{"bidder_random"}},
		"crowd":   {"agents": int64(120)},
		"poor":    {"llm_budget": int64(6000), "poor_percent": int64(60), "poor_budget": int64(50), "rescue_budget": int64(30)},
		"cramped": {"disk_quota": int64(150), "compute_rate": int64(14)},
		"auction": {"mint_period": int64(1), "mint_window": int64(1), "strategies": []string{"bidder_truthful", "bidder_shading"}},
	}
	for name, changes := range worlds {
		t.Run(name, func(t *testing.T) { test(t, configWith(changes)) })
	}
}

// chaos is a strategy that tries anything, sensible or not.
func chaos(w *world, t *turn) intent {
	kinds := []kind{kindNoop, kindRead, kindWrite, kindDelete, kindInvoke, kindTransfer, kindSubmit, kindDeposit, kindPurchase, kindCancel}
	in := intent{
		kind:      kinds[t.rand.IntN(len(kinds))],
		reason:    "chaos",
		amount:    t.rand.Int64N(12) - 2,
		input:     t.rand.Int64N(100),
		recipient: t.rand.IntN(len(w.agents)),
		resource:  []string{resourceScrip, resourceLLM}[t.rand.IntN(2)],
		buyer:     t.rand.IntN(len(w.agents)+1) - 1,
	}
	if len(w.store.list) > 0 && (in.kind != kindWrite || t.chance(40)) {
		in.artifact = w.store.list[t.rand.IntN(len(w.store.list))].id
	} else if in.kind != kindWrite {
		in.artifact = "artifact_0"
	}
	if in.kind == kindWrite {
		in.draft = w.draft(t, []string{"", "note 1", draftPayload(t.rand, 1+t.rand.IntN(maxSteps))}[t.rand.IntN(3)])
	}
	return in
}

// unleash gives every agent the strategy chaos.
func unleash(w *world) {
	for i := range w.agents {
		w.agents[i].decide = chaos
	}
}
