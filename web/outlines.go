package web

import (
	"slices"
	"sync"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// maxOutlines bounds the outlines that are kept, and so their memory: about two
// megabytes each at most.
const maxOutlines = 12

// outlines keeps the outlines of the logs looked at last. It may be used
// concurrently.
type outlines struct {
	mu   sync.Mutex
	kept []*outline // the most recently used last
}

// outline is one of them. Whoever holds its lock may use what is in it.
type outline struct {
	run, filter string
	mu          sync.Mutex
	*query.Outline
}

// get returns the outline of a run and a filter, locked, with all that the log
// holds now. The filter's key stands for it.
func (o *outlines) get(run *shelf.Run, key string, f query.Filter) (*outline, error) {
	entry := o.find(run.Dir, key, f)
	entry.mu.Lock()
	if err := entry.Extend(run); err != nil {
		entry.mu.Unlock()
		return nil, err
	}
	return entry, nil
}

// has reports whether there is an outline that was begun.
func (o *outlines) has(run *shelf.Run, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.ContainsFunc(o.kept, func(e *outline) bool { return e.run == run.Dir && e.filter == key })
}

func (o *outlines) find(dir, key string, f query.Filter) *outline {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, e := range o.kept {
		if e.run == dir && e.filter == key {
			o.kept = append(slices.Delete(o.kept, i, i+1), e)
			return e
		}
	}
	if len(o.kept) == maxOutlines {
		o.kept = slices.Delete(o.kept, 0, 1)
	}
	e := &outline{run: dir, filter: key, Outline: query.NewOutline(f)}
	o.kept = append(o.kept, e)
	return e
}
