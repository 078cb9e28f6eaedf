package query

import (
	"errors"
	"fmt"
	"io/fs"
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
	// Brief is, in a brief list, what Fields cuts apart.
	Brief Brief
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
	above := filepath.Join(s.Dir(), "x")
	c := &recall{brief: o.Brief, above: above[:len(above)-1], loaded: make(chan struct{})}
	cache := listCacheName(o, s.Dir())
	// While the system lists the shelf, the cache is read and its runs are asked for.
	var beside sync.WaitGroup
	beside.Go(func() {
		c.load(cache)
		c.compare()
	})
	ids, err := candidates(s.Dir())
	<-c.loaded
	others := c.mark(ids)
	for range 2*runtime.GOMAXPROCS(0) - 1 {
		beside.Go(c.compare)
	}
	beside.Wait()
	if err != nil {
		return nil, err
	}
	if others = append(others, c.changed()...); len(others) == 0 && !slices.Contains(c.listed, false) {
		return c.entries, nil // the same as the last time, and in the order of then
	}
	runs := append(c.held(), readRuns(c.above, others, o.Brief)...)
	slices.SortFunc(runs, newestFirst)
	if cache != "" && c.outdated(runs, time.Now()) {
		writeListCache(cache, runs, o.Brief)
	}
	return entriesOf(runs), nil
}

// listed is a run of the list, with what the cache needs to know of it.
type listed struct {
	entry *Entry
	seen  signature // of the manifest that the entry was made of
	keep  bool      // as long as that does not change, neither does the entry
	held  bool      // the cache has it
}

// readRuns reads the manifests of candidates, and leaves out what is no run.
func readRuns(above string, ids []string, brief bool) []listed {
	runs := make([]listed, len(ids))
	sideBySide(len(ids), func() func(int) {
		r := newManifestReader(brief)
		return func(i int) { runs[i] = r.read(ids[i], above+ids[i]) }
	})
	return slices.DeleteFunc(runs, func(r listed) bool { return r.entry == nil })
}

// entriesOf returns the entries themselves.
func entriesOf(runs []listed) []Entry {
	entries := make([]Entry, len(runs))
	for i := range runs {
		entries[i] = *runs[i].entry
	}
	return entries
}

// candidates returns the names of the directories that may be runs, in any order.
func candidates(dir string) ([]string, error) {
	names, err := folders(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the shelf %s: %w", dir, err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return shelf.ValidateID(name) != nil }), nil
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

// newestFirst is the order of the list.
func newestFirst(a, b listed) int {
	if c := b.entry.Start.Compare(a.entry.Start); c != 0 {
		return c
	}
	return compareIDs(b.entry.ID, a.entry.ID)
}

// compareIDs orders ids such that _2 comes before _10.
func compareIDs(a, b string) int {
	same := 0 // bytes in front that both have, up to the last that is no digit
	for i := 0; i < min(len(a), len(b)) && a[i] == b[i]; i++ {
		if !isDigit(a[i]) {
			same = i + 1
		}
	}
	x, y := a[same:], b[same:]
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
