package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/simulation"
	"example.org/runshelf/simulation/exchange"

	"example.org/runshelf/benchmarks/figures"
)

// overhead is what recording adds to the exchange simulation, which does very
// little between two events and so shows the most there can be.
type overhead struct {
	events  int
	off, on figures.Spread // ns for each event
	added   figures.Spread // on less off, round by round
	ratio   figures.Spread // on over off, round by round
}

// exchangeRun is one life of a world, in ns for each event that it reports.
type exchangeRun struct {
	events int
	cost   float64
}

// counter passes events on to a logger, or nowhere, and counts them.
type counter struct {
	logger *runshelf.EventLogger
	events int
}

// Record implements simulation.Recorder.
func (c *counter) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	c.events++
	return c.logger.LogEvent(slog.LevelInfo, cause, eventType, attrs...)
}

// overhead measures the same world with recording off and on, in turn.
func (p plan) overhead(ticks int64) (overhead, error) {
	var off, on []float64
	events := 0
	for round := range p.rounds {
		fmt.Fprintf(p.log, "exchange: round %d of %d\n", round+1, p.rounds)
		recorded, err := p.recordedExchange(ticks)
		if err != nil {
			return overhead{}, err
		}
		events = recorded.events
		took, err := live(ticks, nil)
		if err != nil {
			return overhead{}, err
		}
		on, off = append(on, recorded.cost), append(off, per(float64(took), events))
	}
	added := make([]float64, len(on))
	for i := range on {
		added[i] = on[i] - off[i]
	}
	return overhead{events, figures.SpreadOf(off), figures.SpreadOf(on), figures.SpreadOf(added), figures.SpreadOf(figures.Ratios(on, off))}, nil
}

// recordedExchange lives the world with a run, Close included.
func (p plan) recordedExchange(ticks int64) (run exchangeRun, err error) {
	dir, err := os.MkdirTemp(p.dir, "exchange-")
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	logger, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: dir, RunID: runshelf.AutoRunID, SourceDir: dir})
	if err != nil {
		return run, err
	}
	c := &counter{logger: logger}
	took, err := live(ticks, c)
	run = exchangeRun{events: c.events, cost: per(float64(took), c.events)}
	return run, err
}

// live runs a world and returns its cost: the larger of wall time and processor
// time. With a counter it is recorded.
func live(ticks int64, c *counter) (time.Duration, error) {
	runtime.GC()
	var recorder simulation.Recorder
	end := func() error { return nil }
	if c != nil {
		recorder, end = c, c.logger.Close
	}
	model := exchange.Definition().New()
	world := simulation.NewContext(42, exchange.Definition().Defaults(), recorder)

	cpu, began := figures.CPUTime(), time.Now()
	err := model.Init(world)
	for range ticks {
		if err == nil {
			world.Advance()
			err = model.Step(world)
		}
	}
	wall := time.Since(began)
	err = errors.Join(err, end())
	return max(wall, figures.CPUTime()-cpu), err
}
