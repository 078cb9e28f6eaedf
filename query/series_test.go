package query

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// points returns a series as text, one point a line.
func points(t interface{ Fatalf(string, ...any) }, blocks *blocks, o SeriesOptions, f Filter) []string {
	var got []string
	_, err := series(blocks, o, f, func(p Point) error {
		got = append(got, fmt.Sprintf("%s %s", p.X, p.Y))
		return nil
	})
	if err != nil {
		t.Fatalf("series: %v", err)
	}
	return got
}

func TestSeries(t *testing.T) {
	log := `{"sequence":1,"tick":1,"g":{"i":0.5}}
{"sequence":2,"tick":1}
broken
{"sequence":3,"tick":2,"g":{"i":"NaN"},"n":12345678901234567890}
{"sequence":4,"g":{"i":"text"},"n":-1}
`
	got := points(t, cutInto(log, 20, 2), SeriesOptions{X: "tick", Y: []string{"g.i", "n"}}, Filter{})
	want := []string{`1 [0.5 ]`, `2 ["NaN" 12345678901234567890]`, ` [ -1]`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := points(t, cutInto(log, 20, 2), SeriesOptions{Y: []string{"n"}}, Filter{To: 3}); !slices.Equal(got, []string{"3 [12345678901234567890]"}) {
		t.Errorf("along the sequence: %q", got)
	}
}

// TestSeriesThinned keeps the extremes, the ends and the order, within the bound.
func TestSeriesThinned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(-1000, 1000), 0, 400).Draw(rt, "numbers")
		limit := rapid.IntRange(4, 60).Draw(rt, "limit")
		var log strings.Builder
		for i, n := range numbers {
			fmt.Fprintf(&log, "{\"sequence\":%d,\"n\":%d}\n", i+1, n)
		}
		o := SeriesOptions{Y: []string{"n"}}
		all := points(rt, cutInto(log.String(), 1<<20, 1), o, Filter{})
		o.Points = limit
		got := points(rt, cutInto(log.String(), 1<<20, 1), o, Filter{})
		if len(got) > limit || len(all) <= limit && !slices.Equal(got, all) {
			rt.Fatalf("%d points of %d, limit %d", len(got), len(all), limit)
		}
		at := 0
		for _, p := range got {
			i := slices.Index(all[at:], p)
			if i < 0 {
				rt.Fatalf("%s is no point, or out of order", p)
			}
			at += i + 1
		}
		if len(numbers) == 0 {
			return
		}
		for _, extreme := range []int{slices.Min(numbers), slices.Max(numbers)} {
			if !slices.ContainsFunc(got, func(p string) bool { return strings.HasSuffix(p, fmt.Sprintf(" [%d]", extreme)) }) {
				rt.Fatalf("%d is not among %q", extreme, got)
			}
		}
		if got[0] != all[0] || got[len(got)-1] != all[len(all)-1] {
			rt.Fatalf("the ends are %s and %s", got[0], got[len(got)-1])
		}
	})
}
