package economy

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// market returns a world with so many listings, each of another worth.
func market(t *testing.T, listings int) (*world, *turn) {
	t.Helper()
	w, _ := begin(t, 1, configWith(nil), nil)
	for i := range listings {
		a := &artifact{id: fmt.Sprint("artifact_", i+1), owner: 1, buyer: nobody, asking: 1}
		w.store.add(a)
		w.list(a)
	}
	return w, &turn{self: 0, rand: rand.New(rand.NewPCG(1, 2))}
}

// An agent sees all of a small market, and of a large one as much as ever, wherever
// it is.
func TestSight(t *testing.T) {
	for _, listings := range []int{0, 1, sight, sight + 1, 50 * sight} {
		w, turn := market(t, listings)
		seen := map[string]bool{}
		for range 400 {
			looked := 0
			w.bargain(turn, func(a *artifact) int64 {
				looked++
				seen[a.id] = true
				return 0
			})
			if looked != min(listings, sight) {
				t.Fatalf("of %d listings an agent looked at %d", listings, looked)
			}
		}
		if first, last := "artifact_1", fmt.Sprint("artifact_", listings); listings == sight+1 && !(seen[first] && seen[last]) {
			t.Errorf("of %d listings %d were never seen", listings, listings-len(seen))
		}
		if listings > 10*sight && len(seen) < listings*8/10 {
			t.Errorf("of %d listings only %d were ever seen", listings, len(seen))
		}
	}
}

// Listings keep the order of their deposit, whichever are taken out.
func TestListingsKeepTheirOrder(t *testing.T) {
	w, turn := market(t, 100)
	for len(w.listings) > 0 {
		before := append([]*artifact(nil), w.listings...)
		at := turn.rand.IntN(len(before))
		w.unlist(before[at])
		if left := append(before[:at:at], before[at+1:]...); fmt.Sprint(left) != fmt.Sprint(w.listings) {
			t.Fatalf("unlisting number %d of %d left another order", at, len(before))
		}
	}
}
