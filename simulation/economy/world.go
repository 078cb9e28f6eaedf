package economy

import (
	"fmt"
	"log/slog"
	"strconv"

	"example.org/runshelf/simulation"
)

var (
	_ simulation.Model        = (*world)(nil)
	_ simulation.Checkpointer = (*world)(nil)
	_ simulation.Metered      = (*world)(nil)
	_ simulation.Checked      = (*world)(nil)
)

// world is the state of an economy. A principal is known by its index in agents.
type world struct {
	set       settings
	ledger    ledger
	resources resources
	agents    []agent
	frozen    []int // the agents that are, in id order
	store     store
	listings  []*artifact // what is for sale in escrow, oldest first
	listed    uint64      // number of the newest listing
	bids      []heldBid   // what the mint holds for its next auction, oldest first
	tally     tally

	// The rest is no state: ctx is set while a tick runs, and the buffers are
	// kept to spare the hot path its allocations.
	ctx      *simulation.Context
	order    []int
	balances []slog.Attr
	computes []slog.Attr
	budgets  []slog.Attr
	intent   []slog.Attr
	sealed   []Bid
}

// agent is a principal that acts.
type agent struct {
	id        string
	stream    string // name of its random stream
	name      string // of its strategy
	decide    strategy
	frozen    bool
	favourite string      // id of the artifact that served it best, or ""
	owned     []*artifact // in order of creation
}

// Init implements [simulation.Model].
func (w *world) Init(ctx *simulation.Context) error {
	w.ctx = ctx
	defer func() { w.ctx = nil }()
	w.set = readSettings(ctx.Config)
	w.ledger = newLedger(w.set.agents, w.set.startingScrip)
	w.frozen = nil
	w.resources = newResources(w.set.agents, w.set.diskQuota, w.set.computeRate)
	w.resources.refill()
	w.store.byID = map[string]*artifact{}
	w.makeAgents()
	w.endow()
	w.emitInit()
	for i := range w.agents {
		w.freezeIfSpent(i, 0)
	}
	return nil
}

// makeAgents names the agents and deals them their strategies. The numbers in
// the ids are padded, so that the order of ids as text is that of the agents.
func (w *world) makeAgents() {
	n := w.set.agents
	width := max(2, len(strconv.Itoa(n)))
	w.agents = make([]agent, n)
	w.order = make([]int, n)
	w.balances, w.computes, w.budgets = make([]slog.Attr, n), make([]slog.Attr, n), make([]slog.Attr, n)
	for i := range w.agents {
		id := fmt.Sprintf("agent_%0*d", width, i+1)
		name := w.set.strategies[i%len(w.set.strategies)]
		w.agents[i] = agent{id: id, stream: "agent:" + id, name: name, decide: strategyNamed(name)}
	}
}

// endow draws which agents begin poor, and gives each its llm_budget.
func (w *world) endow() {
	poor := w.set.agents * int(w.set.poorPercent) / 100
	for rank, i := range w.drawOrder("endowment") {
		w.resources.llm[i] = w.set.llmBudget
		if rank < poor {
			w.resources.llm[i] = min(w.set.poorBudget, w.set.llmBudget)
		}
	}
}

// drawOrder returns all principals in an order from the named stream. The slice
// is good until the next call.
func (w *world) drawOrder(stream string) []int {
	for i := range w.order {
		w.order[i] = i
	}
	w.ctx.Rand(stream).Shuffle(len(w.order), func(i, j int) {
		w.order[i], w.order[j] = w.order[j], w.order[i]
	})
	return w.order
}

// Step implements [simulation.Model].
func (w *world) Step(ctx *simulation.Context) error {
	w.ctx = ctx
	defer func() { w.ctx = nil }()
	w.tally.Ticks++
	w.resources.refill()
	w.emitTick()
	for _, i := range w.drawOrder("order") {
		if ctx.Stopped() {
			return simulation.ErrStopped
		}
		if w.agents[i].frozen {
			continue
		}
		if err := w.takeTurn(i); err != nil {
			return fmt.Errorf("the turn of %s: %w", w.agents[i].id, err)
		}
	}
	if ctx.Tick()%w.set.mintPeriod != 0 {
		return nil
	}
	return w.holdAuction()
}
