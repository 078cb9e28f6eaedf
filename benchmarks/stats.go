package main

import (
	"math"
	"slices"
)

// spread is what several rounds gave for one figure.
type spread struct{ median, min, max float64 }

// spreadOf sums up the figures of the rounds. Of an even number the median is
// the mean of the two in the middle. Without figures all is NaN.
func spreadOf(figures []float64) spread {
	if len(figures) == 0 {
		return spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(figures))
	half := len(sorted) / 2
	median := sorted[half]
	if len(sorted)%2 == 0 {
		median = (sorted[half-1] + sorted[half]) / 2
	}
	return spread{median, sorted[0], sorted[len(sorted)-1]}
}

// ratios divides round by round.
func ratios(of, by []float64) []float64 {
	n := min(len(of), len(by))
	r := make([]float64, n)
	for i := range n {
		r[i] = of[i] / by[i]
	}
	return r
}

// percentile returns the smallest of the sorted values that at least the given
// share of them, in parts of one, does not exceed (nearest rank).
func percentile[T any](sorted []T, share float64) T {
	rank := int(math.Ceil(share*float64(len(sorted)) - 1e-9))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
