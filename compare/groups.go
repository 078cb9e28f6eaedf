package compare

import (
	"maps"
	"math"
	"slices"

	"example.org/runshelf/shelf"
)

// Sample sums up a metric over the runs of a group.
type Sample struct {
	// N is the number of runs that have the metric as a finite number.
	N int
	// Mean and Deviation are the mean and the sample standard deviation, the
	// latter NaN for fewer than two runs.
	Mean, Deviation float64
}

// MetricChange compares a metric of two groups of runs.
type MetricChange struct {
	Name string
	A, B Sample
	// Change is the mean of B less that of A. Low and High bound the 95 %
	// confidence interval for it by Welch's method, which does not assume that the
	// groups vary alike (Welch, Biometrika 34, 1947); NaN when a group has fewer
	// than two runs.
	Change, Low, High float64
}

// confidence is the share of intervals that would hold the true change.
const confidence = 0.95

// Different reports whether the interval is known and does not hold zero.
func (m *MetricChange) Different() bool { return m.Low > 0 || m.High < 0 }

// Groups compares the metrics of two groups of runs, sorted by name. Metrics that
// no run of a group has are left out.
func Groups(a, b []*shelf.Run) []MetricChange {
	x, y := metricsOf(a), metricsOf(b)
	var all []MetricChange
	for _, name := range slices.Sorted(maps.Keys(x)) {
		if len(y[name]) > 0 {
			all = append(all, welch(name, sampleOf(x[name]), sampleOf(y[name])))
		}
	}
	return all
}

// metricsOf collects the finite values of each metric.
func metricsOf(runs []*shelf.Run) map[string][]float64 {
	all := map[string][]float64{}
	for _, run := range runs {
		for name, v := range run.Manifest.Metrics {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				all[name] = append(all[name], v)
			}
		}
	}
	return all
}

// sampleOf computes mean and deviation in two passes, which keeps the digits of
// large figures that vary little.
func sampleOf(values []float64) Sample {
	n := float64(len(values))
	mean, squares := 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	s := Sample{N: len(values), Mean: mean, Deviation: math.NaN()}
	if len(values) > 1 {
		s.Deviation = math.Sqrt(squares / (n - 1))
	}
	return s
}

// welch computes the interval for the change of a mean, with the degrees of
// freedom of Welch and Satterthwaite.
func welch(name string, a, b Sample) MetricChange {
	m := MetricChange{Name: name, A: a, B: b, Change: b.Mean - a.Mean, Low: math.NaN(), High: math.NaN()}
	if a.N < 2 || b.N < 2 {
		return m
	}
	u, v := a.Deviation*a.Deviation/float64(a.N), b.Deviation*b.Deviation/float64(b.N)
	half := 0.0
	if u+v > 0 {
		freedom := (u + v) * (u + v) / (u*u/float64(a.N-1) + v*v/float64(b.N-1))
		half = studentQuantile((1+confidence)/2, freedom) * math.Sqrt(u+v)
	}
	m.Low, m.High = m.Change-half, m.Change+half
	return m
}
