package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// pace is the time from one event to the next at 100,000 events a second.
const pace = 10 * time.Microsecond

// idle names the rounds in which nothing is called: what the clock and the
// machine add to every other figure.
const idle = "nothing is called"

// latency is how long one call takes at a steady pace, in ns.
type latency struct {
	name                  string
	events                int
	p50, p99, p999, worst figures.Spread
}

// quantiles are the figures of one round.
type quantiles struct{ p50, p99, p999, worst float64 }

// levels are the levels of durability, each with the share of the calls that it
// is measured by: where a call waits for the disk there are fewer.
var levels = []struct {
	name  string
	share int
}{
	{idle, 1},
	{string(runshelf.DurabilityCrash), 1},
	{string(runshelf.DurabilityEach), 1},
	{string(runshelf.DurabilityNone), 1},
	{string(runshelf.DurabilityPower), 200},
}

// latencies measures one call of Log at each level, in turn within each round.
func (p plan) latencies(calls int) ([]latency, error) {
	rounds := make([][]quantiles, len(levels))
	for round := range p.rounds {
		fmt.Fprintf(p.log, "one call of Log: round %d of %d\n", round+1, p.rounds)
		for i, level := range levels {
			q, err := p.pacedLog(level.name, calls/level.share)
			if err != nil {
				return nil, fmt.Errorf("one call of Log, %s: %w", level.name, err)
			}
			rounds[i] = append(rounds[i], q)
		}
	}
	var all []latency
	for i, level := range levels {
		all = append(all, sumLatency(level.name, calls/level.share, rounds[i]))
	}
	return all, nil
}

// pacedLog measures small typed events by one goroutine.
func (p plan) pacedLog(level string, calls int) (q quantiles, err error) {
	if level == idle {
		return quantilesOf(paced(calls, func(uint64, int) {})), nil
	}
	dir, err := os.MkdirTemp(p.dir, "latency-")
	if err != nil {
		return q, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	log, err := peers.Runshelf(runshelf.Durability(level)).Open(dir, peers.Load{Size: peers.Small, Form: peers.Typed})
	if err != nil {
		return q, err
	}
	q = quantilesOf(paced(calls, log.Producer()))
	return q, log.Close()
}

// paced makes one call after the other at the pace, or as fast as they go, and
// returns how long each took. It waits by looking at the clock, since a sleep is
// far too coarse.
func paced(calls int, call func(first uint64, n int)) []time.Duration {
	took := make([]time.Duration, calls)
	due := time.Now()
	for i := range took {
		began := time.Now()
		for began.Before(due) {
			began = time.Now()
		}
		call(uint64(i+1), 1)
		took[i] = time.Since(began)
		due = due.Add(pace)
	}
	return took
}

func quantilesOf(took []time.Duration) quantiles {
	slices.Sort(took)
	return quantiles{
		p50:   float64(figures.Percentile(took, 0.5)),
		p99:   float64(figures.Percentile(took, 0.99)),
		p999:  float64(figures.Percentile(took, 0.999)),
		worst: float64(figures.Percentile(took, 1)),
	}
}

func sumLatency(name string, events int, rounds []quantiles) latency {
	of := func(figure func(quantiles) float64) figures.Spread {
		rounded := make([]float64, len(rounds))
		for i, q := range rounds {
			rounded[i] = figure(q)
		}
		return figures.SpreadOf(rounded)
	}
	return latency{
		name: name, events: events,
		p50:   of(func(q quantiles) float64 { return q.p50 }),
		p99:   of(func(q quantiles) float64 { return q.p99 }),
		p999:  of(func(q quantiles) float64 { return q.p999 }),
		worst: of(func(q quantiles) float64 { return q.worst }),
	}
}
