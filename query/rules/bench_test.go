package rules_test

import (
	"testing"

	"example.org/runshelf/query/rules"
)

// BenchmarkEconomyLaws checks a real run against all laws of the economy.
func BenchmarkEconomyLaws(b *testing.B) {
	laws := economyLaws(b)
	run := simulate(b, b.TempDir(), nil, map[string]any{"economy.ticks": "200"})
	b.SetBytes(int64(run.Manifest.Events.Bytes))
	b.ReportAllocs()
	for b.Loop() {
		if v, err := rules.Check(run, laws, rules.Options{}); err != nil || len(v.Violations) > 0 {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(run.Manifest.Events.Count)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
