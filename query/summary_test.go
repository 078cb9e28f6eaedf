package query

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// TestSummaryMerges sums up numbers in two parts and by the definitions.
func TestSummaryMerges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, 50).Draw(rt, "numbers")
		cut := rapid.IntRange(0, len(numbers)).Draw(rt, "cut")
		var a, b Summary
		sum := 0.0
		for i, x := range numbers {
			sum += x
			if i < cut {
				a.Add(x)
			} else {
				b.Add(x)
			}
		}
		a.merge(&b)
		mean, squares := sum/float64(len(numbers)), 0.0
		for _, x := range numbers {
			squares += (x - mean) * (x - mean)
		}
		deviation := math.Sqrt(squares / float64(len(numbers)-1))
		if !near(a.Mean(), mean) || math.Abs(a.Deviation()-deviation) > 1e-6*(1+deviation) || a.Count != uint64(len(numbers)) {
			rt.Fatalf("%v, %v, %d; want %v, %v", a.Mean(), a.Deviation(), a.Count, mean, deviation)
		}
	})
}

func TestSummaryEdges(t *testing.T) {
	var s Summary
	if !math.IsNaN(s.Mean()) || !math.IsNaN(s.Deviation()) || s.Sum() != 0 {
		t.Errorf("nothing: %v, %v, %v", s.Mean(), s.Deviation(), s.Sum())
	}
	for _, stored := range []string{`"5"`, `null`, `true`, ``, `1e999`, `[1]`} {
		s.add([]byte(stored))
	}
	if s.Count != 0 {
		t.Errorf("%d numbers among what are none", s.Count)
	}
	for _, stored := range []string{`1e100`, `1`, `-1e100`} {
		s.add([]byte(stored))
	}
	if s.Sum() != 1 || s.Min != -1e100 || s.Max != 1e100 {
		t.Errorf("sum %v, from %v to %v", s.Sum(), s.Min, s.Max)
	}
}
