package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// How the level power is measured.
const (
	sharingGoroutines = 8
	powerFlag         = "power-events"
)

// sharing is how callers of the level power share the disk.
type sharing struct {
	alone    figures.Spread // events a second by one goroutine
	together figures.Spread // events a second by eight
	events   int
	syncs    int    // 0 when they could not be counted
	why      string // why not
}

// perSync is how many events one fdatasync made safe.
func (s sharing) perSync() float64 { return float64(s.events) / float64(s.syncs) }

// sharing measures the rates by the clock, and then counts the calls of
// fdatasync of the same program once more under strace, which slows it down.
func (p plan) sharing(events int) (sharing, error) {
	s := sharing{events: events}
	var alone, together []float64
	for round := range p.rounds {
		fmt.Fprintf(p.log, "power: round %d of %d\n", round+1, p.rounds)
		one, err := p.powerRate(1, events/sharingGoroutines)
		if err != nil {
			return s, err
		}
		eight, err := p.powerRate(sharingGoroutines, events)
		if err != nil {
			return s, err
		}
		alone, together = append(alone, one), append(together, eight)
	}
	s.alone, s.together = figures.SpreadOf(alone), figures.SpreadOf(together)
	syncs, err := p.countSyncs(events)
	if err != nil {
		s.why = err.Error()
	}
	s.syncs = syncs
	return s, nil
}

func (p plan) powerRate(goroutines, events int) (rate float64, err error) {
	t, err := writePower(p.dir, goroutines, events)
	return float64(t.events) / t.calls.Seconds(), err
}

// writePower writes small events at the level power.
func writePower(parent string, goroutines, events int) (t trial, err error) {
	e := goEntrant{peers.Runshelf(runshelf.DurabilityPower)}
	s := scenario{load: peers.Load{Size: peers.Small, Form: peers.Typed}, goroutines: goroutines}
	return inFresh(parent, e, s, events)
}

// countSyncs runs this program once more, for the power events alone, under
// strace, and returns how often it called fdatasync.
func (p plan) countSyncs(events int) (int, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return 0, errors.New("strace is not installed")
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	summary := filepath.Join(p.dir, "strace.txt")
	cmd := exec.CommandContext(ctx, strace, "-f", "-c", "--seccomp-bpf", "-e", "trace=fdatasync", "-o", summary,
		self, "-dir", p.dir, "-"+powerFlag, strconv.Itoa(events))
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("strace did not run: %w: %.200s", err, out)
	}
	file, err := os.Open(summary)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return parseStrace(file, "fdatasync")
}

// parseStrace finds how often a call was made, in the summary of strace -c:
//
//	% time     seconds  usecs/call     calls    errors syscall
//	100.00    0.021133          82       257           fdatasync
func parseStrace(r io.Reader, call string) (int, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) >= 5 && fields[len(fields)-1] == call {
			return strconv.Atoi(fields[3])
		}
	}
	return 0, errors.Join(fmt.Errorf("strace has counted no %s", call), lines.Err())
}
