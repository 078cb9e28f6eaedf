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
// was changed in the last seconds, or says running while somebody holds the lock. Nor are the
// names asked for as long as the directory of the shelf is in the same state, where
// the file system is one that tells.
func List(s *shelf.Shelf, o ListOptions) ([]Entry, error) {
	l := listerOf(s, o)
	entries, err := l.list(newRecall(l.cache, l.above, l.brief))
	if errors.Is(err, errDamagedCache) {
		return l.list(newRecall("", l.above, l.brief))
	}
	return entries, err
}

// lister makes one list.
type lister struct {
	dir, above string // of the shelf, and what stands before an id in the path of a run
	brief      bool
	cache      string    // "" without one
	began      time.Time // what was changed later may change again unnoticed
}

func listerOf(s *shelf.Shelf, o ListOptions) *lister {
	above := filepath.Join(s.Dir(), "x")
	return &lister{dir: s.Dir(), above: above[:len(above)-1], brief: o.Brief, cache: listCacheName(o, s.Dir()), began: time.Now()}
}

// list makes the list from what is recalled of the last one.
func (l *lister) list(c *recall) ([]Entry, error) {
	state := folderState(l.dir) // before the names are read, so that none comes between
	c.local = state.known()
	var beside sync.WaitGroup
	for range 2*runtime.GOMAXPROCS(0) - 1 {
		beside.Go(c.compare)
	}
	others, err := c.others, error(nil)
	if !state.known() || state != c.state {
		var ids []string
		ids, err = candidates(l.dir)
		others = c.mark(ids)
	}
	c.compare()
	beside.Wait()
	switch {
	case err != nil:
		return nil, err
	case c.damaged.Load():
		return nil, errDamagedCache
	}
	others = append(slices.Clip(others), c.changed()...)
	fresh := readRuns(l.above, others, l.brief)
	var left []string // of which the cache keeps nothing
	for i := range fresh {
		if !fresh[i].settle(l.began) {
			left = append(left, others[i])
		}
	}
	fresh = slices.DeleteFunc(fresh, func(r listed) bool { return r.entry == nil })
	slices.SortFunc(fresh, func(a, b listed) int { return newestFirst(a.entry, b.entry) })
	if state.recent(l.began) {
		state = folder{}
	}
	if l.cache != "" && (len(left) < len(others) || !c.holdsAll() || state.known() && state != c.state) {
		// Trouble is passed over: the next list is then only slower.
		_ = replaceFile(l.cache, c.rewritten(fresh, left).parts(state, l.brief)...)
	}
	return merged(c.held(), fresh), nil
}

// listed is a run that was read, with what the cache needs to know of it.
type listed struct {
	entry *Entry    // nil when it is none
	seen  signature // of the manifest that the entry was made of
	keep  bool      // as long as that does not change, neither does the entry
}

// settle reports whether the cache should keep the run.
func (r *listed) settle(began time.Time) bool {
	// A start that its number does not tell would come back as another one.
	r.keep = r.keep && !r.seen.recent(began) && time.Unix(0, r.entry.Start.UnixNano()).Equal(r.entry.Start)
	return r.keep
}

// readRuns reads the manifests of candidates, in their order.
func readRuns(above string, ids []string, brief bool) []listed {
	runs := make([]listed, len(ids))
	sideBySide(len(ids), func() func(int) {
		r := newManifestReader(brief)
		return func(i int) { runs[i] = r.read(ids[i], above+ids[i]) }
	})
	return runs
}

// merged puts what was read among the entries that are as they were. Both are in order.
func merged(held []Entry, fresh []listed) []Entry {
	i, k := len(held)-1, len(fresh)-1
	all := slices.Grow(held, len(fresh))[:len(held)+len(fresh)]
	for at := len(all) - 1; k >= 0; at-- {
		if i >= 0 && newestFirst(&all[i], fresh[k].entry) > 0 {
			all[at] = all[i]
			i--
		} else {
			all[at] = *fresh[k].entry
			k--
		}
	}
	return all
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
func newestFirst(a, b *Entry) int {
	if c := b.Start.Compare(a.Start); c != 0 {
		return c
	}
	return compareIDs(b.ID, a.ID)
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
