package economy

import (
	"testing"

	"pgregory.net/rapid"
)

// The poorest are those that looking at everybody finds, whatever happened to the
// balances.
func TestPoorest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scrip := rapid.SliceOfN(rapid.Int64Range(0, 5), 1, 40).Draw(t, "scrip")
		tree := newPoorest(scrip)
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			i := rapid.IntRange(0, len(scrip)-1).Draw(t, "who")
			scrip[i] = rapid.Int64Range(0, 5).Draw(t, "balance")
			tree.changed(scrip, i)
		}
		for self := range scrip {
			want := nobody
			for i, s := range scrip {
				if i != self && (want == nobody || s < scrip[want]) {
					want = i
				}
			}
			if got := tree.but(scrip, self); got != want {
				t.Fatalf("the poorest of %d but %d is %d, not %d", scrip, self, got, want)
			}
		}
	})
}
