package query

import (
	"cmp"
	"math"
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
	// Of are the summaries of the numeric fields that were asked for, in their
	// order.
	Of []Summary
}

// Counts is the answer of [Stats].
type Counts struct {
	// By is the field that was grouped by.
	By string
	// Of are the numeric fields that were summed up.
	Of []string
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
func (c *Counts) Seconds() float64 {
	if d := c.LastTime.Sub(c.FirstTime); d < math.MaxInt64 {
		return d.Seconds()
	}
	return float64(c.LastTime.Unix() - c.FirstTime.Unix()) // of 292 years and more, which no Duration holds
}

// Stats counts the events that f wants by a field: one of the envelope, one of
// the data, or a path such as "action.kind". An empty field means the event
// type. Of each of the fields named in of, the numbers are summed up for each
// group.
func Stats(run *shelf.Run, by string, f Filter, of ...string) (*Counts, Report, error) {
	if err := f.Check(); err != nil {
		return newTally(by, of).counts(), Report{}, err
	}
	events, err := run.OpenEvents()
	if err != nil {
		return newTally(by, of).counts(), Report{}, err
	}
	defer events.Close()
	types := cmp.Or(by, event.KeyType) == event.KeyType && len(of) == 0
	return stats(planned(run, events, f, outlook{counts: types, ends: true, cuts: len(of) > 0}), by, f, of)
}

// stats is Stats over a file cut in a given way.
func stats(blocks *blocks, by string, f Filter, of []string) (*Counts, Report, error) {
	t := newTally(by, of)
	newWork := func() func(*block, *partial) *partial { return newCounter(t.By, of, f).block }
	var err error
	switch {
	case t.By != event.KeyType || len(of) > 0 || !f.all():
		err = inOrderKeeping(blocks, newWork, func(_ *block, p *partial) error { return t.deliver(p) })
	case blocks.keep.begin():
		err = statsKeeping(blocks, t)
	default:
		err = inTurns(blocks, newWork, t.deliver)
	}
	return t.counts(), t.report, err
}

// statsKeeping counts all events by type, which is what an index tells too.
func statsKeeping(blocks *blocks, t *tally) error {
	newWork := func() func(*block, *partial) *partial { return newIndexCounter().block }
	err := inTurns(blocks, newWork, func(p *partial) error {
		blocks.keep.add(p)
		return t.deliver(p)
	})
	blocks.keep.finish(err == nil)
	return err
}
