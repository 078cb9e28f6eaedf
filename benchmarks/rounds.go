package main

import (
	"fmt"
	"io"
	"time"

	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// leastEvents is how many events a trial writes at least.
const leastEvents = 80

// plan says how long is measured.
type plan struct {
	dir    string
	rounds int
	each   time.Duration // wanted length of one trial
	bytes  int64         // a trial writes about this much at most
	log    io.Writer     // for whoever waits
}

// row holds what the rounds gave for one entrant in one scenario.
type row struct {
	entrant string
	trials  []trial
}

// figures picks one figure of each round.
func (r row) figures(of func(trial) float64) []float64 {
	f := make([]float64, len(r.trials))
	for i, t := range r.trials {
		f[i] = of(t)
	}
	return f
}

func (r row) costs() []float64 { return r.figures(trial.cost) }

// heat is a scenario with what came out. The first row is what the others are
// compared with.
type heat struct {
	scenario scenario
	rows     []row
}

// row returns the row of an entrant, without trials when it did not enter.
func (h heat) row(name string) row {
	for _, r := range h.rows {
		if r.entrant == name {
			return r
		}
	}
	return row{entrant: name}
}

// ratio is the cost of an entrant over that of another, round by round.
func (h heat) ratio(of, by string) figures.Spread {
	return figures.SpreadOf(figures.Ratios(h.row(of).costs(), h.row(by).costs()))
}

// race measures all entrants in one scenario, in turn within each round.
func (p plan) race(s scenario, all []entrant) (heat, error) {
	h := heat{scenario: s}
	var entrants []entrant
	var events []int
	for _, e := range all {
		if !e.enters(s) {
			continue
		}
		n, err := p.calibrate(e, s)
		if err != nil {
			return heat{}, err
		}
		entrants, events = append(entrants, e), append(events, n)
		h.rows = append(h.rows, row{entrant: e.name()})
	}
	for round := range p.rounds {
		fmt.Fprintf(p.log, "%v: round %d of %d\n", s, round+1, p.rounds)
		for i := range entrants {
			// Each round begins with another one, so that nobody is always first.
			i = (i + round) % len(entrants)
			t, err := p.trial(entrants[i], s, events[i])
			if err != nil {
				return heat{}, err
			}
			h.rows[i].trials = append(h.rows[i].trials, t)
		}
	}
	return h, nil
}

// trial measures one entrant, on memory that is as warm as it is for the others.
func (p plan) trial(e entrant, s scenario, events int) (trial, error) {
	if err := warmMemory(p.dir, int64(events)*int64(len(peers.Line(s.load.Size)))); err != nil {
		return trial{}, err
	}
	return inFresh(p.dir, e, s, events)
}

// calibrate returns how many events make a trial of the wanted length. It also
// warms the contender up. Short trials are dear, since opening and closing count
// fully, so it goes on until one was about long enough to go by.
func (p plan) calibrate(e entrant, s scenario) (int, error) {
	limit := int(p.bytes) / len(peers.Line(s.load.Size))
	n := leastEvents
	for range 6 {
		t, err := p.trial(e, s, n)
		if err != nil {
			return 0, err
		}
		next := eventsFor(p.each, t, limit)
		if next <= 2*n {
			return next, nil
		}
		n = next
	}
	return n, nil
}

// eventsFor returns how many events take the given time, at the speed of t.
func eventsFor(each time.Duration, t trial, limit int) int {
	if t.events == 0 || t.cost() <= 0 {
		return leastEvents
	}
	return max(min(int(float64(each)/t.cost()), limit), leastEvents)
}
