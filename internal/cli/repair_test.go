package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// A byte that was changed and leaves every line an event is found by the digest
// alone. A repair cannot bring it back, and must not look as if it had.
func TestRepairSaysWhatStaysChanged(t *testing.T) {
	const id = "run_20260115_130000"
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, id), os.DirFS(filepath.Join("..", "..", "testdata", "runs", id))); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, id, shelf.EventsFile)
	stored, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(stored, []byte("alpha"), []byte("alphb"), 1)
	if bytes.Equal(stored, changed) {
		t.Fatal("nothing to change in the sample")
	}
	if err := os.WriteFile(log, changed, 0o666); err != nil {
		t.Fatal(err)
	}
	done, err := shelf.New(dir).Repair(id)
	if err != nil {
		t.Fatal(err)
	}
	if text := repairText(done); !strings.Contains(text, "is still an event cannot be told, and stays") {
		t.Errorf("it says %s", text)
	}
	if again, err := shelf.New(dir).Repair(id); err != nil || strings.Contains(repairText(again), "stays") {
		t.Errorf("a second repair says %v, %v", again, err)
	}
}

// Of a log with a bad range in every other line not each of thousands is named.
func TestRepairNamesSomeRanges(t *testing.T) {
	dir := t.TempDir()
	a, said := &app{}, &strings.Builder{}
	a.stderr = said
	done := &shelf.Repaired{After: &shelf.Verification{Dir: dir}, Kept: []string{"events.jsonl.damaged"}}
	for i := range 1000 {
		done.Kept = append(done.Kept, fmt.Sprintf("quarantine/events.jsonl.damaged.%d-%d", i, i+1))
	}
	done.Kept = append(done.Kept, "run.json.damaged")
	a.sayKept(done)
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	if len(lines) != rangesNamed+3 || !strings.HasSuffix(lines[1], "run.json.damaged") ||
		lines[len(lines)-1] != "kept: 980 more bad ranges in "+filepath.Join(dir, "quarantine") {
		t.Errorf("it says:\n%s", said)
	}
}
