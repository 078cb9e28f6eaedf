package runner

import (
	"log/slog"
	"path/filepath"
	"testing"

	"example.org/runshelf/config"
	"example.org/runshelf/simulation"
	"example.org/runshelf/simulation/economy"
)

// deaf is a recorder that only counts.
type deaf uint64

func (d *deaf) Record(uint64, string, []slog.Attr) uint64 {
	*d++
	return uint64(*d)
}

// BenchmarkEconomy lives 1,000 ticks of the default economy, once recorded by
// nobody and once as sim does it, from the making of the directory to its last
// sync. With GOMAXPROCS=1 it is what one core does.
func BenchmarkEconomy(b *testing.B) {
	const ticks = 1000
	b.Run("unrecorded", func(b *testing.B) {
		var events deaf
		for b.Loop() {
			def := economy.Definition()
			m, ctx := def.New(), simulation.NewContext(42, def.Defaults(), &events)
			if err := m.Init(ctx); err != nil {
				b.Fatal(err)
			}
			for range ticks {
				ctx.Advance()
				if err := m.Step(ctx); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("recorded", func(b *testing.B) {
		registry, err := Registry()
		if err != nil {
			b.Fatal(err)
		}
		dir, events := b.TempDir(), uint64(0)
		set := []string{"logging.logs_dir=" + filepath.Join(dir, "logs"), "economy.ticks=1000", "simulation.seed=42"}
		c, err := registry.Load(config.Sources{Dir: dir, UserDir: dir, Env: []string{}, Set: set, Section: "economy"})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			r, err := New(Options{Config: c, Model: "economy"})
			if err != nil {
				b.Fatal(err)
			}
			if err := r.Start(); err != nil {
				b.Fatal(err)
			}
			result, err := r.Run(b.Context())
			if err != nil || result.LogErr != nil || result.Ticks != ticks {
				b.Fatal(result, err)
			}
			events += result.Events
		}
		b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	})
}
