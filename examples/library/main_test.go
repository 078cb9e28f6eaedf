package main

import (
	"path/filepath"
	"testing"

	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// The same seed walks the same way, and each walk is a run of its own.
func TestWalk(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for _, seed := range []uint64{7, 7, 8} {
		id, err := walk{Steps: 50}.record(logs, seed)
		if err != nil {
			t.Fatal(err)
		}
		runshelftest.CheckRun(t, filepath.Join(logs, id))
	}
	runs, err := shelf.New(logs).Runs()
	if err != nil || len(runs) != 3 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	newest, second, first := runs[0].Manifest, runs[1].Manifest, runs[2].Manifest
	if newest.Seed == nil || *newest.Seed != 8 || second.Events.ByType["step"] != 50 || second.Program.Name != "walk" {
		t.Errorf("%+v, %+v", newest.Seed, second)
	}
	if first.Events.Count != second.Events.Count || first.Metrics["position"] != second.Metrics["position"] {
		t.Errorf("the same seed gave %+v and %+v", first.Events, second.Events)
	}
}
