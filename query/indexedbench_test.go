package query

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// BenchmarkIndex asks the same of one log with its index and without.
func BenchmarkIndex(b *testing.B) {
	run := indexedRun(b, "a", 64<<20)
	path := filepath.Join(run.Dir, shelf.IndexFile)
	last := run.Manifest.Events.LastSequence
	none := func(*Line) error { return nil }
	questions := map[string]func() error{
		"stats":      func() error { _, _, err := Stats(run, "", Filter{}); return err },
		"count":      func() error { _, _, err := Count(run, Filter{}); return err },
		"count type": func() error { _, _, err := Count(run, Filter{Types: []string{"transfer"}}); return err },
		"from":       func() error { _, err := Scan(run, Filter{From: last - 10}, none); return err },
		"last type":  func() error { _, err := Last(run, Filter{Types: []string{"rare"}}, 3, none); return err },
		"range":      func() error { _, err := Scan(run, Filter{From: last / 2, To: last/2 + 10}, none); return err },
	}
	ask := func(b *testing.B, how string) {
		for name, question := range questions {
			b.Run(name+"/"+how, func(b *testing.B) {
				for b.Loop() {
					if err := question(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	ask(b, "with")
	if err := os.Remove(path); err != nil {
		b.Fatal(err)
	}
	ask(b, "without")
}
