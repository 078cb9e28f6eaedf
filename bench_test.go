package runshelf

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
)

var text8K = strings.Repeat("The agent said: \"wait\" – then it paid.\n", 210)

// BenchmarkLog measures one event at each level, up to and with Close. The peers
// are measured beside it in the folder benchmarks.
func BenchmarkLog(b *testing.B) {
	small := func(l *EventLogger, i int) {
		l.Log("transfer", slog.Int("tick", i), slog.String("sender", "agent_01"), slog.String("recipient", "agent_02"),
			slog.Int("amount", 5), slog.Float64("balance", 103.5), slog.Bool("success", true))
	}
	large := func(l *EventLogger, i int) {
		l.Log("thinking", slog.Int("tick", i), slog.String("text", text8K))
	}
	for _, level := range []Durability{DurabilityCrash, DurabilityNone, DurabilityEach, DurabilityPower} {
		for name, log := range map[string]func(*EventLogger, int){"small": small, "large": large} {
			b.Run(string(level)+"/"+name, func(b *testing.B) {
				l, err := NewEventLogger(Options{
					LogsDir: filepath.Join(b.TempDir(), "logs"), RunID: AutoRunID, Durability: level, SourceDir: b.TempDir(),
				})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					log(l, i)
				}
				if err := l.Close(); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}
