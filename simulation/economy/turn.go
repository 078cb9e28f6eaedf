package economy

import (
	"log/slog"
	"math/rand/v2"
	"slices"
)

// turn is one agent's move of one tick.
type turn struct {
	self     int
	rand     *rand.Rand
	thinking uint64 // sequence of the thinking event, the cause of the action
	in       intent
}

// takeTurn lets an agent think, decide and act. An agent that cannot afford to
// think only says so.
func (w *world) takeTurn(self int) error {
	a := &w.agents[self]
	t := turn{self: self, rand: w.ctx.Rand(a.stream)}
	if w.resources.compute[self] < w.set.thinkCompute {
		t.in = idle("too tired to think")
		w.report(&t, refusedCompute)
		return nil
	}
	if err := w.think(&t); err != nil {
		return err
	}
	t.in = a.decide(w, &t)
	if err := w.perform(&t); err != nil {
		return err
	}
	w.freezeIfSpent(self, t.thinking)
	return nil
}

// think pays for a decision. The llm_budget it takes varies by half around the
// mean; a thought that the rest of the budget does not pay for is cut short.
func (w *world) think(t *turn) error {
	mean := w.set.thinkLLM
	llm := min(mean-mean/2+t.rand.Int64N(2*(mean/2)+1), w.resources.llm[t.self])
	t.thinking = w.ctx.Emit("thinking",
		slog.String("agent_id", w.agents[t.self].id),
		slog.Int64("compute_cost", w.set.thinkCompute),
		slog.Int64("llm_cost", llm))
	if err := w.consume(t.thinking, t.self, w.set.thinkCompute); err != nil {
		return err
	}
	return w.spend(t.thinking, t.self, llm)
}

// freezeIfSpent freezes an agent that has no llm_budget left. It is one that has
// just acted, or come into the world, and so was awake.
func (w *world) freezeIfSpent(self int, cause uint64) {
	a := &w.agents[self]
	if w.resources.llm[self] > 0 {
		return
	}
	a.frozen = true
	at, _ := slices.BinarySearch(w.frozen, self)
	w.frozen = slices.Insert(w.frozen, at, self)
	w.emitFrozen(cause, "agent_frozen", self, "no llm_budget left")
}

// unfreeze wakes a frozen agent that has been given llm_budget.
func (w *world) unfreeze(self, giver int, cause uint64) {
	a := &w.agents[self]
	if !a.frozen {
		return
	}
	a.frozen = false
	at, _ := slices.BinarySearch(w.frozen, self)
	w.frozen = slices.Delete(w.frozen, at, at+1)
	w.emitFrozen(cause, "agent_unfrozen", self, "given llm_budget by "+w.agents[giver].id)
}
