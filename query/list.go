package query

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.org/runshelf/shelf"
)

// Entry is one run in the list of a shelf, as found at one moment.
type Entry struct {
	// ID is the name of the run's directory, Dir its path.
	ID, Dir string
	// Status is how the run stands, Start when it started, both as
	// [shelf.Run] has them.
	Status shelf.Status
	Start  time.Time
	// JSON is the manifest on one line, as [shelf.Run.JSON] gives it. It must
	// not be changed. A brief list has none.
	JSON []byte
	// Fields are, in a brief list, the stored values of BriefFields in their
	// order, nil for what is not there. They must not be changed.
	Fields [][]byte
	// Unknown are the keys that this version of the format does not know.
	Unknown []string
}

// ListOptions says how to list. The zero value reads every manifest.
type ListOptions struct {
	// CacheDir is a directory for what was read, so that it need not be read
	// again; "" is none. It may be deleted at any time.
	CacheDir string
	// Brief leaves the manifests out, and tells BriefFields of each instead: a
	// list of many runs takes a tenth of the memory then.
	Brief bool
}

// List returns the runs of a shelf like [shelf.Shelf.Runs], in the same order,
// but without decoding what nobody asked for: ten thousand runs are listed as
// quickly as their manifests can be opened. With a cache only those are opened
// that may have changed since: whose run.json differs in size, times or inode,
// was changed in the last seconds, or says that the run has not ended.
func List(s *shelf.Shelf, o ListOptions) ([]Entry, error) {
	ids, err := candidates(s.Dir())
	if err != nil {
		return nil, err
	}
	c := openListCache(o, s.Dir())
	entries := make([]*Entry, len(ids))
	kept := make([]cached, len(ids))
	above := filepath.Join(s.Dir(), "x")
	above = above[:len(above)-1]
	sideBySide(len(ids), func() func(int) {
		r := newManifestReader(o.Brief)
		return func(i int) {
			dir := above + ids[i]
			if entries[i], kept[i] = c.find(ids[i], dir); entries[i] == nil {
				entries[i], kept[i] = r.read(ids[i], dir)
			}
		}
	})
	c.update(kept, time.Now())
	return sorted(entries), nil
}

// candidates returns the names of the directories that may be runs.
func candidates(dir string) ([]string, error) {
	entries, err := unsorted(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the shelf %s: %w", dir, err)
	}
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		if e.IsDir() && shelf.ValidateID(e.Name()) == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// unsorted is [os.ReadDir] without the sorting: the list has an order of its own.
func unsorted(dir string) ([]os.DirEntry, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

// sideBySide does n things with a few workers: most of the time goes into
// waiting for the system. newWork is called once for each worker.
func sideBySide(n int, newWork func() func(i int)) {
	const share = 64 // at once, so that workers seldom meet
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min((n+share-1)/share, 2*runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			work := newWork()
			for from := next.Add(share) - share; from < int64(n); from = next.Add(share) - share {
				for i := from; i < min(from+share, int64(n)); i++ {
					work(int(i))
				}
			}
		})
	}
	workers.Wait()
}

// sorted drops what is no run and puts the newest first.
func sorted(entries []*Entry) []Entry {
	runs := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if e != nil {
			runs = append(runs, *e)
		}
	}
	slices.SortFunc(runs, func(a, b Entry) int {
		if c := b.Start.Compare(a.Start); c != 0 {
			return c
		}
		return compareIDs(b.ID, a.ID)
	})
	return runs
}

// compareIDs orders ids such that _2 comes before _10.
func compareIDs(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, n := digitsOf(x), digitsOf(y)
		if m == "" || n == "" {
			if x[0] != y[0] {
				return int(x[0]) - int(y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		x, y = x[len(m):], y[len(n):]
		m, n = strings.TrimLeft(m, "0"), strings.TrimLeft(n, "0")
		if c := len(m) - len(n); c != 0 {
			return c
		}
		if c := strings.Compare(m, n); c != 0 {
			return c
		}
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// digitsOf returns the digits that a text begins with.
func digitsOf(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}
