package query

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/event"
)

// tally puts together what was counted in blocks, in the order of the file.
type tally struct {
	Counts
	groups map[string]*gathered // by JSON
	limit  int                  // of groups
	times  timeRange
	report Report
}

// newTally begins an answer.
func newTally(by string, of []string) *tally {
	return &tally{Counts: Counts{By: cmp.Or(by, event.KeyType), Of: of}, groups: map[string]*gathered{}, limit: MaxGroups}
}

// deliver adds the counts of one block.
func (t *tally) deliver(p *partial) error {
	t.report.add(&p.report)
	t.report.Matched += int64(p.events)
	t.Events += p.events
	t.Missing += p.missing
	t.Other += p.long
	t.times.add(timeOf(valueIn(p.stored, p.earliest)))
	t.times.add(timeOf(valueIn(p.stored, p.latest)))
	t.times.add(p.other.from)
	t.times.add(p.other.to)
	for i := range p.parts {
		t.merge(p.stored, &p.parts[i])
	}
	return nil
}

// gathered is a group, and as it is stored the time of its last event so far.
type gathered struct {
	Group
	last []byte
}

// merge adds a part to its group, whose places are in stored.
func (t *tally) merge(stored []byte, p *part) {
	g := t.groups[p.key]
	if g == nil {
		if len(t.groups) >= t.limit {
			t.Other += p.count
			return
		}
		g = &gathered{}
		g.JSON = []byte(p.key)
		g.Value, g.Of = text(g.JSON), make([]Summary, len(p.of))
		g.First, g.FirstTime = p.first.read(stored)
		t.groups[p.key] = g
	}
	g.Count += p.count
	if p.told {
		return // the last one of the group stands in a block that is read
	}
	g.Last, g.last = sequenceOf(valueIn(stored, p.last.sequence)), append(g.last[:0], valueIn(stored, p.last.at)...)
	for i := range p.of {
		g.Of[i].merge(&p.of[i])
	}
}

// read returns the sequence and the time of a moment.
func (m moment) read(b []byte) (uint64, time.Time) {
	return sequenceOf(valueIn(b, m.sequence)), timeOf(valueIn(b, m.at))
}

// counts returns the sorted answer.
func (t *tally) counts() *Counts {
	c := t.Counts
	c.FirstTime, c.LastTime = t.times.from, t.times.to
	c.Groups = make([]Group, 0, len(t.groups))
	for _, g := range t.groups {
		g.LastTime = timeOf(g.last)
		c.Groups = append(c.Groups, g.Group)
	}
	slices.SortFunc(c.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value),
			strings.Compare(string(a.JSON), string(b.JSON)))
	})
	return &c
}

// timeRange is the time from the earliest to the latest of some moments.
type timeRange struct{ from, to time.Time }

// add widens the range. A zero time is none.
func (r *timeRange) add(at time.Time) {
	if at.IsZero() {
		return
	}
	if r.from.IsZero() || at.Before(r.from) {
		r.from = at
	}
	if at.After(r.to) {
		r.to = at
	}
}

// text is a value as a person reads it.
func text(json []byte) string {
	if s, ok := stringOf(json); ok {
		return s
	}
	return string(json)
}
