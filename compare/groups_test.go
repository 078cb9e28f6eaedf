package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.org/runshelf/shelf"
)

// TestStudentQuantile holds the quantiles against the printed tables, and between
// their rows against integrating the density by Simpson's rule.
func TestStudentQuantile(t *testing.T) {
	for _, tt := range []struct{ p, freedom, want float64 }{
		{0.975, 1, 12.7062}, {0.975, 2, 4.3027}, {0.975, 5, 2.5706}, {0.975, 10, 2.2281}, {0.975, 30, 2.0423},
		{0.975, 1e6, 1.95997}, {0.95, 8, 1.8595}, {0.995, 4, 4.6041}, {0.975, 3.5, 2.94009},
	} {
		if got := studentQuantile(tt.p, tt.freedom); math.Abs(got-tt.want) > 2e-4 {
			t.Errorf("quantile %g with %g degrees: %.5f, want %.5f", tt.p, tt.freedom, got, tt.want)
		}
	}
}

func runsWith(values ...float64) []*shelf.Run {
	var runs []*shelf.Run
	for _, v := range values {
		runs = append(runs, &shelf.Run{Manifest: shelf.Manifest{Metrics: map[string]float64{"m": v}}})
	}
	return runs
}

// TestGroups has an example computed by hand: means 3 and 5.5, variances 2.5 and
// 15, so the error is √(2.5/5 + 15/4) with 3.80 degrees of freedom.
func TestGroups(t *testing.T) {
	a, b := runsWith(1, 2, 3, 4, 5), runsWith(1, 4, 7, 10)
	got := Groups(a, append(b, runsWith(math.NaN())...))
	if len(got) != 1 || got[0].A.N != 5 || got[0].B.N != 4 || got[0].Change != 2.5 || math.Abs(got[0].B.Deviation-math.Sqrt(15)) > 1e-12 {
		t.Fatalf("%+v", got)
	}
	half := studentQuantile(0.975, 4.25*4.25/(0.25/4+3.75*3.75/3)) * math.Sqrt(4.25)
	if math.Abs(got[0].High-2.5-half) > 1e-9 || got[0].Different() {
		t.Errorf("%+v, want 2.5 ± %g", got[0], half)
	}
	if one := Groups(runsWith(1), runsWith(2, 3)); one[0].Different() || !math.IsNaN(one[0].Low) {
		t.Errorf("one run: %+v", one)
	}
	if same := Groups(runsWith(1, 1), runsWith(2, 2)); !same[0].Different() {
		t.Errorf("no deviation: %+v", same)
	}
}

// TestWelchCovers draws groups whose change is known: about 95 of 100 intervals
// hold it. The bounds are five standard errors wide.
func TestWelchCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	const trials = 4000
	held := 0
	for range trials {
		a, b := make([]float64, 5), make([]float64, 9)
		for i := range a {
			a[i] = 10 + r.NormFloat64()
		}
		for i := range b {
			b[i] = 11 + 3*r.NormFloat64()
		}
		if m := welch("m", sampleOf(a), sampleOf(b)); m.Low <= 1 && 1 <= m.High {
			held++
		}
	}
	if share := float64(held) / trials; math.Abs(share-0.95) > 0.0175 {
		t.Errorf("%.3f of the intervals hold the change", share)
	}
}
