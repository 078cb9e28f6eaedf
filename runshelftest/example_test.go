package runshelftest_test

import (
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/query"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// trade is a part of a program that logs.
func trade(logger *runshelf.EventLogger, from, to string, amount int) {
	logger.Log("transfer", slog.String("sender", from), slog.String("recipient", to), slog.Int("amount", amount))
}

// A test asks a recorder what a program has logged.
func ExampleRecorder() {
	var t *testing.T // of the test
	recorder := runshelftest.NewRecorder(t)
	trade(recorder.Logger(), "alpha", "beta", 5)
	for _, e := range recorder.OfType("transfer") {
		if amount, _ := query.Field(&e, "amount"); amount != json.Number("5") {
			t.Errorf("the amount is %v, want 5", amount)
		}
	}
}

// Verify holds a run against the format; a test calls CheckRun, which fails it.
func ExampleVerify() {
	dir, err := os.MkdirTemp("", "runshelf")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	logger, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: dir, RunID: "sound"})
	if err != nil {
		log.Fatal(err)
	}
	trade(logger, "alpha", "beta", 5)
	fmt.Println(logger.Close())
	fmt.Println(runshelftest.Verify(logger.Dir()))

	events := filepath.Join(logger.Dir(), shelf.EventsFile)
	content, err := os.ReadFile(events)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(events, content[:len(content)/2], 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Println(runshelftest.Verify(logger.Dir()) != nil)
	// Output:
	// <nil>
	// <nil>
	// true
}
