package runshelf_test

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

// newRun makes a run on a shelf of its own, and what removes it.
func newRun(id string) (logger *runshelf.EventLogger, remove func()) {
	dir, err := os.MkdirTemp("", "runshelf")
	if err != nil {
		log.Fatal(err)
	}
	logger, err = runshelf.NewEventLogger(runshelf.Options{LogsDir: dir, RunID: id})
	if err != nil {
		log.Fatal(err)
	}
	return logger, func() { _ = os.RemoveAll(dir) }
}

// What is logged by log/slog goes into the run. A message of one word is the type of
// the event.
func ExampleEventLogger_Handler() {
	logger, remove := newRun("slog")
	defer remove()
	defer logger.Close()

	program := slog.New(logger.Handler(nil)).With("agent", "alpha")
	program.Info("bid", "amount", 5)
	program.Warn("the auction is late", "by", 3*time.Second)

	events, _ := logger.Recent(2)
	for _, e := range events {
		fmt.Println(e.Type, e.Level, e.Data)
	}
	// Output:
	// bid INFO [{agent alpha} {amount 5}]
	// log WARN [{message the auction is late} {agent alpha} {by 3000000000}]
}

// Loggers that write lines of JSON, such as zap and zerolog, write into the run.
func ExampleEventLogger_JSONWriter() {
	logger, remove := newRun("json")
	defer remove()
	defer logger.Close()

	out := logger.JSONWriter()
	fmt.Fprintln(out, `{"level":"error","message":"transfer","amount":1.50}`)
	fmt.Fprintln(out, `and a line that is no JSON`)

	events, _ := logger.Recent(2)
	amount, _ := events[0].Data.Get("amount")
	fmt.Println(events[0].Type, events[0].Level, amount)
	message, _ := events[1].Data.Get("message")
	fmt.Println(events[1].Type, events[1].Level, message)
	// Output:
	// transfer ERROR 1.50
	// log INFO and a line that is no JSON
}

// An event may say which other one led to it.
func ExampleEventLogger_LogCause() {
	logger, remove := newRun("causes")
	defer remove()
	defer logger.Close()

	bid := logger.Log("bid", slog.String("agent", "alpha"))
	sale := logger.LogCause(bid, "sale", slog.Int("price", 4))
	logger.LogEvent(slog.LevelWarn, sale, "overdraft", slog.String("agent", "alpha"))

	events, _ := logger.Recent(3)
	for _, e := range events {
		fmt.Println(e.Sequence, e.Type, e.Cause)
	}
	// Output:
	// 1 bid 0
	// 2 sale 1
	// 3 overdraft 2
}

// A program says how its run ended, and by which figures runs are to be compared.
func ExampleEventLogger_End() {
	logger, remove := newRun("ended")
	defer remove()
	logger.End(runshelf.Outcome{
		Status: shelf.StatusFailed, Reason: "diverged", Metrics: map[string]float64{"loss": 0.25},
	})
	fmt.Println(logger.Close())

	run, _ := shelf.OpenRun(logger.Dir())
	fmt.Println(run.Status, run.Manifest.Reason, run.Manifest.Metrics)
	// Output:
	// <nil>
	// failed diverged map[loss:0.25]
}

// What a run has made lies beside its events.
func ExampleEventLogger_Keep() {
	logger, remove := newRun("kept")
	defer remove()
	defer logger.Close()

	fmt.Println(logger.Keep("artifacts/weights.csv", []byte("0.5,0.25\n")))
	content, err := os.ReadFile(filepath.Join(logger.Dir(), "artifacts", "weights.csv"))
	fmt.Printf("%q %v\n", content, err)
	// Output:
	// <nil>
	// "0.5,0.25\n" <nil>
}

// Nothing stops a program that logs; what was lost is asked for.
func ExampleEventLogger_Err() {
	full := writer(func([]byte) (int, error) { return 0, errors.New("no space left on device") })
	logger, err := runshelf.NewStreamLogger(full, runshelf.Options{})
	if err != nil {
		log.Fatal(err)
	}
	logger.Log("bid")
	logger.Log("sale")

	var dropped *runshelf.DroppedError
	if errors.As(logger.Err(), &dropped) {
		fmt.Println(dropped.Dropped, "events are lost:", dropped.Cause)
	}
	// Output:
	// 2 events are lost: no space left on device
}

// writer is a function that is an io.Writer.
type writer func(b []byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// A logger without a directory passes its events on.
func ExampleNewStreamLogger() {
	var lines strings.Builder
	logger, err := runshelf.NewStreamLogger(&lines, runshelf.Options{})
	if err != nil {
		log.Fatal(err)
	}
	logger.LogMap("bid", map[string]any{"agent": "alpha", "amount": 5})
	_, data, _ := strings.Cut(lines.String(), `"sequence"`)
	fmt.Print(data)
	fmt.Println(logger.Close())
	// Output:
	// :1,"event_type":"bid","agent":"alpha","amount":5}
	// <nil>
}
