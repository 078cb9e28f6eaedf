package query

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"example.org/runshelf/shelf"
)

// recall compares the cache of a list with the shelf. While one goroutine reads the
// names of the runs (mark), others ask for the state of each manifest (compare).
type recall struct {
	listCache
	above string // what stands before the id in the path of a run
	brief bool
	local bool // the shelf is on this machine, which answers at once unless it must ask the disk

	entries []Entry      // of the records; without an id unless it is as it was; written by compare
	gone    []bool       // the shelf has it no more; written by mark, nil without
	next    atomic.Int64 // the first run that nobody compares yet
	damaged atomic.Bool  // something in the cache is as nobody writes it
}

// errDamagedCache says that a cache must not be used.
var errDamagedCache = errors.New("the cache of the list is damaged")

// newRecall reads the cache. In a file that is none there are no runs.
func newRecall(name, above string, brief bool) *recall {
	c := &recall{above: above, brief: brief}
	if name == "" {
		return c
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return c
	}
	c.listCache = parseListCache(b, brief)
	const more = 16 // runs that may have come since
	c.entries = make([]Entry, c.count, c.count+len(c.others)+more)
	return c
}

// compare makes the entries of the runs whose manifests have not changed. Any number
// of goroutines may call it, and share the work.
func (c *recall) compare() {
	const (
		share = 64                   // at once, so that they seldom meet
		slow  = 2 * time.Millisecond // for a share: the disk was waited for
	)
	n, prompt := int64(len(c.entries)), c.local
	for from := c.next.Add(share) - share; from < n; from = c.next.Add(share) - share {
		began := time.Now()
		for i := from; i < min(from+share, n); i++ {
			if !c.compareOne(int(i), prompt) {
				c.damaged.Store(true)
				return
			}
		}
		prompt = c.local && time.Since(began) < slow
	}
}

// compareOne makes the entry of one run. It is false when the cache is damaged.
func (c *recall) compareOne(i int, prompt bool) bool {
	r, ok := c.record(i)
	id := idOf(r.path, c.above)
	if !ok || id == "" {
		return false
	}
	if string(r.status) == string(shelf.StatusCrashed) && !shelf.Abandoned(filepath.Dir(r.path)) {
		return true // somebody writes to it: it is read again
	}
	ask := signatureOf
	if prompt {
		ask = signatureAlone
	}
	if seen, regular := ask(r.path); regular && seen == r.seen {
		r.fill(&c.entries[i], id, c.brief)
	}
	return true
}

// id is the id of a record, "" when it is damaged.
func (c *recall) id(i int) string {
	r, _ := c.record(i)
	return idOf(r.path, c.above)
}

// mark takes note of the runs that the shelf has no more, and returns those that the
// cache has not.
func (c *recall) mark(ids []string) (others []string) {
	places := make(map[string]int, c.count)
	c.gone = make([]bool, c.count)
	for i := range c.gone {
		places[c.id(i)], c.gone[i] = i, true
	}
	for _, id := range ids {
		if i, known := places[id]; known {
			c.gone[i] = false
		} else {
			others = append(others, id)
		}
	}
	return others
}

// has reports whether the shelf has the run of a record.
func (c *recall) has(i int) bool { return c.gone == nil || !c.gone[i] }

// holds reports whether it has, and all is as it was.
func (c *recall) holds(i int) bool { return c.has(i) && c.entries[i].ID != "" }

// holdsAll reports whether that is so of all.
func (c *recall) holdsAll() bool {
	for i := range c.entries {
		if !c.holds(i) {
			return false
		}
	}
	return true
}

// changed returns the ids of the runs that must be read again.
func (c *recall) changed() (ids []string) {
	for i := range c.entries {
		if c.has(i) && !c.holds(i) {
			ids = append(ids, c.id(i))
		}
	}
	return ids
}

// held returns the entries of the runs that are as they were, in the order in which
// they were listed. Nothing else may be asked behind it.
func (c *recall) held() []Entry {
	if c.holdsAll() {
		return c.entries
	}
	held := c.entries[:0]
	for i := range c.entries {
		if c.holds(i) {
			held = append(held, c.entries[i])
		}
	}
	return held
}

// rewritten is the cache of a list: of the runs that are as they were, of those that
// were read, which are in order, and of the folders of which nothing is kept.
func (c *recall) rewritten(fresh []listed, left []string) *listCacheWriter {
	w := newListCacheWriter(len(c.entries) + len(fresh))
	add := func(r *listed) {
		if r.keep {
			w.add(r.entry, r.seen)
		}
	}
	for i := range c.entries {
		if !c.holds(i) {
			continue
		}
		for len(fresh) > 0 && newestFirst(fresh[0].entry, &c.entries[i]) < 0 {
			add(&fresh[0])
			fresh = fresh[1:]
		}
		r, _ := c.record(i)
		w.add(&c.entries[i], r.seen)
	}
	for i := range fresh {
		add(&fresh[i])
	}
	for _, id := range left {
		w.leave(id)
	}
	return w
}
