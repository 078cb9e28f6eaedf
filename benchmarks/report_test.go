package main

import (
	"strings"
	"testing"
	"time"

	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// smallHeat is a heat in which Runshelf takes 100 ns, zerolog 1 µs, and two
// buffered rivals 80 and 120 ns.
func smallHeat() heat {
	rounds := func(ns time.Duration) []trial {
		one := trial{events: 1000, calls: 1000 * ns, whole: 2000 * ns, bytes: 175_000}
		return []trial{one, one, one}
	}
	return heat{
		scenario: columns[0].scenario,
		rows: []row{
			{"Runshelf", rounds(100)},
			{"zerolog", rounds(1000)},
			{"zerolog, buffered", rounds(120)},
			{"phuslu/log, buffered", rounds(80)},
			{peers.RawBlocks, rounds(25)},
		},
	}
}

func TestCells(t *testing.T) {
	h := smallHeat()
	for name, want := range map[string]string{
		"Runshelf": "**100 ns**", "zerolog": "1.00 µs (10.0×)", peers.RawBlocks: "25.0 ns (0.25×)", "logrus": "–",
	} {
		if got := h.cell(name); got != want {
			t.Errorf("the cell of %s is %q, want %q", name, got, want)
		}
	}
}

func TestFastestRivalIsBufferedAndNoLimit(t *testing.T) {
	if got := smallHeat().fastestRival(); got != "phuslu/log, buffered" {
		t.Errorf("the fastest rival is %q", got)
	}
	if got := (heat{}).fastestRival(); got != "" {
		t.Errorf("without rivals the fastest one is %q", got)
	}
}

func TestAims(t *testing.T) {
	r := results{
		rounds:    3,
		heats:     []heat{smallHeat()},
		latencies: []latency{{name: "crash", p999: figures.Spread{Median: 150e3}}, {name: "each", p999: figures.Spread{Median: 1}}},
		sharing:   &sharing{events: 800, syncs: 100},
	}
	verdicts := map[string]bool{}
	for _, a := range r.aims() {
		verdicts[a.What] = a.Holds()
	}
	for what, want := range map[string]bool{
		"small typed ×1: cost":                    true,
		"small typed ×1: allocations":             true,
		"small typed ×1: of zerolog":              true,
		"small typed ×1: of zerolog, buffered":    false, // 0.83
		"small typed ×1: of phuslu/log, buffered": false,
		"small typed ×1: of raw 256 KiB writes":   true,
		"p99.9 of one call":                       false,
		"power: events for each fdatasync":        true,
	} {
		if got, ok := verdicts[what]; !ok || got != want {
			t.Errorf("%s: holds is %v (stated %v), want %v", what, got, ok, want)
		}
	}
	var b strings.Builder
	r.writeAims(&b)
	if strings.Contains(b.String(), "NaN") {
		t.Errorf("what was not measured is judged:\n%s", b.String())
	}
}

func TestSentences(t *testing.T) {
	s := &sharing{alone: figures.Spread{Median: 500}, together: figures.Spread{Median: 2000}, events: 800, syncs: 100}
	if got := s.String(); !strings.Contains(got, "8.00 events each") {
		t.Errorf("sharing is told as %q", got)
	}
	s.syncs, s.why = 0, "strace is not installed"
	if got := s.String(); !strings.Contains(got, s.why) || strings.Contains(got, "Inf") {
		t.Errorf("uncounted sharing is told as %q", got)
	}
}
