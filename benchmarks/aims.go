package main

import (
	"fmt"
	"io"
	"math"

	"example.org/runshelf"
	"example.org/runshelf/benchmarks/peers"
)

// aim is one bound that the write path is to keep.
type aim struct {
	what    string
	got     float64
	limit   float64
	atLeast bool // the limit is a lower one
	unit    func(float64) string
}

func (a aim) holds() bool {
	if a.atLeast {
		return a.got >= a.limit
	}
	return a.got <= a.limit
}

// writeAims compares what was measured with what is aimed at.
func (r results) writeAims(w io.Writer) {
	t := newTable("aim", "bound", "measured", "")
	for _, a := range r.aims() {
		if math.IsNaN(a.got) {
			continue // not measured
		}
		bound, verdict := "≤ ", "missed"
		if a.atLeast {
			bound = "≥ "
		}
		if a.holds() {
			verdict = "holds"
		}
		t.add(a.what, bound+a.unit(a.limit), a.unit(a.got), verdict)
	}
	t.write(w)
}

func (r results) aims() []aim {
	ours := peers.Runshelf(runshelf.DurabilityCrash).Name
	var all []aim
	for _, h := range r.heats {
		if h.scenario.goroutines == 1 {
			all = append(all, h.aimsAlone(ours)...)
		} else {
			all = append(all, h.aimOfRival(ours))
		}
	}
	for _, l := range r.latencies {
		if l.name == string(runshelf.DurabilityCrash) {
			all = append(all, aim{what: "p99.9 of one call", got: l.p999.median, limit: 100e3, unit: duration})
		}
	}
	if s := r.sharing; s != nil && s.syncs > 0 {
		all = append(all, aim{what: "power: events for each fdatasync", got: s.perSync(), limit: 4, atLeast: true, unit: number})
	}
	return all
}

// aimsAlone are the bounds for one goroutine.
func (h heat) aimsAlone(ours string) []aim {
	switch h.scenario.load {
	case peers.Load{Size: peers.Small, Form: peers.Typed}:
		return []aim{
			h.aimOfCost(ours, 300),
			h.aimOfAllocs(ours),
			h.aimOfRatio(ours, "zerolog", 1.0/8),
			h.aimOfRatio(ours, "phuslu/log", 1.0/8),
			h.aimOfRatio(ours, "slog", 1.0/13),
			h.aimOfRatio(ours, "zerolog, buffered", 0.7),
			h.aimOfRatio(ours, "phuslu/log, buffered", 1),
			h.aimOfRatio(ours, peers.RawBlocks, 6),
		}
	case peers.Load{Size: peers.Medium, Form: peers.Typed}:
		return []aim{h.aimOfCost(ours, 600), h.aimOfAllocs(ours), h.aimOfRatio(ours, peers.RawBlocks, 5)}
	case peers.Load{Size: peers.Medium, Form: peers.Map}:
		return []aim{h.aimOfCost(ours, 1300)}
	case peers.Load{Size: peers.Large, Form: peers.Typed}:
		return []aim{h.aimOfRival(ours)}
	}
	return nil
}

func (h heat) aimOfCost(ours string, limit float64) aim {
	got := spreadOf(h.row(ours).costs()).median
	return aim{what: fmt.Sprintf("%v: cost", h.scenario), got: got, limit: limit, unit: duration}
}

// aimOfAllocs allows for what opening and closing a run allocates.
func (h heat) aimOfAllocs(ours string) aim {
	got := spreadOf(h.row(ours).figures(func(t trial) float64 { return per(float64(t.allocs), t.events) })).median
	return aim{what: fmt.Sprintf("%v: allocations", h.scenario), got: got, limit: 0.05, unit: number}
}

func (h heat) aimOfRatio(ours, peer string, limit float64) aim {
	return aim{
		what: fmt.Sprintf("%v: of %s", h.scenario, peer),
		got:  h.ratio(ours, peer).median, limit: limit, unit: times,
	}
}

func (h heat) aimOfRival(ours string) aim { return h.aimOfRatio(ours, h.fastestRival(), 1) }

func times(v float64) string { return fmt.Sprintf("%.3f×", v) }
