package exchange

import (
	"fmt"
	"log/slog"
	"math/rand/v2"

	"example.org/runshelf/simulation"
)

// grainsPerUnit divides money finely enough that rounding down to whole grains
// is far below the noise of any law.
const grainsPerUnit = 1_000_000

// Names of the random streams. Who meets and how it ends are drawn apart, so
// that worlds which differ only in their rule see the same meetings.
const (
	streamPairs    = "pairs"
	streamOrder    = "order"
	streamOutcomes = "outcomes"
)

// world is one society of agents, which are the indexes of money.
type world struct {
	money  []int64 // in grains
	traded int64   // trades since the beginning

	rule     rule
	shuffled bool
	announce bool  // report each trade
	scale    int64 // grains in a unit
	total    int64 // grains in the world, which never changes

	order  []int   // scratch of one shuffle
	sorted []int64 // scratch of one measurement
}

// Init gives every agent the same money.
func (w *world) Init(ctx *simulation.Context) error {
	c := ctx.Config
	n := c.Int("agents")
	w.rule = newRule(c)
	w.shuffled = c.String("activation") == activationShuffle
	w.announce = c.Bool("trades")
	w.scale = grainsPerUnit
	if c.String("rule") == ruleUnit {
		w.scale = 1
	}
	w.total = n * c.Int("money") * w.scale
	w.money = make([]int64, n)
	for i := range w.money {
		w.money[i] = c.Int("money") * w.scale
	}
	w.order = make([]int, n)
	w.sorted = make([]int64, n)
	return nil
}

// Step lets the agents trade for one tick and reports how they stand.
func (w *world) Step(ctx *simulation.Context) error {
	if !w.trade(ctx) {
		return simulation.ErrStopped
	}
	s := w.standing()
	ctx.Emit("tick",
		slog.Float64("mean", s.mean),
		slog.Float64("variance", s.variance),
		slog.Float64("gini", s.gini),
		slog.Float64("broke", s.broke))
	return nil
}

// trade runs the meetings of one tick. It is false when it was stopped.
func (w *world) trade(ctx *simulation.Context) bool {
	if w.shuffled {
		return w.shuffle(ctx)
	}
	return w.scan(ctx)
}

// scan draws as many ordered pairs as there are agents, each uniformly.
func (w *world) scan(ctx *simulation.Context) bool {
	pairs, outcomes := ctx.Rand(streamPairs), ctx.Rand(streamOutcomes)
	for range w.money {
		if ctx.Stopped() {
			return false
		}
		first := pairs.IntN(len(w.money))
		w.meet(ctx, outcomes, first, w.other(pairs, first))
	}
	return true
}

// shuffle lets each agent once be the first of a pair, in an order drawn anew.
func (w *world) shuffle(ctx *simulation.Context) bool {
	pairs, outcomes := ctx.Rand(streamPairs), ctx.Rand(streamOutcomes)
	// The order starts from the same one each tick and so is no part of the
	// world's state.
	for i := range w.order {
		w.order[i] = i
	}
	ctx.Rand(streamOrder).Shuffle(len(w.order), func(i, j int) {
		w.order[i], w.order[j] = w.order[j], w.order[i]
	})
	for _, first := range w.order {
		if ctx.Stopped() {
			return false
		}
		w.meet(ctx, outcomes, first, w.other(pairs, first))
	}
	return true
}

// other draws an agent that is not the given one, uniformly.
func (w *world) other(r *rand.Rand, agent int) int {
	i := r.IntN(len(w.money) - 1)
	if i >= agent {
		i++
	}
	return i
}

// meet settles one pair by the rule.
func (w *world) meet(ctx *simulation.Context, r *rand.Rand, first, second int) {
	amount := w.rule(r, w.money[first], w.money[second])
	if amount == 0 {
		return
	}
	if amount < 0 {
		first, second, amount = second, first, -amount
	}
	w.money[first] -= amount
	w.money[second] += amount
	w.traded++
	if w.announce {
		w.report(ctx, first, second, amount)
	}
}

func (w *world) report(ctx *simulation.Context, giver, receiver int, amount int64) {
	ctx.Emit("trade",
		slog.Int("giver", giver),
		slog.Int("receiver", receiver),
		w.units("amount", amount),
		w.units("giver_after", w.money[giver]),
		w.units("receiver_after", w.money[receiver]))
}

// units states grains in units. The quotient is the float64 nearest to a decimal
// of six places, whose shortest form is that decimal.
func (w *world) units(key string, grains int64) slog.Attr {
	if w.scale == 1 {
		return slog.Int64(key, grains)
	}
	return slog.Float64(key, float64(grains)/float64(w.scale))
}

// Metrics reports the figures of the tick event and the number of trades so far.
func (w *world) Metrics(set func(name string, value float64)) {
	s := w.standing()
	set("mean", s.mean)
	set("variance", s.variance)
	set("gini", s.gini)
	set("broke", s.broke)
	set("trades", float64(w.traded))
}

// CheckInvariants reports money that was made or lost, and debts.
func (w *world) CheckInvariants() error {
	return checkMoney(w.money, w.total)
}

func checkMoney(money []int64, total int64) error {
	left := total
	for i, m := range money {
		if m < 0 {
			return fmt.Errorf("agent %d owes %d grains", i, -m)
		}
		// Compared before it is added: a sum of wrong amounts could wrap around.
		if m > left {
			return fmt.Errorf("the agents have more than %d grains together", total)
		}
		left -= m
	}
	if left != 0 {
		return fmt.Errorf("the agents have %d grains together, not %d", total-left, total)
	}
	return nil
}
