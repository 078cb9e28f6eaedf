package compare

import (
	"log/slog"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

// A run that is still being written is compared as far as it has come, also where
// its newest events are in its tail alone.
func TestLivingRun(t *testing.T) {
	logs := t.TempDir()
	open := func(id string, events int) *runshelf.EventLogger {
		l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: logs, RunID: id})
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			l.Log("tick", slog.Int("n", i))
		}
		return l
	}
	ended, alive := open("ended", 100), open("alive", 60)
	if err := ended.Close(); err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	if d := compareStored(t, ended.Dir(), alive.Dir()); d.First == nil || d.First.Index != 61 || d.First.B != nil || d.Equal != 60 {
		t.Fatalf("%+v", d.Result)
	}
	for i := range 40 {
		alive.Log("tick", slog.Int("n", 60+i))
	}
	if d := compareStored(t, alive.Dir(), ended.Dir()); !d.Same || d.Equal != 100 {
		t.Fatalf("%+v", d.Result)
	}
	alive.Log("more")
	if d := compareStored(t, alive.Dir(), ended.Dir()); d.Same || d.First.Index != 101 || d.First.B != nil {
		t.Fatalf("%+v", d.Result)
	}
}

// compareStored compares the runs in two directories.
func compareStored(t *testing.T, a, b string) *Diff {
	t.Helper()
	var logs [2]*Log
	for i, dir := range []string{a, b} {
		run, err := shelf.OpenRun(dir)
		if err != nil {
			t.Fatal(err)
		}
		log, err := OpenRun(run)
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		logs[i] = log
	}
	d, err := Compare(logs[0], logs[1], Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
