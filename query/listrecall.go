package query

import (
	"os"
	"sync/atomic"
	"time"

	"example.org/runshelf/shelf"
)

// recall compares the cache of a list with the shelf. While one goroutine reads the
// names of the runs (mark), others ask for the state of each manifest (compare).
type recall struct {
	brief  bool
	above  string // what stands before the id in the path of a run
	loaded chan struct{}

	records []record
	paths   []string       // of the manifests
	places  map[string]int // of the runs among the records, by id
	listed  []bool         // the shelf has the run; written by mark
	entries []Entry        // of the runs that are as they were; written by compare
	next    atomic.Int64   // the first run that nobody compares yet
}

// load reads the cache. In a file that is none there are no runs.
func (c *recall) load(name string) {
	defer close(c.loaded)
	if name == "" {
		return
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return
	}
	ids, records := parseListCache(b, c.brief)
	c.records, c.paths, c.places = records, make([]string, len(ids)), make(map[string]int, len(ids))
	c.listed, c.entries = make([]bool, len(ids)), make([]Entry, len(ids))
	c.name(ids)
}

// name makes the paths of the manifests, all in one piece of memory.
func (c *recall) name(ids [][]byte) {
	var all []byte
	for _, id := range ids {
		all = append(append(append(all, c.above...), id...), manifestSuffix...)
	}
	rest := string(all)
	for i, id := range ids {
		n := len(c.above) + len(id)
		c.places[rest[len(c.above):n]] = i
		c.paths[i], rest = rest[:n+len(manifestSuffix)], rest[n+len(manifestSuffix):]
	}
}

// manifestSuffix is the path of a manifest behind that of its run.
const manifestSuffix = string(os.PathSeparator) + shelf.ManifestFile

// dir is the path of a run.
func (c *recall) dir(i int) string { return c.paths[i][:len(c.paths[i])-len(manifestSuffix)] }

// mark tells the runs that the shelf has, and returns those that the cache has not.
func (c *recall) mark(ids []string) (others []string) {
	for _, id := range ids {
		if i, known := c.places[id]; known {
			c.listed[i] = true
		} else {
			others = append(others, id)
		}
	}
	return others
}

// compare makes the entries of the runs whose manifests have not changed. Any number
// of goroutines may call it, and share the work.
func (c *recall) compare() {
	const share = 64 // at once, so that they seldom meet
	n := int64(len(c.paths))
	for from := c.next.Add(share) - share; from < n; from = c.next.Add(share) - share {
		for i := from; i < min(from+share, n); i++ {
			if seen, regular := signatureOf(c.paths[i]); regular && seen == c.records[i].seen() {
				dir := c.dir(int(i))
				c.entries[i] = c.records[i].entry(dir[len(c.above):], dir, c.brief)
			}
		}
	}
}

// holds reports whether the shelf has a run and its entry is as it was.
func (c *recall) holds(i int) bool { return c.listed[i] && c.entries[i].ID != "" }

// changed returns the ids of the runs that must be read again.
func (c *recall) changed() (ids []string) {
	for i, listed := range c.listed {
		if listed && !c.holds(i) {
			ids = append(ids, c.dir(i)[len(c.above):])
		}
	}
	return ids
}

// held returns the runs that are as they were, in the order in which they were listed.
func (c *recall) held() []listed {
	runs := make([]listed, 0, len(c.records))
	for i := range c.records {
		if c.holds(i) {
			runs = append(runs, listed{entry: &c.entries[i], seen: c.records[i].seen(), keep: true, held: true})
		}
	}
	return runs
}

// outdated reports whether the cache should hold something else than it does, and
// settles which of the runs it should.
func (c *recall) outdated(runs []listed, now time.Time) bool {
	fresh, held := 0, 0
	for i := range runs {
		r := &runs[i]
		// A start that its number does not tell would come back as another one.
		r.keep = r.keep && (r.held || !r.seen.recent(now) && time.Unix(0, r.entry.Start.UnixNano()).Equal(r.entry.Start))
		switch {
		case r.held:
			held++
		case r.keep:
			fresh++
		}
	}
	return fresh > 0 || held < len(c.records)
}
