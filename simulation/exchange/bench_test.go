package exchange

import (
	"testing"

	"example.org/runshelf/simulation"
)

// BenchmarkTrade measures meetings, without recording.
func BenchmarkTrade(b *testing.B) {
	for _, rule := range []string{ruleSplit, ruleUnit, ruleSaving, ruleInequality, ruleYardsale} {
		b.Run(rule, func(b *testing.B) {
			w, ctx := begin(b, 1, with(simulation.Config{"rule": rule, "agents": int64(1000)}), nil)
			b.ReportAllocs()
			for b.Loop() {
				w.trade(ctx)
			}
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "trades/s")
		})
	}
}

// BenchmarkStanding measures what a tick event costs the model.
func BenchmarkStanding(b *testing.B) {
	w, ctx := begin(b, 1, with(simulation.Config{"agents": int64(1000)}), nil)
	w.trade(ctx)
	b.ReportAllocs()
	for b.Loop() {
		w.standing()
	}
}
