package exchange

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestStanding(t *testing.T) {
	for name, c := range map[string]struct {
		money []int64
		want  standing
	}{
		"all equal":   {[]int64{4, 4, 4, 4}, standing{mean: 4}},
		"one has all": {[]int64{0, 8, 0, 0}, standing{mean: 2, variance: 12, gini: 0.75, broke: 0.75, belowMean: 0.75}},
		"a ladder":    {[]int64{3, 0, 1, 2}, standing{mean: 1.5, variance: 1.25, gini: 5.0 / 12, broke: 0.25, belowMean: 0.5}},
	} {
		w := &world{money: c.money, scale: 1, sorted: make([]int64, len(c.money))}
		for _, m := range c.money {
			w.total += m
		}
		if got := w.standing(); !near(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func near(a, b standing) bool {
	const e = 1e-12
	return math.Abs(a.mean-b.mean) < e && math.Abs(a.variance-b.variance) < e && math.Abs(a.gini-b.gini) < e &&
		math.Abs(a.broke-b.broke) < e && math.Abs(a.belowMean-b.belowMean) < e
}

// The definition of the Gini coefficient, over all pairs.
func TestGiniIsTheMeanDifference(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		money := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 2, 30).Draw(r, "money")
		money[0]++ // the total is never zero
		var total, apart float64
		for _, a := range money {
			total += float64(a)
			for _, b := range money {
				apart += math.Abs(float64(a - b))
			}
		}
		n := float64(len(money))
		want := apart / (2 * n * total)
		slices.Sort(money)
		if got := gini(money, total); math.Abs(got-want) > 1e-12 {
			r.Fatalf("gini %v, by definition %v", got, want)
		}
	})
}
