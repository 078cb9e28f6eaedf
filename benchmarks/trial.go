package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// scenario is what all contenders do in one round.
type scenario struct {
	load       peers.Load
	goroutines int
}

func (s scenario) String() string { return fmt.Sprintf("%v ×%d", s.load, s.goroutines) }

// trial is one measurement of one contender.
type trial struct {
	events int
	bytes  int64
	calls  time.Duration // wall time of the calls that log
	whole  time.Duration // wall time with Close
	cpu    time.Duration // processor time with Close
	allocs uint64        // 0 where it is not known
}

// cost is what an event costs, in ns.
func (t trial) cost() float64 { return per(float64(max(t.calls, t.cpu)), t.events) }

func per(total float64, events int) float64 { return total / float64(events) }

// entrant takes part in the rounds.
type entrant interface {
	name() string
	// enters says whether there is something to measure in a scenario.
	enters(s scenario) bool
	// run writes n events into an empty directory and checks what stands there.
	run(dir string, s scenario, n int) (trial, error)
}

// goEntrant is a contender of package peers.
type goEntrant struct{ peers.Contender }

func (g goEntrant) name() string { return g.Name }

func (g goEntrant) enters(scenario) bool { return true }

func (g goEntrant) run(dir string, s scenario, n int) (trial, error) {
	log, err := g.Open(dir, s.load)
	if err != nil {
		return trial{}, err
	}
	goroutines := s.goroutines
	if g.Limit {
		goroutines = 1
	}
	t, err := measure(log, goroutines, n)
	if err == nil {
		t.bytes, err = check(log.Path(), t.events, s.load)
	}
	return t, err
}

// measure writes about n events, as many by each goroutine, and closes the log.
func measure(log *peers.Log, goroutines, n int) (trial, error) {
	each := max(n/goroutines, 1)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i := range goroutines {
		produce := log.Producer()
		done.Go(func() {
			<-start
			produce(uint64(i*each+1), each)
		})
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)

	cpu, began := figures.CPUTime(), time.Now()
	close(start)
	done.Wait()
	calls := time.Since(began)
	err := log.Close()
	t := trial{events: goroutines * each, calls: calls, whole: time.Since(began), cpu: figures.CPUTime() - cpu}

	runtime.ReadMemStats(&after)
	t.allocs = after.Mallocs - before.Mallocs
	return t, err
}

// inFresh runs one trial in a directory of its own, which is removed.
func inFresh(parent string, e entrant, s scenario, n int) (t trial, err error) {
	dir, err := os.MkdirTemp(parent, "trial-")
	if err != nil {
		return trial{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if t, err = e.run(dir, s, n); err != nil {
		return trial{}, fmt.Errorf("%s, %v: %w", e.name(), s, err)
	}
	return t, nil
}
