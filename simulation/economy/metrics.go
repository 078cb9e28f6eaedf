package economy

import "slices"

// tally counts what metrics report over the whole run.
type tally struct {
	Ticks     int64 `json:"ticks"`
	Succeeded int64 `json:"succeeded"` // invocations
	Failed    int64 `json:"failed"`    // invocations
	Revenue   int64 `json:"revenue"`   // scrip paid in auctions
}

// Metrics implements [simulation.Metered]:
//
//   - gini: inequality of the agents' scrip without what is in escrow, 0 … 1
//   - total_scrip: all scrip there is, escrow included
//   - velocity: share of total_scrip that goes from one agent to another in a tick,
//     on average so far
//   - active_agents: those that are not frozen
//   - artifacts: how many there are
//   - invoke_success_rate: share of invocations that succeeded, 0 when there were none
//   - auction_revenue: scrip paid in auctions so far
func (w *world) Metrics(set func(name string, value float64)) {
	set("gini", gini(w.ledger.scrip))
	set("total_scrip", float64(w.ledger.total()))
	set("velocity", ratio(float64(w.ledger.moved), float64(w.ledger.total())*float64(w.tally.Ticks)))
	set("active_agents", float64(len(w.agents)-len(w.frozen)))
	set("artifacts", float64(len(w.store.list)))
	set("invoke_success_rate", ratio(float64(w.tally.Succeeded), float64(w.tally.Succeeded+w.tally.Failed)))
	set("auction_revenue", float64(w.tally.Revenue))
}

// ratio is part/whole, or 0 when there is no whole.
func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

// gini is the Gini coefficient of the values, half their mean absolute difference
// over their mean: 0 when all are equal, or all are 0.
func gini(values []int64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := float64(len(sorted))
	var sum, weighted float64
	for i, v := range sorted {
		sum += float64(v)
		weighted += float64(i+1) * float64(v)
	}
	if sum == 0 {
		return 0
	}
	return 2*weighted/(n*sum) - (n+1)/n
}
