package cli

import (
	"math"
	"testing"
)

func TestPositionOnAPlot(t *testing.T) {
	for text, want := range map[string]float64{
		"3": 3, "-1e3": -1000, "1970-01-01T00:00:01.5Z": 1.5, "1970-01-01T01:00:00+01:00": 0,
		"1600-01-01T00:00:00Z": -11676096000, "2600-01-01T00:00:00Z": 19880899200,
		"2026-01-02T3:04:05Z": math.NaN(), "Inf": math.NaN(), "": math.NaN(),
	} {
		if got := position(text); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%q lies at %v, want %v", text, got, want)
		}
	}
}
