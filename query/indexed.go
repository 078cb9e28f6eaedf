package query

import (
	"time"

	"example.org/runshelf/shelf"
)

// The index of a run says of each block of its log which sequences, times and types
// stand in it. A question whose filter speaks of these passes over the blocks in
// which nothing can be wanted, and a question that only counts also over those of
// which all is known. Whether the index is to be believed, the shelf decides (see
// shelf.Run.Index); without one the whole log is read, and the answer is the same.
// What is behind the end of the index is always read.

// stretch is a piece of a log. Either its lines are read, or they are known.
type stretch struct {
	from, to int64
	known    *known
}

// known is what the index tells of the lines of some blocks.
type known struct {
	counts byType[uint64] // of the wanted lines
	lines  uint64         // all of them
}

// add adds a block whose counts are all that is wanted.
func (k *known) add(b *shelf.IndexBlock, j *screen) {
	for i, c := range b.Types {
		k.lines += c.Count
		if j.wants(i, c.JSON) {
			n, _ := k.counts.at(i, c.JSON)
			*n += c.Count
		}
	}
}

// partial is what is known as if it had been counted. The first and the last times
// stand in blocks that are read, since times ascend here.
func (k *known) partial(p *partial) *partial {
	p.report.Lines = int64(k.lines)
	for json, n := range k.counts.all {
		p.events += *n
		p.parts = append(p.parts, part{key: json, count: *n, told: true})
	}
	return p
}

// byType holds a value for each type, by its JSON. Blocks that follow each other mostly
// have the same types, in the same order: so it is first looked where it was last found.
type byType[V any] struct {
	all   map[string]*V
	order []ofType[V] // as the types were last asked for
}

type ofType[V any] struct {
	json  string
	value *V
}

// at returns the value of a type, the i-th of its block, and whether it was there.
func (t *byType[V]) at(i int, json string) (value *V, there bool) {
	if i < len(t.order) && t.order[i].json == json {
		return t.order[i].value, true
	}
	if value, there = t.all[json]; !there {
		if t.all == nil {
			t.all = map[string]*V{}
		}
		value = new(V)
		t.all[json] = value
	}
	if i == len(t.order) {
		t.order = append(t.order, ofType[V]{json, value})
	} else if i < len(t.order) {
		t.order[i] = ofType[V]{json, value}
	}
	return value, there
}

// outlook is what is wanted of a question besides its filter.
type outlook struct {
	counts bool // lines need not be read to be counted
	ends   bool // but the first and the last one of each type must be
	// cuts says that the log must be cut into the blocks of which it is without an
	// index: where floating point numbers are added up, the last digit depends on it.
	cuts bool
}

// planned cuts a log for a question, with the index when that helps.
func planned(run *shelf.Run, events *shelf.Events, f Filter, o outlook) *blocks {
	return plannedBy(run, events, newScreen(f), o)
}

func plannedBy(run *shelf.Run, events *shelf.Events, j *screen, o outlook) *blocks {
	all := newBlocks(events, events.Size())
	if all.size < minIndexed || !j.helps() && !(o.counts && j.exact) {
		return all
	}
	x, keep, err := believedIndex(j.filter.CacheDir, run, events)
	if err != nil {
		// Looking for a text takes a quarter of the time that counting takes.
		if j.sought(run, events, all, o); all.whole(events) && finderOf(j.filter) == nil {
			all.keep = newKeeper(keep, events, time.Now())
		}
		if o.counts && j.filter.all() {
			all.each = countedSize
		}
		return all
	}
	defer x.Close()
	return j.plannedWith(x, all, o)
}

// plannedWith cuts a log by an index.
func (j *screen) plannedWith(x *shelf.Index, all *blocks, o outlook) *blocks {
	if last := x.Last(); o.ends && last.Unordered {
		o.counts = false
	}
	p := &planner{screen: j, outlook: o}
	end := p.read(x)
	if !p.fits(all.src, end) {
		return all
	}
	if o.cuts {
		all.skip = p.skips(all, end)
	} else {
		all.parts, all.base = p.cut(), end
	}
	return all
}

// whole reports whether all of the log is read.
func (f *blocks) whole(events *shelf.Events) bool {
	return f.base == 0 && f.size == events.Size() && len(f.parts) == 0 && len(f.skip) == 0
}

// minIndexed is the length of a log, in bytes, below which reading it all is as quick
// as asking the index.
const minIndexed = 256 << 10
