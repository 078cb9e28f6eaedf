package economy

import (
	"log/slog"
	"testing"

	"example.org/runshelf/simulation"
)

// counter is a recorder that only counts.
type counter struct{ n uint64 }

func (c *counter) Record(uint64, string, []slog.Attr) uint64 {
	c.n++
	return c.n
}

// BenchmarkWorld reports how many events a second the default world makes.
func BenchmarkWorld(b *testing.B) {
	c := &counter{}
	ctx := simulation.NewContext(42, Definition().Defaults(), c)
	w := &world{}
	if err := w.Init(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		ctx.Advance()
		if err := w.Step(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(c.n)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(c.n)/float64(b.N), "events/tick")
}

// BenchmarkAuction measures one auction of twelve bids.
func BenchmarkAuction(b *testing.B) {
	bids := make([]Bid, 12)
	for i := range bids {
		bids[i] = Bid{string(rune('a' + i)), int64(i*7%12 + 1)}
	}
	b.ReportAllocs()
	for b.Loop() {
		RunAuction(bids)
	}
}
