// Package figures turns what was measured into what is read: medians and ratios
// over rounds, tables in Markdown, and verdicts on bounds.
package figures

import (
	"math"
	"slices"
)

// Spread is what several rounds gave for one figure.
type Spread struct{ Median, Min, Max float64 }

// SpreadOf sums up the figures of the rounds. Of an even number the median is
// the mean of the two in the middle. Without figures all is NaN.
func SpreadOf(figures []float64) Spread {
	if len(figures) == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(figures))
	half := len(sorted) / 2
	median := sorted[half]
	if len(sorted)%2 == 0 {
		median = (sorted[half-1] + sorted[half]) / 2
	}
	return Spread{median, sorted[0], sorted[len(sorted)-1]}
}

// Ratios divides round by round.
func Ratios(of, by []float64) []float64 {
	n := min(len(of), len(by))
	r := make([]float64, n)
	for i := range n {
		r[i] = of[i] / by[i]
	}
	return r
}

// Percentile returns the smallest of the sorted values that at least the given
// share of them, in parts of one, does not exceed (nearest rank).
func Percentile[T any](sorted []T, share float64) T {
	rank := int(math.Ceil(share*float64(len(sorted)) - 1e-9))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
