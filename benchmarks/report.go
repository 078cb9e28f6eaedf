package main

import (
	"fmt"
	"io"
	"slices"

	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// columns are the scenarios of the short table, with their headings.
var columns = []struct {
	heading  string
	scenario scenario
}{
	{"small", scenario{peers.Load{Size: peers.Small, Form: peers.Typed}, 1}},
	{"medium", scenario{peers.Load{Size: peers.Medium, Form: peers.Typed}, 1}},
	{"medium, map", scenario{peers.Load{Size: peers.Medium, Form: peers.Map}, 1}},
	{"large", scenario{peers.Load{Size: peers.Large, Form: peers.Typed}, 1}},
	{"small ×8", scenario{peers.Load{Size: peers.Small, Form: peers.Typed}, 8}},
	{"medium ×8", scenario{peers.Load{Size: peers.Medium, Form: peers.Typed}, 8}},
	{"large ×8", scenario{peers.Load{Size: peers.Large, Form: peers.Typed}, 8}},
}

// writeSummary writes what is worth knowing at a glance.
func (r results) writeSummary(w io.Writer) {
	if len(r.heats) > 0 {
		r.writeCosts(w)
	}
	if len(r.latencies) > 0 {
		r.writeLatencies(w)
	}
	if r.sharing != nil {
		fmt.Fprintf(w, "\n%s\n", r.sharing)
	}
	if r.overhead != nil {
		fmt.Fprintf(w, "\n%s\n", r.overhead)
	}
}

// writeCosts writes one table: a line for each contender, a column for each of
// the main scenarios.
func (r results) writeCosts(w io.Writer) {
	var heats []heat
	heading := []string{"contender", "lost at kill -9"}
	for _, c := range columns {
		if h, ok := r.heat(c.scenario); ok {
			heats, heading = append(heats, h), append(heading, c.heading)
		}
	}
	t := figures.NewTable(heading...)
	for _, c := range contestants() {
		if !slices.ContainsFunc(heats, func(h heat) bool { return len(h.row(c.name).trials) > 0 }) {
			continue
		}
		cells := []string{c.name, c.lost}
		for _, h := range heats {
			cells = append(cells, h.cell(c.name))
		}
		t.Add(cells...)
	}
	t.Write(w)
}

// contestant is a line of the short table.
type contestant struct{ name, lost string }

func contestants() []contestant {
	var all []contestant
	for _, c := range peers.All() {
		all = append(all, contestant{c.Name, string(c.Lost)})
	}
	return append(all, contestant{python{}.name(), string(peers.Safe)})
}

// cell is the cost of an entrant and its ratio to that of the first.
func (h heat) cell(name string) string {
	r := h.row(name)
	if len(r.trials) == 0 {
		return "–"
	}
	cost := figures.Duration(figures.SpreadOf(r.costs()).Median)
	if name == h.rows[0].entrant {
		return "**" + cost + "**"
	}
	return fmt.Sprintf("%s (%s×)", cost, figures.Number(h.ratio(name, h.rows[0].entrant).Median))
}

// writeDetails writes all figures of all scenarios.
func (r results) writeDetails(w io.Writer) {
	for _, h := range r.heats {
		fmt.Fprintf(w, "\n%v, %d rounds\n\n", h.scenario, r.rounds)
		t := figures.NewTable("contender", "cost of an event", "min–max", "ratio", "min–max", "wall with Close", "processor", "allocations", "bytes", "events")
		for _, row := range h.rows {
			t.Add(h.details(row)...)
		}
		t.Write(w)
	}
}

func (h heat) details(r row) []string {
	cost := figures.SpreadOf(r.costs())
	ratio := h.ratio(r.entrant, h.rows[0].entrant)
	median := func(of func(trial) float64) float64 { return figures.SpreadOf(r.figures(of)).Median }
	return []string{
		r.entrant,
		figures.Duration(cost.Median), figures.Duration(cost.Min) + "–" + figures.Duration(cost.Max),
		figures.Number(ratio.Median) + "×", figures.Number(ratio.Min) + "–" + figures.Number(ratio.Max),
		figures.Duration(median(func(t trial) float64 { return per(float64(t.whole), t.events) })),
		figures.Duration(median(func(t trial) float64 { return per(float64(t.cpu), t.events) })),
		fmt.Sprintf("%.1f", median(func(t trial) float64 { return per(float64(t.allocs), t.events) })),
		fmt.Sprintf("%.0f", median(func(t trial) float64 { return per(float64(t.bytes), t.events) })),
		fmt.Sprint(r.trials[0].events),
	}
}

func (r results) writeLatencies(w io.Writer) {
	fmt.Fprintf(w, "\nOne call of `Log`, small, 100,000 a second (`power`: as fast as the disk allows):\n\n")
	t := figures.NewTable("durability", "p50", "p99", "p99.9", "p99.9 min–max", "max")
	for _, l := range r.latencies {
		t.Add(l.name, figures.Duration(l.p50.Median), figures.Duration(l.p99.Median), figures.Duration(l.p999.Median),
			figures.Duration(l.p999.Min)+"–"+figures.Duration(l.p999.Max), figures.Duration(l.worst.Median))
	}
	t.Write(w)
}

// String tells the figures in a sentence.
func (s *sharing) String() string {
	text := fmt.Sprintf("`power`: %.0f events a second by one goroutine, %.0f by %d", s.alone.Median, s.together.Median, sharingGoroutines)
	if s.syncs == 0 {
		return text + "; the calls of fdatasync were not counted: " + s.why + "."
	}
	return text + fmt.Sprintf(", where %d events took %d calls of fdatasync, %s events each.", s.events, s.syncs, figures.Number(s.perSync()))
}

// String tells the figures in a sentence.
func (o *overhead) String() string {
	return fmt.Sprintf("The exchange simulation takes %s an event without recording and %s with it (%s×, min–max %s–%s): recording adds %s.",
		figures.Duration(o.off.Median), figures.Duration(o.on.Median), figures.Number(o.ratio.Median),
		figures.Number(o.ratio.Min), figures.Number(o.ratio.Max), figures.Duration(o.added.Median))
}
