package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/benchmarks/figures"
)

// followPace is the time from one event to the next.
const followPace = 2 * time.Millisecond

// followTurn is how many events are followed by one before it is the turn of the other. Two
// at a time would wait for each other, and which of them is woken first is up to where the
// system has put their watches in memory. In turns so short both meet the same machine,
// whose speed changes from second to second. Before each turn some events warm up who
// follows: it has been stopped, and the processor has seen the other.
const (
	followTurn = 50
	followWarm = 25
)

// follow is how long events took from the call that logs them to the output of
// who follows, at one level of durability.
type follow struct {
	level string
	rows  []followRow
}

// followRow is one that follows. The figures are those of the rounds, in ns.
type followRow struct {
	name     string
	p50, p99 []float64
}

func followName(level string) string { return "follow, durability " + level }

// followed has events followed by Runshelf and by tail, in turns.
func (s settings) followed(t tools, level string) (follow, error) {
	f := follow{level: level, rows: []followRow{{name: "runshelf events -f"}, {name: "tail -f"}}}
	for round := range s.rounds {
		s.say("%s: round %d of %d", followName(level), round+1, s.rounds)
		took, err := s.followRound(t, level)
		if err != nil {
			return f, err
		}
		for i, all := range took {
			if len(all) == 0 {
				continue // tail is not there
			}
			slices.Sort(all)
			f.rows[i].p50 = append(f.rows[i].p50, float64(figures.Percentile(all, 0.5)))
			f.rows[i].p99 = append(f.rows[i].p99, float64(figures.Percentile(all, 0.99)))
		}
	}
	return f, nil
}

// followRound writes one run, and returns how long its events took to each of the two. Who
// begins changes with each pair of turns.
func (s settings) followRound(t tools, level string) (took [2][]time.Duration, err error) {
	dir, err := os.MkdirTemp(s.dir, "follow-")
	if err != nil {
		return took, err
	}
	logger, err := runshelf.NewEventLogger(runshelf.Options{
		LogsDir: dir, RunID: "run_followed", Durability: runshelf.Durability(level), SourceDir: dir,
	})
	if err != nil {
		return took, err
	}
	run := filepath.Join(dir, "run_followed")
	both := [2]*follower{
		startFollower(t.runshelf, "events", run, "-f", "--json", "--last", "0"),
		startFollower(t.tail, "-n", "0", "-f", filepath.Join(run, "events.jsonl")),
	}
	turns := 2 * ((s.follow + followTurn - 1) / followTurn)
	for turn := 0; turn < turns && err == nil; turn++ {
		i := (turn + turn/2) % 2
		var all []time.Duration
		all, err = both[i].follow(logger, min(followTurn, s.follow))
		took[i] = append(took[i], all...)
	}
	for _, f := range both {
		f.stop()
	}
	return took, errors.Join(err, logger.Close())
}

// follow logs n events, and returns how long they took to the follower, which is stopped
// before and behind.
func (f *follower) follow(logger *runshelf.EventLogger, n int) ([]time.Duration, error) {
	if f.cmd == nil {
		return nil, f.err
	}
	f.pause(false)
	defer f.pause(true)
	stamp := func() { logger.Log("stamp", slog.Int64("at", time.Now().UnixNano())) }
	for began := time.Now(); len(f.since(began)) == 0; { // until it follows, and is not behind
		if time.Since(began) > 20*time.Second {
			return nil, fmt.Errorf("%s shows nothing", f.cmd.Path)
		}
		stamp()
		time.Sleep(20 * time.Millisecond)
	}
	for range followWarm {
		stamp()
		time.Sleep(followPace)
	}
	began := time.Now()
	for range n {
		stamp()
		time.Sleep(followPace)
	}
	for range 2500 {
		if len(f.since(began)) >= n {
			break
		}
		time.Sleep(followPace)
	}
	took := f.since(began)
	if len(took) != n {
		return took, fmt.Errorf("%s showed %d of %d events", f.cmd.Path, len(took), n)
	}
	return took, nil
}

// follower is a program that shows the stamped events as they come.
type follower struct {
	cmd  *exec.Cmd
	err  error
	done chan struct{}
	mu   sync.Mutex
	took []showing
}

// showing is when an event was logged, in ns since 1970, and how long it took.
type showing struct {
	at   int64
	took time.Duration
}

// startFollower starts a program; without a path there is none.
func startFollower(path string, args ...string) *follower {
	f := &follower{done: make(chan struct{})}
	if path == "" {
		close(f.done)
		return f
	}
	cmd := exec.Command(path, args...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		f.err = err
		close(f.done)
		return f
	}
	f.cmd = cmd
	go f.read(out)
	return f
}

// read takes the time at which each event comes.
func (f *follower) read(out io.Reader) {
	defer close(f.done)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		now := time.Now().UnixNano()
		var e struct{ At int64 }
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.At == 0 {
			continue
		}
		f.mu.Lock()
		f.took = append(f.took, showing{e.At, time.Duration(now - e.At)})
		f.mu.Unlock()
	}
}

// since is how long the events took that were logged since a moment.
func (f *follower) since(moment time.Time) (took []time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.took) - 1; i >= 0 && f.took[i].at >= moment.UnixNano(); i-- {
		took = append(took, f.took[i].took)
	}
	return took
}

// stop ends the program.
func (f *follower) stop() {
	if f.cmd == nil {
		return
	}
	_ = f.cmd.Process.Kill()
	<-f.done
	_ = f.cmd.Wait() // it was killed
}

// aims compares the two.
func (f follow) aims() (all []figures.Aim) {
	if f.level != string(runshelf.DurabilityEach) {
		return nil // tail sees nothing before it is moved into the file
	}
	own, peer := f.rows[0], f.rows[1]
	for _, q := range []struct {
		name     string
		own, its []float64
	}{{"p50", own.p50, peer.p50}, {"p99", own.p99, peer.p99}} {
		all = append(all, figures.Aim{What: followName(f.level) + ": " + q.name + " of tail -f", Got: figures.SpreadOf(figures.Ratios(q.own, q.its)).Median, Limit: 1, Unit: figures.Times})
	}
	return all
}
