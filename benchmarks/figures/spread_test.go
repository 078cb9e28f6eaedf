package figures

import (
	"math"
	"slices"
	"testing"
)

func TestSpreadOf(t *testing.T) {
	for _, c := range []struct {
		rounds []float64
		want   Spread
	}{
		{[]float64{7}, Spread{7, 7, 7}},
		{[]float64{3, 1, 2}, Spread{2, 1, 3}},
		{[]float64{4, 1, 2, 100}, Spread{3, 1, 100}},
	} {
		given := slices.Clone(c.rounds)
		if got := SpreadOf(c.rounds); got != c.want {
			t.Errorf("SpreadOf(%v) = %v, want %v", c.rounds, got, c.want)
		}
		if !slices.Equal(given, c.rounds) {
			t.Errorf("spreadOf has changed %v to %v", given, c.rounds)
		}
	}
	if got := SpreadOf(nil); !math.IsNaN(got.Median) || !math.IsNaN(got.Min) || !math.IsNaN(got.Max) {
		t.Errorf("SpreadOf(nil) = %v, want NaN", got)
	}
}

func TestRatiosAreTakenRoundByRound(t *testing.T) {
	// The machine is ten times slower in the second round, and the ratio is not.
	got := Ratios([]float64{2, 20, 4}, []float64{1, 10, 2})
	if want := []float64{2, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("ratios = %v, want %v", got, want)
	}
	if got := Ratios([]float64{1, 2}, nil); len(got) != 0 {
		t.Errorf("ratios of nothing = %v", got)
	}
}

func TestPercentileIsTheNearestRank(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for _, c := range []struct {
		values []int
		share  float64
		want   int
	}{
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 0.999, 100},
		{hundred, 1, 100},
		{hundred, 0, 1},
		{[]int{5}, 0.999, 5},
		{[]int{1, 2, 3}, 0.5, 2},
	} {
		if got := Percentile(c.values, c.share); got != c.want {
			t.Errorf("percentile of %d values at %v = %d, want %d", len(c.values), c.share, got, c.want)
		}
	}
}
