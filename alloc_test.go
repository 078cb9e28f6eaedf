//go:build !race

package runshelf

import (
	"log/slog"
	"testing"
)

// Not under the race detector, where sync.Pool drops at random what it is given.
func TestTypedEventsDoNotAllocate(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityNone} {
		l := start(t, Options{RunID: AutoRunID, Durability: level})
		allocated := testing.AllocsPerRun(500, func() {
			l.Log("transfer", slog.Int("tick", 3), slog.String("sender", "alpha"), slog.Uint64("amount", 5),
				slog.Float64("balance", 103.25), slog.Bool("success", true), slog.Duration("took", 5))
			l.LogCause(1, "effect", slog.Int("a", 1))
		})
		// The halves of the tail are turned too rarely to count.
		if allocated > 0 {
			t.Errorf("%s: %v allocations in two events", level, allocated)
		}
	}
}
