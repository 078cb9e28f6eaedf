package runshelf

import (
	"encoding/hex"
	"path"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// tally sums up what has been written, for the manifest.
type tally struct {
	stamp       event.Stamp
	globs       []string
	first, last uint64
	count       uint64
	bytes       int64
	kinds       map[string]*kind
	newest      string // the type of the last event, and
	kind        *kind  // what is known of it: types come in series

	index *shelf.Indexer // nil without an index
	block block
}

// maxKinds is how many types are counted by name, so that a program whose types
// are without end does not fill the memory. The others count together as "".
const maxKinds = 10_000

// kind is what the logger knows of one event type.
type kind struct {
	name     string
	json     string // the name
	count    uint64
	inBlock  uint64 // since the block began
	readable bool
}

func newTally(o Options) tally {
	return tally{globs: o.ReadableEvents, kinds: map[string]*kind{}, block: block{newest: beforeAll}}
}

// add counts n written lines of one type and time, of so many bytes together, from
// a sequence on.
func (t *tally) add(eventType string, at instant, sequence, n uint64, length int) *kind {
	if t.count == 0 {
		t.first = sequence
	}
	t.last = sequence + n - 1
	t.count += n
	t.bytes += int64(length)
	if t.kind == nil || t.newest != eventType {
		t.newest, t.kind = eventType, t.kindOf(eventType)
	}
	t.kind.count += n
	if t.index != nil {
		t.block.add(t.kind, at, sequence, n, length)
	}
	return t.kind
}

func (t *tally) kindOf(eventType string) *kind {
	k := t.kinds[eventType]
	if k == nil && len(t.kinds) >= maxKinds {
		eventType = ""
		k = t.kinds[eventType]
	}
	if k == nil {
		k = &kind{name: eventType, json: string(event.AppendString(nil, eventType)), readable: t.matches(eventType)}
		t.kinds[eventType] = k
	}
	return k
}

func (t *tally) matches(eventType string) bool {
	for _, glob := range t.globs {
		if ok, _ := path.Match(glob, eventType); ok {
			return true
		}
	}
	return false
}

// remove takes back the last event, which was lost after all. Lines are lost
// from the end, so the number of the last one left follows from the count.
func (t *tally) remove(e event.Event, length int) {
	t.last = min(t.last, e.Sequence-1)
	t.count--
	t.bytes -= int64(length)
	t.kindOf(e.Type).count--
	if t.count == 0 {
		t.first, t.last = 0, 0
	}
}

// counts is the manifest's account of the events. A digest that was not taken is
// nil.
func (t *tally) counts(sum []byte, dropped uint64) shelf.EventCounts {
	c := shelf.EventCounts{
		Count:         t.count,
		FirstSequence: t.first,
		LastSequence:  t.last,
		Bytes:         t.bytes,
		SHA256:        hex.EncodeToString(sum),
		Dropped:       dropped,
		ByType:        make(map[string]uint64, len(t.kinds)),
	}
	for name, k := range t.kinds {
		if k.count > 0 {
			c.ByType[name] = k.count
		}
	}
	return c
}
