package main

import (
	"fmt"
	"io"

	"example.org/runshelf"
	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// writeAims compares what was measured with what is aimed at.
func (r results) writeAims(w io.Writer) { figures.WriteAims(w, r.aims()) }

func (r results) aims() []figures.Aim {
	ours := peers.Runshelf(runshelf.DurabilityCrash).Name
	var all []figures.Aim
	for _, h := range r.heats {
		if h.scenario.goroutines == 1 {
			all = append(all, h.aimsAlone(ours)...)
		} else {
			all = append(all, h.aimOfRival(ours))
		}
	}
	for _, l := range r.latencies {
		if l.name == string(runshelf.DurabilityCrash) {
			all = append(all, figures.Aim{What: "p99.9 of one call", Got: l.p999.Median, Limit: 100e3, Unit: figures.Duration})
		}
	}
	if s := r.sharing; s != nil && s.syncs > 0 {
		all = append(all, figures.Aim{What: "power: events for each fdatasync", Got: s.perSync(), Limit: 4, AtLeast: true, Unit: figures.Number})
	}
	return all
}

// aimsAlone are the bounds for one goroutine.
func (h heat) aimsAlone(ours string) []figures.Aim {
	switch h.scenario.load {
	case peers.Load{Size: peers.Small, Form: peers.Typed}:
		return []figures.Aim{
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
		return []figures.Aim{h.aimOfCost(ours, 600), h.aimOfAllocs(ours), h.aimOfRatio(ours, peers.RawBlocks, 5)}
	case peers.Load{Size: peers.Medium, Form: peers.Map}:
		return []figures.Aim{h.aimOfCost(ours, 1300)}
	case peers.Load{Size: peers.Large, Form: peers.Typed}:
		return []figures.Aim{h.aimOfRival(ours)}
	}
	return nil
}

func (h heat) aimOfCost(ours string, limit float64) figures.Aim {
	got := figures.SpreadOf(h.row(ours).costs()).Median
	return figures.Aim{What: fmt.Sprintf("%v: cost", h.scenario), Got: got, Limit: limit, Unit: figures.Duration}
}

// aimOfAllocs allows for what opening and closing a run allocates.
func (h heat) aimOfAllocs(ours string) figures.Aim {
	got := figures.SpreadOf(h.row(ours).figures(func(t trial) float64 { return per(float64(t.allocs), t.events) })).Median
	return figures.Aim{What: fmt.Sprintf("%v: allocations", h.scenario), Got: got, Limit: 0.05, Unit: figures.Number}
}

func (h heat) aimOfRatio(ours, peer string, limit float64) figures.Aim {
	return figures.Aim{
		What: fmt.Sprintf("%v: of %s", h.scenario, peer),
		Got:  h.ratio(ours, peer).Median, Limit: limit, Unit: figures.Times,
	}
}

func (h heat) aimOfRival(ours string) figures.Aim { return h.aimOfRatio(ours, h.fastestRival(), 1) }
