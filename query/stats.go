package query

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// MaxGroups bounds the values that [Stats] tells apart, and so its memory. The
// events of all further values are counted together.
const MaxGroups = 100_000

// maxValue bounds the bytes of a value that groups are told apart by.
const maxValue = 64 << 10

// Group is the events that share one value of a field.
type Group struct {
	// Value is the value as a person reads it: a string itself, anything else
	// as JSON.
	Value string
	// JSON is the value as JSON, numbers digit for digit.
	JSON []byte
	// Count is the number of events; First and Last are the sequences of the
	// first and the last of them in the file.
	Count, First, Last uint64
	// FirstTime and LastTime are their times; zero when the event has none.
	FirstTime, LastTime time.Time
}

// Counts is the answer of [Stats].
type Counts struct {
	// By is the field that was grouped by.
	By string
	// Groups are sorted by count, the largest first, then by value.
	Groups []Group
	// Events is the number of events that the filter wanted; Missing that of
	// those without the field, Other that of those whose value came after
	// MaxGroups others or is longer than 64 KiB. Neither is in Groups.
	Events, Missing, Other uint64
	// FirstTime and LastTime are the earliest and the latest time of all events.
	FirstTime, LastTime time.Time
}

// Seconds is the time from the first event to the last.
func (c *Counts) Seconds() float64 { return c.LastTime.Sub(c.FirstTime).Seconds() }

// Stats counts the events that f wants by a field: one of the envelope, one of
// the data, or a path such as "action.kind". An empty field means the event
// type.
func Stats(run *shelf.Run, by string, f Filter) (*Counts, Report, error) {
	t := newTally(by)
	report, err := Scan(run, f, t.add)
	t.tell(&report)
	return t.counts(), report, err
}

// tally counts events by a field.
type tally struct {
	Counts
	groups map[string]*Group // by JSON
	limit  int               // of groups
	key    []byte
	broken int64
	at     []int64
}

func newTally(by string) *tally {
	return &tally{Counts: Counts{By: cmp.Or(by, event.KeyType)}, groups: map[string]*Group{}, limit: MaxGroups}
}

// add counts one event.
func (t *tally) add(l *Line) error {
	e, err := l.Decode()
	if err != nil {
		t.broken++
		t.at = append(t.at[:min(len(t.at), maxBrokenAt-1)], l.Offset)
		return nil
	}
	t.Events++
	t.span(e.Time)
	value, ok := Field(&e, t.By)
	if !ok {
		t.Missing++
		return nil
	}
	t.count(&e, value)
	return nil
}

// tell moves the lines that could not be decoded to the report.
func (t *tally) tell(r *Report) {
	r.Broken += t.broken
	r.Matched -= t.broken
	r.BrokenAt = append(r.BrokenAt, t.at...)
	slices.Sort(r.BrokenAt)
	r.BrokenAt = r.BrokenAt[:min(len(r.BrokenAt), maxBrokenAt)]
}

// span widens the time from the earliest to the latest event.
func (t *tally) span(at time.Time) {
	if at.IsZero() {
		return
	}
	if t.FirstTime.IsZero() || at.Before(t.FirstTime) {
		t.FirstTime = at
	}
	if at.After(t.LastTime) {
		t.LastTime = at
	}
}

// count adds an event to its group.
func (t *tally) count(e *event.Event, value any) {
	t.key = event.AppendValue(t.key[:0], value)
	g := t.groups[string(t.key)]
	if g == nil {
		if len(t.groups) >= t.limit || len(t.key) > maxValue {
			t.Other++
			return
		}
		g = &Group{Value: text(value, t.key), JSON: slices.Clone(t.key), First: e.Sequence, FirstTime: e.Time}
		t.groups[string(t.key)] = g
	}
	g.Count++
	g.Last, g.LastTime = e.Sequence, e.Time
}

// text is a value as a person reads it.
func text(value any, json []byte) string {
	if s, ok := value.(string); ok {
		return s
	}
	return string(json)
}

// counts returns the sorted answer.
func (t *tally) counts() *Counts {
	c := t.Counts
	c.Groups = make([]Group, 0, len(t.groups))
	for _, g := range t.groups {
		c.Groups = append(c.Groups, *g)
	}
	slices.SortFunc(c.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value),
			strings.Compare(string(a.JSON), string(b.JSON)))
	})
	return &c
}
