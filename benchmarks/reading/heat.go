package main

import (
	"time"

	"example.org/runshelf/benchmarks/figures"
)

// heat is a question with what the rounds gave. The first row is ours.
type heat struct {
	question question
	rows     []row
}

// row is one contender.
type row struct {
	name   string
	trials []trial
}

// figures picks one figure of each round.
func (r row) figures(of func(trial) float64) []float64 {
	all := make([]float64, len(r.trials))
	for i, t := range r.trials {
		all[i] = of(t)
	}
	return all
}

func (r row) walls() []float64 { return r.figures(func(t trial) float64 { return float64(t.wall) }) }
func (r row) cpus() []float64  { return r.figures(func(t trial) float64 { return float64(t.cpu) }) }

func (r row) memory() figures.Spread {
	return figures.SpreadOf(r.figures(func(t trial) float64 { return float64(t.memory) }))
}

// row returns the row of a contender, without trials when it took no part.
func (h heat) row(name string) row {
	for _, r := range h.rows {
		if r.name == name {
			return r
		}
	}
	return row{name: name}
}

// ratio is one contender's time over that of another, round by round.
func (h heat) ratio(of, by string) figures.Spread {
	return figures.SpreadOf(figures.Ratios(h.row(of).walls(), h.row(by).walls()))
}

// ask asks all contenders in turn, once to warm up and then in rounds. It is
// false for a question that is not to be asked.
func (s settings) ask(q question, m *maker) (heat, bool, error) {
	h := heat{question: q}
	if q.needs != nil && !q.needs(s) {
		return h, false, nil
	}
	if q.run != "" {
		if err := m.make(q.run); err != nil {
			return h, false, err
		}
	}
	contenders, err := q.ask(m)
	if err != nil {
		return h, false, err
	}
	for _, c := range contenders {
		h.rows = append(h.rows, row{name: c.name})
	}
	for round := range s.rounds + 1 {
		s.say("%s: round %d of %d", q.name, round, s.rounds)
		for i, c := range contenders {
			t, err := c.live()
			if err != nil {
				return h, false, err
			}
			if round > 0 {
				h.rows[i].trials = append(h.rows[i].trials, t)
			}
		}
	}
	return h, true, nil
}

// live is one life of a contender.
func (c contender) live() (trial, error) {
	if c.before != nil {
		if err := c.before(); err != nil {
			return trial{}, err
		}
	}
	return c.process.measured()
}

// aims are the bounds of the question with what was measured.
func (h heat) aims() (all []figures.Aim) {
	for _, b := range h.question.bounds {
		switch {
		case b.peer == "":
			all = append(all, figures.Aim{
				What: h.question.name, Got: figures.SpreadOf(h.row(ours).walls()).Median,
				Limit: b.atMost * float64(time.Millisecond), Unit: figures.Duration,
			})
		case b.atLeast > 0:
			all = append(all, figures.Aim{What: h.question.name + ": faster than " + b.peer, Got: h.ratio(b.peer, ours).Median, Limit: b.atLeast, AtLeast: true, Unit: figures.Times})
		default:
			all = append(all, figures.Aim{What: h.question.name + ": of " + b.peer, Got: h.ratio(ours, b.peer).Median, Limit: b.atMost, Unit: figures.Times})
		}
	}
	return append(all, figures.Aim{What: h.question.name + ": memory, MB", Got: h.row(ours).memory().Max / 1e6, Limit: 100, Unit: figures.Number})
}
