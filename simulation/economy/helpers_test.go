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

// advance drives a world for n ticks.
func advance(t fataler, w *world, ctx *simulation.Context, n int) {
	t.Helper()
	for range n {
		ctx.Advance()
		if err := w.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// steps drives a world for n ticks and checks its invariants after each.
func steps(t fataler, w *world, ctx *simulation.Context, n int) {
	t.Helper()
	for range n {
		advance(t, w, ctx, 1)
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

// drawConfig draws a small and often cruel configuration. Each list begins with a
// value that lets much happen, since small draws are the most frequent.
func drawConfig(t *rapid.T) simulation.Config {
	pick := func(name string, values ...int64) int64 { return rapid.SampledFrom(values).Draw(t, name) }
	period := pick("mint_period", 4, 7, 3, 2, 1)
	return configWith(simulation.Config{
		"agents":         pick("agents", 6, 4, 7, 3, 2, 1),
		"strategies":     rapid.SliceOfN(rapid.SampledFrom(strategyNames()), 3, 8).Draw(t, "strategies"),
		"starting_scrip": pick("starting_scrip", 90, 12, 200, 3, 0),
		"llm_budget":     pick("llm_budget", 9000, 90_000, 400, 7, 0),
		"poor_percent":   pick("poor_percent", 40, 80, 10, 0, 100),
		"poor_budget":    pick("poor_budget", 70, 150, 3, 0, 9999),
		"rescue_budget":  pick("rescue_budget", 20, 50, 1),
		"disk_quota":     pick("disk_quota", 700, 150, 60, 0),
		"compute_rate":   pick("compute_rate", 40, 16, 12, 3, 0),
		"think_compute":  pick("think_compute", 10, 1, 0),
		"think_llm":      pick("think_llm", 10, 3, 2, 1),
		"write_compute":  pick("write_compute", 5, 11, 0),
		"invoke_compute": pick("invoke_compute", 5, 11, 0),
		"mint_period":    period,
		"mint_window":    rapid.Int64Range(1, period).Draw(t, "mint_window"),
	})
}

// everyWorld runs a test on the default world and on some others.
func everyWorld(t *testing.T, test func(t *testing.T, c simulation.Config)) {
	worlds := map[string]simulation.Config{
		"default": nil,
		"alone":   {"agents": int64(1), "strategies": []string{"bidder_random"}},
		"crowd":   {"agents": int64(40)},
		"poor":    {"llm_budget": int64(6000), "poor_percent": int64(60), "poor_budget": int64(50), "rescue_budget": int64(30)},
		"cramped": {"disk_quota": int64(150), "compute_rate": int64(16)},
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
		amount:    (t.rand.Int64N(12) - 2) * []int64{1, 1, 1, 40}[t.rand.IntN(4)],
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
