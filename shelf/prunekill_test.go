package shelf

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/internal/vfs"
)

// pruneAll is what a process does that is going to be killed.
func pruneAll(dir string, purge bool) error {
	s := New(dir)
	plan, err := s.PlanPrune(keep(0), time.Now())
	if err != nil {
		return err
	}
	ready()
	_, err = s.Prune(plan, PruneOptions{Purge: purge})
	return err
}

// A prune of 200 runs is killed 20 times: each run is whole or gone.
func TestA51KilledPrune(t *testing.T) {
	t.Parallel()
	s := New(filepath.Join(testDir(t), "logs"))
	s.fs = quick{vfs.OS()}
	whole := tree(t, makeRun(t, s, "r000", noon).Dir())
	for i := range 199 {
		makeRun(t, s, fmt.Sprintf("r%03d", i+1), noon.Add(time.Duration(i)*time.Minute))
	}
	killed := 0
	for ; killed < 20 && len(list(t, s)) > 0; killed++ {
		purge := map[bool]string{true: "purge", false: "trash"}[killed%2 == 0]
		c := startChild(t, "prune", s.Dir(), purge)
		c.release()
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // it was killed, and says so
		checkEachWhole(t, s, whole)
	}
	if _, err := s.Prune(planOf(t, s, keep(0)), PruneOptions{}); err != nil {
		t.Error(err)
	}
	checkEachWhole(t, s, whole)
	if _, _, err := s.EmptyTrash(); err != nil || len(names(t, filepath.Join(s.Dir(), trashDir))) > 0 {
		t.Error("something of what was killed is left:", err)
	}
	reliability.Count(t, "A51", "processes killed while they removed 200 runs", killed)
}

// checkEachWhole checks that each run on the shelf and in the trash has all its
// files, and that latest names one while there are others.
func checkEachWhole(t *testing.T, s *Shelf, whole map[string]string) {
	t.Helper()
	var dirs []string
	for _, r := range list(t, s) {
		dirs = append(dirs, r.Dir)
	}
	trashed, err := s.Trash()
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range trashed {
		dirs = append(dirs, tr.Run.Dir)
	}
	for _, dir := range dirs {
		got := tree(t, dir)
		for _, name := range []string{ManifestFile, "artifacts/link"} { // these differ from run to run
			got[name] = whole[name]
		}
		if !maps.Equal(got, whole) {
			t.Fatalf("%s is not whole: %v", dir, got)
		}
	}
	// When the last of all goes there is none that "latest" could name, so it goes first.
	if left := len(list(t, s)); left > 1 || left == 1 && latestID(s.fs, s.dir) != "" {
		checkLatest(t, s)
	}
}
