package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// maxMarks bounds the marks of an outline, and so its memory: two megabytes.
const maxMarks = 1 << 16

// maxOutlineTypes bounds the event types that an outline counts by name.
const maxOutlineTypes = 1000

// KeyTick is the member in which simulations state their time.
const KeyTick = "tick"

// Outline knows where in the file of a run the wanted events stand, so that any
// row of a list of them can be read at once, however many there are. It keeps a
// mark at every so many events; the more events, the fewer marks. It is built
// with one pass over the file, and only what is new is read when the file grows.
//
// An Outline is not for concurrent use.
type Outline struct {
	filter Filter
	end    int64 // what was read: up to here, which is the end of a line
	count  int64
	stride int64 // events from mark to mark
	marks  []mark
	types  map[string]uint64 // by stored type
	levels map[string]uint64 // by stored level
	report Report
	first  moments
	last   moments
}

// mark is the place of every stride-th event.
type mark struct {
	offset   int64
	sequence uint64
	at       int64 // in microseconds since 1970; 0 when there is none
	tick     float64
}

// moments are the time and the tick of an event.
type moments struct {
	at      time.Time
	tick    float64
	hasTick bool
}

// NewOutline returns the outline of the events that f wants, with nothing read.
func NewOutline(f Filter) *Outline {
	f.KeepBroken = false
	return &Outline{filter: f, stride: 1, types: map[string]uint64{}, levels: map[string]uint64{}}
}

// Extend reads what is new in the events of the run. Of a living run an
// unfinished last line is left for later. A file that has become shorter is read
// anew. Where reading fails, or the context of the run ends, what was read before
// counts, and the next call goes on from there.
func (o *Outline) Extend(run *shelf.Run) error {
	if err := o.filter.Check(); err != nil {
		return err
	}
	events, err := run.OpenEvents()
	if err != nil {
		return err
	}
	defer events.Close()
	size := events.Size()
	if run.Status == shelf.StatusRunning {
		t := &trail{events: events}
		if size, err = t.endOfLines(); err != nil {
			return err
		}
	}
	if size < o.end {
		*o = *NewOutline(o.filter)
	}
	return o.read(events, size)
}

// read takes in the file from where the last reading ended to size.
func (o *Outline) read(events *shelf.Events, size int64) error {
	from := o.end
	if size == from {
		return nil
	}
	newWork := func() func(*block, *outlined) *outlined { return newOutliner(o.filter).block }
	sure := true // all that was taken in stands before o.end
	err := inOrder(blocksFrom(events, from, size), newWork, func(b *block, r *outlined) error {
		o.take(b, r)
		switch {
		case b.long >= 0:
			sure = false
		case b.end > b.start:
			o.end, sure = b.offset+int64(b.end), true
		}
		return nil
	})
	switch {
	case err == nil:
		o.end = size
	case !sure:
		*o = *NewOutline(o.filter)
	}
	return err
}

// take adds the events of one block.
func (o *Outline) take(b *block, r *outlined) {
	o.report.add(&r.report)
	for key, n := range r.types {
		o.types[bounded(o.types, key)] += n
	}
	for key, n := range r.levels {
		o.levels[bounded(o.levels, key)] += n
	}
	for i := range r.rows {
		if o.count%o.stride == 0 {
			o.mark(r.rows[i].mark(b))
		}
		o.count++
	}
	if n := len(r.rows); n > 0 {
		if o.first.at.IsZero() {
			o.first = r.rows[0].moments(b)
		}
		o.last = r.rows[n-1].moments(b)
	}
}

// bounded is the key itself, or one for all that are too many.
func bounded(counts map[string]uint64, key string) string {
	if _, known := counts[key]; !known && len(counts) >= maxOutlineTypes {
		return ""
	}
	return key
}

// mark keeps a mark. When there are too many every second one goes.
func (o *Outline) mark(m mark) {
	o.marks = append(o.marks, m)
	if len(o.marks) < maxMarks {
		return
	}
	kept := o.marks[:0]
	for i := 0; i < len(o.marks); i += 2 {
		kept = append(kept, o.marks[i])
	}
	o.marks, o.stride = kept, 2*o.stride
}

// Count is the number of wanted events that were read.
func (o *Outline) Count() int64 { return o.count }

// Report says what was met in the file.
func (o *Outline) Report() Report { return o.report }

// End is how far the file was read, in bytes.
func (o *Outline) End() int64 { return o.end }

// Facet is one value and how often it was met.
type Facet struct {
	Value string
	Count uint64
}

// Types are the types of the wanted events, the most frequent first. The empty
// type is that of events without one and of types that are too many.
func (o *Outline) Types() []Facet { return facets(o.types, "") }

// Levels are the levels of the wanted events, the most frequent first.
func (o *Outline) Levels() []Facet { return facets(o.levels, "INFO") }

// facets sorts counts by their number, then by value.
func facets(counts map[string]uint64, absent string) []Facet {
	byValue := map[string]uint64{}
	for stored, n := range counts {
		value, ok := stringOf([]byte(stored))
		if !ok {
			value = cmp.Or(stored, absent)
		}
		byValue[value] += n
	}
	list := make([]Facet, 0, len(byValue))
	for value, n := range byValue {
		list = append(list, Facet{value, n})
	}
	slices.SortFunc(list, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return list
}

// Rows calls fn for n of the wanted events from row on, which counts from 0, in
// the order of the file. Rows that have not been read by Extend are found too, if
// slowly.
func (o *Outline) Rows(run *shelf.Run, row int64, n int, fn func(*Line) error) error {
	from, at := int64(0), int64(0)
	if k := min(max(0, row)/o.stride, int64(len(o.marks))-1); k >= 0 {
		from, at = o.marks[k].offset, k*o.stride
	}
	return o.each(run, from, func(l *Line) error {
		if at++; at <= row {
			return nil
		}
		if at > row+int64(n) {
			return ErrStop
		}
		return fn(l)
	})
}

// each calls fn for the wanted lines from an offset on.
func (o *Outline) each(run *shelf.Run, from int64, fn func(*Line) error) error {
	events, err := run.OpenEvents()
	if err != nil {
		return err
	}
	defer events.Close()
	s, err := newSieve(o.filter, within(run, fn))
	if err != nil {
		return err
	}
	lines := newForward(events, from, events.Size())
	for {
		raw, err := lines.next()
		if err == nil {
			err = s.take(raw)
		}
		if err != nil {
			return endOfQuestion(err)
		}
	}
}

// RowOfSequence returns the row of the first wanted event whose sequence is at
// least the given one, and the number of rows when there is none. Sequences are
// taken to ascend.
func (o *Outline) RowOfSequence(run *shelf.Run, sequence uint64) (int64, error) {
	k := sort.Search(len(o.marks), func(i int) bool { return o.marks[i].sequence >= sequence })
	return o.find(run, k, func(e event.Event) bool { return e.Sequence >= sequence })
}

// RowOfTime returns the row of the first wanted event that is not earlier than a
// time. Times are taken to ascend.
func (o *Outline) RowOfTime(run *shelf.Run, at time.Time) (int64, error) {
	k := sort.Search(len(o.marks), func(i int) bool { return o.marks[i].at >= at.UnixMicro() })
	return o.find(run, k, func(e event.Event) bool { return !e.Time.Before(at) })
}

// RowOfTick returns the row of the first wanted event with a tick of at least
// the given one. Ticks are taken to ascend.
func (o *Outline) RowOfTick(run *shelf.Run, tick float64) (int64, error) {
	k := sort.Search(len(o.marks), func(i int) bool { return o.marks[i].tick >= tick })
	return o.find(run, k, func(e event.Event) bool {
		v, _ := Field(&e, KeyTick)
		n, _ := v.(json.Number)
		t, ok := floatOf([]byte(n))
		return ok && t >= tick
	})
}

// find looks for the first row behind the mark before the k-th that is wanted.
func (o *Outline) find(run *shelf.Run, k int, wanted func(event.Event) bool) (int64, error) {
	k = max(0, k-1)
	row, from := int64(k)*o.stride, int64(0)
	if k < len(o.marks) {
		from = o.marks[k].offset
	}
	found := errors.New("found")
	err := o.each(run, from, func(l *Line) error {
		e, err := l.Decode()
		if err == nil && wanted(e) {
			return found
		}
		row++
		return nil
	})
	if errors.Is(err, found) {
		err = nil
	}
	return row, err
}
