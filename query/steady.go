package query

import (
	"math/bits"

	"example.org/runshelf/event"
	"example.org/runshelf/query/internal/vector"
)

// Most lines of a log are counted by comparing what is left of them, their times and
// sequences, and what is counted by, with what is expected there (see [vector.Count]).
// Whatever differs is looked at here, one line at a time.

// lengthOfTime is the length of a stored time of ours.
const lengthOfTime = len(event.TimeLayout) + len(`""`)

// setPlaces finds where the values that a counter wants are expected in the lines of a
// pattern, by one that ends before next; values are those that are wanted of it.
func (c *counter) setPlaces(b []byte, p *pattern, next int, values []span) {
	p.tried = true
	slots := p.slots
	order := [3]int{-1, -1, -1}
	for i, key := range [3]int{c.time, c.sequence, c.key} {
		for k := range slots {
			if slots[k].key == key {
				order[i] = k
			}
		}
	}
	time, sequence, kind := order[0], order[1], order[2]
	if time != 0 || sequence != 1 || kind < 2 {
		return
	}
	t, s, v := values[c.time], values[c.sequence], values[c.key]
	text, number, value := &slots[time], &slots[sequence], &slots[kind]
	if !text.isText() || t.hi-t.lo != lengthOfTime || len(number.before) > 0 || number.first != 1 || len(number.inside) > 0 || number.rest != 0 || !value.isValue() {
		return
	}
	switch {
	case kind == 2 && len(value.before) == 0:
		p.Ahead = text.lead + lengthOfTime + number.lead + value.lead
	case value.last:
		p.Back = next - v.hi
	default:
		return
	}
	p.Usable, p.Time, p.Sequence, p.After = true, text.lead, text.lead+lengthOfTime+number.lead, b[s.hi]
}

// isText reports whether a value is a string at a place that never changes.
func (s *patternSlot) isText() bool { return len(s.before) == 0 && s.isValue() }

// isValue reports whether a value is a string of which its quotes stay.
func (s *patternSlot) isValue() bool { return s.first == 1 && len(s.inside) == 0 && s.rest == 1 }

// pace is where the lines have got to that were counted without a further look.
type pace struct {
	counting vector.Counting
	ran      bool // since somebody was told
}

// steady counts lines, from the next one of those that were stripped on, that need no
// further look.
func (c *counter) steady(b []byte, end int) {
	j := &c.pace.counting
	if c.clock.latest == 0 || j.Digits == 0 {
		return
	}
	k := c.lines.known
	j.Text, j.Left, j.End, j.Base = b[k.base:], &k.left, end-k.base, k.base
	j.Table, j.Recent = &k.table, &c.recent
	j.Next, j.At, j.Kept = k.next, k.at-k.base, k.kept
	j.Second, j.Latest = c.clock.second, c.clock.latest
	if vector.Count(k.unit, j) > 0 {
		c.pace.ran, c.clock.latest = true, j.Latest
		k.next, k.at, k.kept = j.Next, k.base+j.At, j.Kept
	}
}

// other counts a line of a pattern that is not steady.
func (c *counter) other(b []byte, p *partial, found *pattern, at, next int) {
	c.halt(b, p)
	values := c.matcher.skim.values
	c.lines.known.fill(found, at, next, values)
	c.line = at
	if !c.ordinary(b, p) {
		c.count(b, p)
	}
	if !found.tried {
		c.setPlaces(b, found, next, values)
	}
	c.begin(b, found, values)
}

// halt has p know of the last one of the lines that were counted without a further look.
func (c *counter) halt(b []byte, p *partial) {
	if !c.pace.ran {
		return
	}
	last := c.lines.known.all[c.pace.counting.Form].moment(b, c.pace.counting.Line)
	p.latest = last.at
	if c.looks {
		p.last = sequenceAt(b, last.sequence)
	}
	c.pace.ran = false
}

// moment is when the event of a line happened.
func (p *pattern) moment(b []byte, line int) moment {
	t, s := line+p.Time, line+p.Sequence
	return moment{span{s, digitsEnd(b, s)}, span{t, t + lengthOfTime}}
}

// begin sets the pace by a line that was looked at, if others like it can be steady.
func (c *counter) begin(b []byte, found *pattern, values []span) {
	v := values[c.sequence]
	c.stop()
	if n := v.hi - v.lo; n >= 1 && n <= 8 && v.found() && found.Usable {
		if digits, ok := vector.Digits(b, v.lo, n); ok {
			c.pace.counting.Sequence, c.pace.counting.Digits = digits, n
		}
	}
}

// stop says that the next line must be looked at.
func (c *counter) stop() { c.pace.counting.Digits = 0 }

// settle adds what was counted without a further look, at the end of a block. The values
// that were met are remembered for the next one, but for those whose bytes are in this one.
func (c *counter) settle(b []byte, p *partial) {
	c.halt(b, p)
	c.settleAll(b, p)
	c.stop()
}

// settleAll adds what was counted of all values.
func (c *counter) settleAll(b []byte, p *partial) {
	for i := range placesOf(&c.used) {
		c.settleOne(b, p, &c.recent[i])
		c.longer[i] = nil
	}
}

// placesOf goes through the bits that are set.
func placesOf(used *[vector.Recents / 64]uint64) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for word, left := range used {
			for ; left != 0; left &= left - 1 {
				if !yield(64*word + bits.TrailingZeros64(left)) {
					return
				}
			}
		}
	}
}

// settleOne adds what was counted of a value. A part that is new has no first event then: it
// was met in an earlier block, whose counts are delivered before these.
func (c *counter) settleOne(b []byte, p *partial, r *vector.Recent) {
	if r.Count == 0 {
		return
	}
	at := &p.parts[c.partOf(p, r.Of, moment{})]
	at.count += r.Count
	p.events += r.Count
	if r.Line > at.line {
		at.line, at.last = r.Line, c.lines.known.all[r.Form].moment(b, r.Line)
	}
	r.Count, r.Line = 0, 0
}
