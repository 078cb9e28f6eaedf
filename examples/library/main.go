// Library is a random walk that records itself with package runshelf: a small
// simulation of one's own, each of whose runs stays on the shelf.
//
//	go run ./examples/library -seed 7 -steps 100
//	go run ./examples/library -seed 8 -steps 100
//	runshelf diff latest~1 latest
package main

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"

	"example.org/runshelf"
)

// walk is what a run is made with. It becomes the configuration of the run.
type walk struct {
	Steps int     `json:"steps"`
	Drift float64 `json:"drift"` // how much likelier the next step goes up
}

func main() {
	logs := flag.String("logs-dir", runshelf.DefaultLogsDir, "the shelf")
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	var w walk
	flag.IntVar(&w.Steps, "steps", 100, "how many steps to go")
	flag.Float64Var(&w.Drift, "drift", 0, "between -1, always down, and 1, always up")
	flag.Parse()
	id, err := w.record(*logs, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(id)
}

// record makes one run on the shelf and returns its id. The run is kept also when the
// disk becomes full; then the error says how many events are missing.
func (w walk) record(logs string, seed uint64) (id string, err error) {
	logger, err := runshelf.NewEventLogger(runshelf.Options{
		LogsDir: logs, RunID: runshelf.AutoRunID, Seed: &seed, Config: w,
		Program: runshelf.Program{Name: "walk", Version: "1"},
	})
	if err != nil {
		return "", err
	}
	position, farthest := w.steps(logger, rand.New(rand.NewPCG(seed, 0)))
	logger.End(runshelf.Outcome{Metrics: map[string]float64{
		"position": float64(position), "farthest": float64(farthest),
	}})
	return logger.RunID(), logger.Close()
}

// steps walks. Each record that the walker sets names the step that led to it.
func (w walk) steps(logger *runshelf.EventLogger, random *rand.Rand) (position, farthest int) {
	for n := range w.Steps {
		move := -1
		if random.Float64() < (1+w.Drift)/2 {
			move = 1
		}
		position += move
		step := logger.Log("step", slog.Int("tick", n+1), slog.Int("position", position))
		if away := max(position, -position); away > farthest {
			farthest = away
			logger.LogCause(step, "record", slog.Int("tick", n+1), slog.Int("away", away))
		}
	}
	return position, farthest
}
