//go:build unix

package query

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/shelf"
)

// A run whose writer has gone is kept, and is crashed only as long as nobody holds its
// lock.
func TestListKeepsCrashedRuns(t *testing.T) {
	for _, brief := range []bool{false, true} {
		testListKeepsCrashedRuns(t, brief)
	}
}

func testListKeepsCrashedRuns(t *testing.T, brief bool) {
	s, o := shelfOf(t, manifests), ListOptions{CacheDir: t.TempDir(), Brief: brief}
	dir := filepath.Join(s.Dir(), "running")
	lock, err := os.Create(filepath.Join(dir, shelf.LockFile))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	held := func(how int) {
		t.Helper()
		if err := syscall.Flock(int(lock.Fd()), how); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want shelf.Status, kept bool) {
		t.Helper()
		checkList(t, s, o)
		fillCache(t, s, o)
		c := newRecall(listCacheName(o, s.Dir()), listerOf(s, o).above, brief)
		c.compare()
		status := shelf.Status("")
		for _, e := range c.entries {
			if e.ID == "running" {
				status = e.Status
			}
		}
		if (status != "") != kept || kept && status != want {
			t.Errorf("brief %t: the status kept is %q, want %q", brief, status, want)
		}
		checkList(t, s, o)
		if r, err := shelf.OpenRun(dir); err != nil || r.Status != want {
			t.Errorf("the run is %s, want %s: %v", r.Status, want, err)
		}
	}
	expect(shelf.StatusCrashed, true)
	held(syscall.LOCK_EX)
	checkList(t, s, o) // by what was kept when nobody held it
	expect(shelf.StatusRunning, false)
	held(syscall.LOCK_UN)
	expect(shelf.StatusCrashed, true)
	writeOld(t, filepath.Join(dir, shelf.ManifestFile), strings.ReplaceAll(manifests["running"], `"status":"running"`, `"status":"completed"`))
	expect(shelf.StatusCompleted, true)
}

// A writer that says its last word while the list is made is not called crashed.
func TestListOfARunThatEnds(t *testing.T) {
	s := shelfOf(t, manifests)
	dir := filepath.Join(s.Dir(), "running")
	name := filepath.Join(dir, shelf.ManifestFile)
	r := newManifestReader(false)
	_, seen, ok := readSmall(name, nil, maxCached)
	if !ok {
		t.Fatal("the manifest cannot be read")
	}
	e := r.quick("running", dir).entry
	if e == nil || e.Status != shelf.StatusCrashed || !strings.Contains(string(e.JSON), `"status":"crashed"`) {
		t.Fatalf("the entry is %+v", e)
	}
	writeOld(t, name, strings.ReplaceAll(manifests["running"], `"status":"running"`, `"status":"completed"`))
	if e := (&Entry{Dir: dir, Status: shelf.StatusRunning}); r.crash(e, seen) {
		t.Errorf("crashed, though it has ended: %+v", e)
	}
}
