package shelf_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"example.org/runshelf/shelf"
)

// Runs are found by what a person calls them.
func ExampleShelf_Find() {
	dir, err := os.MkdirTemp("", "runshelf")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for id, manifest := range map[string]string{
		"run_20260115_120000": `{"format":1,"name":"baseline","status":"completed","started_at":"2026-01-15T12:00:00.000000Z"}`,
		"run_20260116_120000": `{"format":1,"tags":["paper"],"status":"failed","reason":"diverged","started_at":"2026-01-16T12:00:00.000000Z"}`,
	} {
		if err := errors.Join(
			os.Mkdir(filepath.Join(dir, id), 0o777),
			os.WriteFile(filepath.Join(dir, id, shelf.EventsFile), nil, 0o666),
			os.WriteFile(filepath.Join(dir, id, shelf.ManifestFile), []byte(manifest), 0o666),
		); err != nil {
			log.Fatal(err)
		}
	}
	s := shelf.New(dir)
	for _, name := range []string{"latest", "latest~1", "name:baseline", "tag:paper", "20260115", "run_2026", "nothing"} {
		run, err := s.Find(name)
		var several *shelf.AmbiguousError
		switch {
		case errors.Is(err, shelf.ErrNoRun):
			fmt.Println(name, "names no run")
		case errors.As(err, &several):
			fmt.Println(name, "names several")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(name, "is", run.ID, run.Status)
		}
	}
	// Output:
	// latest is run_20260116_120000 failed
	// latest~1 is run_20260115_120000 completed
	// name:baseline is run_20260115_120000 completed
	// tag:paper is run_20260116_120000 failed
	// 20260115 is run_20260115_120000 completed
	// run_2026 names several
	// nothing names no run
}
