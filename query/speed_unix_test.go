//go:build unix

package query

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// speedBytes is the size of the log that the speed of reading is measured on.
const speedBytes = 128 << 20

// writeEvents writes at least size bytes of the kind of events that a simulation
// of agents makes: a fiftieth are mint auctions. With last, the type is the last
// key instead of the third.
func writeEvents(w *bufio.Writer, size int, last bool) {
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	names := []string{"alpha", "beta", "gamma", "delta", "epsilon", "zeta"}
	name := func() string { return names[r.IntN(len(names))] }
	for n, sequence := 0, 1; n < size; sequence++ {
		at = at.Add(time.Duration(r.IntN(900)) * time.Microsecond)
		kind, data := "", ""
		switch k := r.IntN(100); {
		case k < 2:
			kind, data = "mint_auction", fmt.Sprintf(`"tick":%d,"winner":%q,"price":%d,"bids":[%d,%d,%d]`, sequence/40, name(), r.IntN(500), r.IntN(500), r.IntN(500), r.IntN(500))
		case k < 40:
			kind, data = "transfer", fmt.Sprintf(`"tick":%d,"sender":%q,"recipient":%q,"amount":%d,"reason":"payment for work"`, sequence/40, name(), name(), r.IntN(100))
		case k < 45:
			kind, data = "tick", fmt.Sprintf(`"tick":%d,"agents":%d,"gini":%.6f`, sequence/40, r.IntN(40), r.Float64())
		default:
			kind, data = "action", fmt.Sprintf(`"tick":%d,"agent":%q,"action":{"kind":"write_artifact","target":"note_%d","cost":%d},"ok":%t,"message":"wrote \"note\" and went on"`, sequence/40, name(), r.IntN(5000), r.IntN(20), k%2 == 0)
		}
		head := fmt.Sprintf(`{"timestamp":"%s","sequence":%d`, at.Format(event.TimeLayout), sequence)
		var m int
		if last {
			m, _ = fmt.Fprintf(w, "%s,%s,\"event_type\":%q}\n", head, data, kind)
		} else {
			m, _ = fmt.Fprintf(w, "%s,\"event_type\":%q,%s}\n", head, kind, data)
		}
		n += m
	}
}

// speedRun is a run with a log to measure on.
func speedRun(b *testing.B, last bool) *shelf.Run {
	b.Helper()
	run := runOf(b, "")
	f, err := os.Create(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	writeEvents(w, speedBytes, last)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return run
}

// countNewlines is the floor: it reads a file with as many threads in pieces of
// the same size and counts line ends.
func countNewlines(b *testing.B, run *shelf.Run) int64 {
	f, err := os.Open(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var at, lines atomic.Int64
	var workers sync.WaitGroup
	for range newBlocks(f, 0).workers {
		workers.Go(func() {
			buf := make([]byte, blockSize)
			for {
				n, _ := f.ReadAt(buf, at.Add(blockSize)-blockSize)
				if n == 0 {
					return
				}
				lines.Add(int64(bytes.Count(buf[:n], []byte{'\n'})))
			}
		})
	}
	workers.Wait()
	return lines.Load()
}

// BenchmarkSpeed measures questions against the counting of line ends, one after
// the other in turns, and reports how many times more processor time they take.
func BenchmarkSpeed(b *testing.B) {
	for _, last := range []bool{false, true} {
		run := speedRun(b, last)
		name := map[bool]string{false: "type_third", true: "type_last"}[last]
		questions := map[string]func() error{
			"count_by_type": func() error { _, _, err := Stats(run, "", Filter{}); return err },
			"filter_2_percent": func() error {
				_, err := Scan(run, Filter{Types: []string{"mint_auction"}}, func(*Line) error { return nil })
				return err
			},
			"all": func() error { _, err := Scan(run, Filter{}, func(*Line) error { return nil }); return err },
		}
		for question, ask := range questions {
			b.Run(name+"/"+question, func(b *testing.B) { compared(b, run, ask) })
		}
	}
}

// compared measures one question.
func compared(b *testing.B, run *shelf.Run, ask func() error) {
	var floor, took time.Duration
	countNewlines(b, run)
	b.SetBytes(speedBytes)
	for b.Loop() {
		start := busy(b)
		countNewlines(b, run)
		middle := busy(b)
		if err := ask(); err != nil {
			b.Fatal(err)
		}
		floor += middle - start
		took += busy(b) - middle
	}
	b.ReportMetric(float64(took)/float64(floor), "times_newlines")
	b.ReportMetric(speedBytes/1e6*float64(b.N)/took.Seconds(), "MB/s_core")
}

// busy is the processor time of the process so far: unlike the time on the wall
// it does not depend on who else works on the machine.
func busy(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
