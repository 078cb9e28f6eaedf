package economy

import (
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/simulation"
)

// watched runs a world under audit and compares the books with it.
func watched(t fataler, seed uint64, c simulation.Config, ticks int, prepare func(*world)) *auditor {
	t.Helper()
	a := newAuditor()
	w, ctx := begin(t, seed, c, a)
	if prepare != nil {
		prepare(w)
	}
	steps(t, w, ctx, ticks)
	compare(t, a, w)
	return a
}

// compare closes the books and compares them with the world.
func compare(t fataler, a *auditor, w *world) {
	t.Helper()
	if err := a.finish(); err != nil {
		t.Fatal(err)
	}
	if err := a.same(w); err != nil {
		t.Fatal(err)
	}
}

func TestLedgerReplaysFromEvents(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		for seed := range uint64(3) {
			watched(t, seed, c, 60, nil)
		}
	})
}

func TestLedgerReplaysForAnyConfiguration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watched(t, rapid.Uint64().Draw(t, "seed"), drawConfig(t), 40+rapid.IntRange(0, 40).Draw(t, "ticks"), nil)
	})
}

func TestLedgerReplaysForAnyBehaviour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watched(t, rapid.Uint64().Draw(t, "seed"), drawConfig(t), 40+rapid.IntRange(0, 40).Draw(t, "ticks"), unleash)
	})
}

func TestMillionEventsReplayExactly(t *testing.T) {
	a := newAuditor()
	w, ctx := begin(t, 42, Definition().Defaults(), a)
	advance(t, w, ctx, 15_500)
	compare(t, a, w)
	if a.last < 1_000_000 {
		t.Errorf("only %d events", a.last)
	}
}

func TestDefaultRunIsWorthLookingAt(t *testing.T) {
	for seed := range uint64(5) {
		counts := watched(t, seed, Definition().Defaults(), 200, nil).counts
		least := map[string]int{
			"mint_auction": 20, "mint": 10, "ubi": 20, "mint_refund": 20, "escrow_purchase": 10, "escrow_cancel": 3,
			"invoke_success": 200, "invoke_failure": 50, "artifact_deleted": 3, "agent_frozen": 3, "agent_unfrozen": 3,
		}
		for eventType, n := range least {
			if counts[eventType] < n {
				t.Errorf("seed %d: %d %s, want %d or more", seed, counts[eventType], eventType, n)
			}
		}
	}
}
