package main

import (
	"slices"
	"testing"
	"time"

	"example.org/runshelf/benchmarks/figures"
)

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
	if l.p50.Median != 2 || l.p99.Max != 30 || l.p999 != (figures.Spread{Median: 200, Min: 100, Max: 300}) || l.worst.Min != 1000 {
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
