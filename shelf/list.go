package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Runs returns the runs of the shelf, newest first by their start, and of equal
// starts by their ids: _10 before _2. A shelf that does not exist is empty. What
// is no run (a file, a link, a directory without events or with a name that no
// run can have) is passed over; a damaged run is listed with its Problem.
func (s *Shelf) Runs() ([]*Run, error) {
	ids, err := s.candidates()
	if err != nil {
		return nil, err
	}
	runs := s.loadAll(ids)
	slices.SortFunc(runs, compareRuns)
	return runs, nil
}

// compareRuns puts the newest first.
func compareRuns(a, b *Run) int {
	if c := b.Start.Compare(a.Start); c != 0 {
		return c
	}
	return compareIDs(b.ID, a.ID)
}

// candidates returns the names of the directories that may be runs.
func (s *Shelf) candidates() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the shelf %s: %w", s.dir, err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && ValidateID(e.Name()) == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// loadAll reads the runs side by side: most of the time goes into waiting for
// the system.
func (s *Shelf) loadAll(ids []string) []*Run {
	loaded := make([]*Run, len(ids))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(ids), 2*runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(ids)); i = next.Add(1) - 1 {
				loaded[i] = s.load(ids[i])
			}
		})
	}
	workers.Wait()
	return slices.DeleteFunc(loaded, func(r *Run) bool { return r == nil })
}

// load returns the run of a candidate, or nil when it is none.
func (s *Shelf) load(id string) *Run {
	r := &Run{ID: id, Dir: filepath.Join(s.dir, id)}
	if !r.load(s.host) {
		return nil
	}
	return r
}
