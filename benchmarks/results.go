package main

import (
	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// results is all that was measured. Parts that were not asked for are empty.
type results struct {
	rounds    int
	heats     []heat
	latencies []latency
	sharing   *sharing
	overhead  *overhead
}

// heat returns what came out in a scenario, if it was measured.
func (r results) heat(s scenario) (heat, bool) {
	for _, h := range r.heats {
		if h.scenario == s {
			return h, true
		}
	}
	return heat{}, false
}

// scenarios returns all: each load by one goroutine and by eight.
func scenarios() []scenario {
	var all []scenario
	for _, goroutines := range []int{1, 8} {
		for _, load := range peers.Loads() {
			all = append(all, scenario{load, goroutines})
		}
	}
	return all
}

// rivals are the buffered loggers of others: those that may lose events, which
// Runshelf does not.
func rivals() []string {
	var names []string
	for _, c := range peers.All() {
		if c.Lost == peers.Unsafe && !c.Limit && !isOurs(c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// fastestRival returns the buffered rival with the lowest median cost, or "".
func (h heat) fastestRival() string {
	best, lowest := "", 0.0
	for _, name := range rivals() {
		r := h.row(name)
		if len(r.trials) == 0 {
			continue
		}
		if cost := figures.SpreadOf(r.costs()).Median; best == "" || cost < lowest {
			best, lowest = name, cost
		}
	}
	return best
}

func isOurs(name string) bool {
	for _, c := range peers.Ours() {
		if c.Name == name {
			return true
		}
	}
	return false
}
