package main

import (
	"strings"
	"testing"
	"time"

	"example.org/runshelf/benchmarks/peers"
)

func TestDuration(t *testing.T) {
	for ns, want := range map[float64]string{
		0.5: "0.50 ns", 7.04: "7.04 ns", 42.06: "42.1 ns", 312.4: "312 ns", 999.4: "999 ns",
		999.6: "1.00 µs", 1234: "1.23 µs", 99_960: "100 µs", 999_400: "999 µs", 999_600: "1.00 ms", 2.5e9: "2500 ms",
	} {
		if got := duration(ns); got != want {
			t.Errorf("duration(%v) = %q, want %q", ns, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	table := newTable("what", "one", "two")
	table.add("a", "1", "2")
	table.write(&b)
	if want := "| what | one | two |\n|---|---:|---:|\n| a | 1 | 2 |\n"; b.String() != want {
		t.Errorf("table:\n%s\nwant:\n%s", b.String(), want)
	}
}

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
		latencies: []latency{{name: "crash", p999: spread{median: 150e3}}, {name: "each", p999: spread{median: 1}}},
		sharing:   &sharing{events: 800, syncs: 100},
	}
	verdicts := map[string]bool{}
	for _, a := range r.aims() {
		verdicts[a.what] = a.holds()
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
	s := &sharing{alone: spread{median: 500}, together: spread{median: 2000}, events: 800, syncs: 100}
	if got := s.String(); !strings.Contains(got, "8.00 events each") {
		t.Errorf("sharing is told as %q", got)
	}
	s.syncs, s.why = 0, "strace is not installed"
	if got := s.String(); !strings.Contains(got, s.why) || strings.Contains(got, "Inf") {
		t.Errorf("uncounted sharing is told as %q", got)
	}
}
