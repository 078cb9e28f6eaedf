package economy

import (
	"bytes"
	"testing"

	"example.org/runshelf/simulation"
)

// deciding prepares the turn of one agent between two ticks.
func deciding(w *world, ctx *simulation.Context, self int) *turn {
	w.ctx = ctx
	return &turn{self: self, rand: ctx.Rand(w.agents[self].stream)}
}

// Deciding changes nothing in the world; only the action does.
func TestDecidingChangesNothing(t *testing.T) {
	w, ctx := begin(t, 11, Definition().Defaults(), nil)
	for range 60 {
		steps(t, w, ctx, 1)
		before, _ := saved(t, w, ctx)
		for i := range w.agents {
			w.agents[i].decide(w, deciding(w, ctx, i))
			if after, _ := saved(t, w, ctx); !bytes.Equal(before, after) {
				t.Fatalf("%s changed the world by deciding", w.agents[i].name)
			}
		}
	}
}

// bidOf lets an agent decide until it bids for the only artifact there is.
func bidOf(t *testing.T, name string, content string, scrip int64) int64 {
	t.Helper()
	w, ctx := begin(t, 1, configWith(simulation.Config{
		"agents": int64(1), "strategies": []string{name}, "mint_period": int64(1), "mint_window": int64(1)}), nil)
	w.ctx = ctx
	a := w.create(0)
	a.setContent(content)
	w.ledger.scrip[0] = scrip
	for range 200 {
		if in := w.agents[0].decide(w, deciding(w, ctx, 0)); in.kind == kindSubmit {
			return in.amount
		}
	}
	t.Fatalf("%s never bids", name)
	return 0
}

func TestBidders(t *testing.T) {
	const worth7 = "add 5; mul 7" // scores 76
	if s := parsePayload(worth7).score(); s != 76 {
		t.Fatal(s)
	}
	for _, c := range []struct {
		name, content string
		scrip, want   int64
	}{
		{"bidder_truthful", worth7, 100, 7},
		{"bidder_truthful", worth7, 3, 3},
		{"bidder_truthful", "note 1", 100, 1},
		{"bidder_shading", worth7, 100, 4},
		{"bidder_shading", "note 1", 100, 1},
	} {
		if got := bidOf(t, c.name, c.content, c.scrip); got != c.want {
			t.Errorf("%s bids %d for %q with %d scrip, want %d", c.name, got, c.content, c.scrip, c.want)
		}
	}
	if got := bidOf(t, "bidder_random", worth7, 100); got < 1 || got > 15 {
		t.Errorf("bidder_random bids %d", got)
	}
}

func TestSaversRescueTheFrozen(t *testing.T) {
	l := &listener{}
	w, ctx := begin(t, 2, configWith(simulation.Config{
		"agents": int64(4), "strategies": []string{"saver"}, "poor_percent": int64(50), "poor_budget": int64(0)}), l)
	if len(w.frozen) != 2 {
		t.Fatalf("%d are frozen at the start", w.frozen)
	}
	steps(t, w, ctx, 60)
	rescued := map[string]bool{}
	for _, e := range l.entries {
		if e.eventType == "agent_unfrozen" {
			rescued[str(e, "agent_id")] = true
		}
	}
	if len(rescued) != 2 {
		t.Errorf("only %v were rescued", rescued)
	}
}

func TestUnknownStrategyPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("found")
		}
	}()
	strategyNamed("prophet")
}
