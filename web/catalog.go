package web

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// fresh is for how long the list is good without another look.
const fresh = 200 * time.Millisecond

// maxOrders bounds the lists that are kept sorted and filtered.
const maxOrders = 16

// catalog is the list of runs. It is read once; after that only what changed is
// read anew. It may be used concurrently.
type catalog struct {
	shelf    *shelf.Shelf
	cacheDir string

	mu         sync.Mutex
	entries    []query.Entry         // newest first
	seen       map[string]manifestID // by run
	looked     time.Time
	took       time.Duration // the last look
	generation uint64        // grows with each change; no earlier server on this shelf had it
	orders     []order       // the most recently used last
}

// manifestID tells one state of a manifest from another.
type manifestID struct {
	size     int64
	modified time.Time
	settled  bool // the run has ended, so that its status cannot change by itself
}

// order is the list as somebody wants it.
type order struct {
	where, sort string
	generation  uint64
	entries     []query.Entry
}

func newCatalog(s *shelf.Shelf, cacheDir string) *catalog {
	return &catalog{shelf: s, cacheDir: cacheDir, generation: uint64(time.Now().UnixMilli())}
}

// warm reads the list before anybody asks.
func (c *catalog) warm() { _, _, _ = c.list("", nil, "") }

// list returns the runs for which an expression is true, in an order. Both are
// given as their source too, by which the answer is remembered. The entries must
// not be changed.
func (c *catalog) list(source string, where *query.Where, sort string) ([]query.Entry, uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.look(); err != nil {
		return nil, 0, err
	}
	if source == "" && sort == "" {
		return c.entries, c.generation, nil
	}
	for i, o := range c.orders {
		if o.where == source && o.sort == sort && o.generation == c.generation {
			c.orders = append(slices.Delete(c.orders, i, i+1), o)
			return o.entries, c.generation, nil
		}
	}
	o := order{source, sort, c.generation, choose(c.entries, where, sort)}
	c.orders = slices.DeleteFunc(c.orders, func(o order) bool { return o.generation != c.generation })
	if len(c.orders) == maxOrders {
		c.orders = slices.Delete(c.orders, 0, 1)
	}
	c.orders = append(c.orders, o)
	return o.entries, c.generation, nil
}

// choose filters and sorts a copy.
func choose(entries []query.Entry, where *query.Where, sort string) []query.Entry {
	chosen := slices.Clone(entries)
	if where != nil {
		m := where.Matcher()
		chosen = slices.DeleteFunc(chosen, func(e query.Entry) bool { return !m.Match(e.JSON) })
	}
	if sort != "" {
		path, descending := cutSort(sort)
		query.Order(chosen, path, descending)
	}
	return chosen
}

// cutSort splits "-metrics.gini" into the path and whether it is descending.
func cutSort(sort string) (path string, descending bool) {
	if sort[0] == '-' {
		return sort[1:], true
	}
	return sort, false
}

// state returns the generation and the number of runs, and how long a look takes.
func (c *catalog) state() (generation uint64, runs int, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.look() // a shelf that cannot be listed now keeps its last list
	return c.generation, len(c.entries), c.took
}

// forget makes the next question look again.
func (c *catalog) forget() {
	c.mu.Lock()
	c.looked = time.Time{}
	c.mu.Unlock()
}

// look brings the list up to date.
func (c *catalog) look() error {
	if time.Since(c.looked) < fresh {
		return nil
	}
	began := time.Now()
	err := c.update()
	c.took, c.looked = time.Since(began), time.Now()
	return err
}

func (c *catalog) update() error {
	if c.seen == nil {
		return c.readAll()
	}
	ids, err := c.candidates()
	if err != nil {
		return err
	}
	known := make(map[string]query.Entry, len(c.entries))
	for _, e := range c.entries {
		known[e.ID] = e
	}
	changed := len(ids) != len(c.entries)
	var entries []query.Entry
	for _, id := range ids {
		e := known[id]
		now, again := c.changed(id, e)
		if again {
			var there bool
			if e, there = c.read(id); !there {
				continue
			}
			if old := known[id]; string(old.JSON) != string(e.JSON) {
				changed = true
			}
		}
		now.settled = ended(e.Status)
		c.seen[id] = now
		entries = append(entries, e)
	}
	if changed || len(entries) != len(c.entries) {
		c.replace(entries)
	}
	return nil
}

// replace takes in a new list.
func (c *catalog) replace(entries []query.Entry) {
	slices.SortStableFunc(entries, func(a, b query.Entry) int { return b.Start.Compare(a.Start) })
	c.entries = entries
	c.generation++
}

// readAll reads the list for the first time.
func (c *catalog) readAll() error {
	entries, err := query.List(c.shelf, query.ListOptions{CacheDir: c.cacheDir})
	if err != nil {
		return err
	}
	c.seen = make(map[string]manifestID, len(entries))
	for _, e := range entries {
		id, _ := c.changed(e.ID, e)
		id.settled = ended(e.Status)
		c.seen[e.ID] = id
	}
	c.entries = entries
	c.generation++
	return nil
}

// candidates returns the names of directories that may be runs: those of known
// runs, and others.
func (c *catalog) candidates() ([]string, error) {
	dirs, err := os.ReadDir(c.shelf.Dir())
	if os.IsNotExist(err) {
		return nil, nil
	}
	var ids []string
	for _, d := range dirs {
		if d.IsDir() && shelf.ValidateID(d.Name()) == nil {
			ids = append(ids, d.Name())
		}
	}
	return ids, err
}

// changed returns the state of a manifest, and whether it must be read again.
func (c *catalog) changed(id string, e query.Entry) (manifestID, bool) {
	was, known := c.seen[id]
	var now manifestID
	info, err := os.Lstat(filepath.Join(c.shelf.Dir(), id, shelf.ManifestFile))
	if err == nil {
		now.size, now.modified = info.Size(), info.ModTime()
	}
	same := known && e.JSON != nil && was.settled && was.size == now.size && was.modified.Equal(now.modified)
	// A file that was changed just now may change again without its time telling.
	return now, !same || time.Since(now.modified) < 2*time.Second
}

// read reads one run.
func (c *catalog) read(id string) (query.Entry, bool) {
	run, err := shelf.OpenRun(filepath.Join(c.shelf.Dir(), id))
	if err != nil {
		return query.Entry{}, false
	}
	b, err := run.JSON()
	if err != nil {
		return query.Entry{}, false
	}
	return query.Entry{ID: id, Dir: run.Dir, Status: run.Status, Start: run.Start, JSON: b}, true
}

// ended reports whether a status is final.
func ended(s shelf.Status) bool {
	return s == shelf.StatusCompleted || s == shelf.StatusFailed || s == shelf.StatusInterrupted
}
