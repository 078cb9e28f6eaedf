package query

import (
	"math/bits"

	"example.org/runshelf/event"
)

// Most lines of a log were written by one writer, in order: each has its time and its
// sequence at the same place as the lines before it, one more digit now and then, and of
// the lines of one pattern nearly all are of one type. So instead of looking for these
// values a counter compares them where they are expected. What it finds there is exact,
// since what is left of the line tells what stands there (see [vector.Strip]): a
// string ends at its first quote, a number at the first byte that is no digit.

// fixed says where the values that a counter wants are expected in the lines of a pattern.
type fixed struct {
	usable   bool
	time     int  // from the start of the line to the time
	sequence int  // from there to the sequence
	after    byte // what stands behind the sequence
	ahead    int  // from the end of the sequence to what is counted by, or
	back     int  // from the end of what is counted by to that of the line, if not 0
}

// lengthOfTime is the length of a stored time of ours.
const lengthOfTime = len(event.TimeLayout) + len(`""`)

// newFixed finds the places by a line that ends before next, and by the slots of its
// pattern; values are those that are wanted of it.
func (c *counter) newFixed(b []byte, slots []patternSlot, next int, values []span) (f fixed) {
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
		return f
	}
	t, s, v := values[c.time], values[c.sequence], values[c.key]
	text, number, value := &slots[time], &slots[sequence], &slots[kind]
	if !text.isText() || t.hi-t.lo != lengthOfTime || len(number.before) > 0 || number.first != 1 || len(number.inside) > 0 || number.rest != 0 || !value.isValue() {
		return f
	}
	f = fixed{usable: true, time: text.lead, sequence: lengthOfTime + number.lead, after: b[s.hi]}
	switch {
	case kind == 2 && len(value.before) == 0:
		f.ahead = value.lead
	case value.last:
		f.back = next - v.hi
	default:
		return fixed{}
	}
	return f
}

// isText reports whether a value is a string at a place that never changes.
func (s *patternSlot) isText() bool { return len(s.before) == 0 && s.isValue() }

// isValue reports whether a value is a string of which its quotes stay.
func (s *patternSlot) isValue() bool { return s.first == 1 && len(s.inside) == 0 && s.rest == 1 }

// pace is where the lines have got to that were counted without a further look.
type pace struct {
	line     int    // where the last one begins, and
	of       *fixed // its places; nil when there was none since somebody was told
	sequence uint64 // digits, the first one highest
	digits   int    // their number; 0 when the next line must be looked at
}

// steady counts lines, from the next one of those that were stripped on, as long as their
// times and their sequences are where they are expected, and not before those of the line
// before, and the values that are counted by were met lately. All of it is written out
// here: this is what is done for each line of a log.
func (c *counter) steady(b []byte) {
	k := c.lines.known
	ends, all, keep, base := k.left.Ends, k.found, k.left.Keep, k.base
	second := [3]uint64{load(c.clock.second[:], 0), load(c.clock.second[:], 8), load(c.clock.second[:], secondLength-8)}
	latest, sequence, digits := c.clock.latest, c.pace.sequence, c.pace.digits
	if latest == 0 || digits == 0 {
		return
	}
	i, at := k.next, k.at
	for ; i < len(ends) && i < len(all); i++ {
		found := all[i]
		if found == nil || !found.fixed.usable {
			break
		}
		f := &found.fixed
		t := at + f.time
		time := (*[lengthOfTime]byte)(b[t:])
		micros := behindSecond(time[:])
		if (load(time[:], 0)^second[0])|(load(time[:], 8)^second[1])|(load(time[:], secondLength-8)^second[2]) != 0 ||
			time[lengthOfTime-1] != '"' || micros < latest || !areMicroseconds(micros) {
			break
		}
		n := t + f.sequence
		number, ok := digitsAt(b, n, digits)
		if n += digits; !ok || number <= sequence || b[n] != f.after {
			break
		}
		next := base + int(ends[i].Text) + 1
		// What is counted by, from its first quote to its last one.
		from, length := n+f.ahead, 0
		if f.back == 0 {
			length = textFrom(keep, from-base)
		} else {
			length = textTo(keep, next-f.back-base)
			from = next - f.back - length
		}
		if !isShort(length) {
			break
		}
		short := shortAt(b, from, length)
		r := &c.recent[short.place()]
		if r.short != short {
			break
		}
		r.count++
		r.line, r.of = at, found.number
		latest, sequence = micros, number
		c.pace.line, c.pace.of = at, f
		at = next
	}
	if i > k.next {
		c.clock.latest, c.pace.sequence = latest, sequence
		k.next, k.at, k.kept = i, at, int(ends[i-1].Kept)+1
	}
}

// textFrom returns the length of the string, with its quotes, that begins at a place of what
// was stripped; a small one when it is long.
func textFrom(keep []byte, at int) int {
	return bits.TrailingZeros64(load(keep, (at+1)>>3)>>((at+1)&7)|1<<57) + 2
}

// textTo is textFrom for one that ends there.
func textTo(keep []byte, at int) int {
	at -= 2
	if at < 64 {
		return 0
	}
	return bits.LeadingZeros64(load(keep, at>>3-7)<<(7-at&7)|1<<7) + 2
}

// digitsAt returns the n digits at b[i], the first one highest; 1 to 8 of them.
func digitsAt(b []byte, i, n int) (digits uint64, ok bool) {
	shift := uint(64 - 8*n)
	x := load(b, i) << shift
	values := x ^ ones*'0'<<shift
	return bits.ReverseBytes64(x), (values|(values+ones*6<<shift))&(ones*0xf0) == 0
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
	c.begin(b, values)
	if !found.tried {
		found.tried, found.fixed = true, c.newFixed(b, found.slots, next, values)
	}
}

// halt has p know of the last one of the lines that were counted without a further look.
func (c *counter) halt(b []byte, p *partial) {
	if c.pace.of == nil {
		return
	}
	last := c.pace.of.moment(b, c.pace.line)
	p.latest = last.at
	if c.looks {
		p.last = sequenceAt(b, last.sequence)
	}
	c.pace.of = nil
}

// moment is when the event of a line happened.
func (f *fixed) moment(b []byte, line int) moment {
	t := line + f.time
	end := t + f.sequence
	for isDigit(b[end]) {
		end++
	}
	return moment{span{t + f.sequence, end}, span{t, t + lengthOfTime}}
}

// begin sets the pace by a line that was looked at.
func (c *counter) begin(b []byte, values []span) {
	v := values[c.sequence]
	c.pace = pace{}
	if n := v.hi - v.lo; n >= 1 && n <= 8 && v.found() {
		if digits, ok := digitsAt(b, v.lo, n); ok {
			c.pace.sequence, c.pace.digits = digits, n
		}
	}
}

// settle adds what was counted without a further look, at the end of a block.
func (c *counter) settle(b []byte, p *partial) {
	c.halt(b, p)
	for word, used := range c.used {
		for ; used != 0; used &= used - 1 {
			r := &c.recent[64*word+bits.TrailingZeros64(used)]
			if r.count > 0 {
				r.settle(b, p, c.lines.known.all)
			}
			*r = recentKey{}
		}
	}
	c.used = [len(c.used)]uint64{}
	c.pace = pace{}
}

// settle adds what was counted of a value.
func (r *recentKey) settle(b []byte, p *partial, of []*pattern) {
	at := &p.parts[r.part]
	at.count += r.count
	p.events += r.count
	if r.line > at.line {
		at.line, at.last = r.line, of[r.of].fixed.moment(b, r.line)
	}
	r.count = 0
}
