package main

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestSpreadOf(t *testing.T) {
	for _, c := range []struct {
		figures []float64
		want    spread
	}{
		{[]float64{7}, spread{7, 7, 7}},
		{[]float64{3, 1, 2}, spread{2, 1, 3}},
		{[]float64{4, 1, 2, 100}, spread{3, 1, 100}},
	} {
		given := slices.Clone(c.figures)
		if got := spreadOf(c.figures); got != c.want {
			t.Errorf("spreadOf(%v) = %v, want %v", c.figures, got, c.want)
		}
		if !slices.Equal(given, c.figures) {
			t.Errorf("spreadOf has changed %v to %v", given, c.figures)
		}
	}
	if got := spreadOf(nil); !math.IsNaN(got.median) || !math.IsNaN(got.min) || !math.IsNaN(got.max) {
		t.Errorf("spreadOf(nil) = %v, want NaN", got)
	}
}

func TestRatiosAreTakenRoundByRound(t *testing.T) {
	// The machine is ten times slower in the second round, and the ratio is not.
	got := ratios([]float64{2, 20, 4}, []float64{1, 10, 2})
	if want := []float64{2, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("ratios = %v, want %v", got, want)
	}
	if got := ratios([]float64{1, 2}, nil); len(got) != 0 {
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
		if got := percentile(c.values, c.share); got != c.want {
			t.Errorf("percentile of %d values at %v = %d, want %d", len(c.values), c.share, got, c.want)
		}
	}
}

func TestCostIsTheLargerOfTheTwoTimes(t *testing.T) {
	waiting := trial{events: 10, calls: 100, whole: 500, cpu: 40}
	if got := waiting.cost(); got != 10 {
		t.Errorf("the cost where calls wait = %v, want 10", got)
	}
	busy := trial{events: 10, calls: 100, whole: 500, cpu: 400}
	if got := busy.cost(); got != 40 {
		t.Errorf("the cost where others work = %v, want 40", got)
	}
}

func TestEventsFor(t *testing.T) {
	known := trial{events: 1000, calls: time.Millisecond} // 1 µs an event
	for _, c := range []struct {
		each  time.Duration
		t     trial
		limit int
		want  int
	}{
		{time.Second, known, 5_000_000, 1_000_000},
		{time.Second, known, 300_000, 300_000},
		{time.Microsecond, known, 300_000, leastEvents},
		{time.Second, known, 1, leastEvents},
		{time.Second, trial{}, 1000, leastEvents},
	} {
		if got := eventsFor(c.each, c.t, c.limit); got != c.want {
			t.Errorf("eventsFor(%v, limit %d) = %d, want %d", c.each, c.limit, got, c.want)
		}
	}
}

func TestSumLatency(t *testing.T) {
	l := sumLatency("crash", 9, []quantiles{{1, 10, 100, 1000}, {3, 30, 300, 3000}, {2, 20, 200, 2000}})
	if l.p50.median != 2 || l.p99.max != 30 || l.p999 != (spread{200, 100, 300}) || l.worst.min != 1000 {
		t.Errorf("the rounds are summed up wrongly: %+v", l)
	}
}

func TestPacedNumbersTheCalls(t *testing.T) {
	var firsts []uint64
	took := paced(3, func(first uint64, n int) {
		for i := range n {
			firsts = append(firsts, first+uint64(i))
		}
	})
	if want := []uint64{1, 2, 3}; len(took) != 3 || !slices.Equal(firsts, want) {
		t.Errorf("%d times, calls %v, want %v", len(took), firsts, want)
	}
}
