package query

import (
	"math/bits"
	"slices"

	"example.org/runshelf/internal/processor"
	"example.org/runshelf/query/internal/vector"
)

// Where the processor has vector instructions lines are read by what is left of them
// when the insides of values are taken away (see [vector.Strip]). A line of which
// the same is left as of one that was read before is JSON as that one was, and has its
// keys in the same places. So one look into a table and one comparison read a line.

// pattern is what is left of lines of one kind.
type pattern struct {
	vector.Form
	slots []patternSlot
	tail  int  // bytes behind the object, line end included
	tried bool // whether a counter may use it
}

// patternSlot says where in such a line a wanted value is, seen from the end of the
// wanted value before it, or from the start of the line.
type patternSlot struct {
	key    int   // which of the wanted ones
	before []int // bytes that stay, up to each place where others went
	lead   int   // bytes that stay, from there to the value
	first  int   // the first place of these within the value, in the same way; or none, 0
	inside []int // the others
	rest   int   // bytes that stay, to the end of the value
	last   bool  // no bytes go behind it
	back   int   // from the end of the value to that of the line, when it is found from there; else 0
}

// Limits of what is stripped at once, so that it lies in the cache of a
// core; a longer line is stripped alone, and one beyond maxStrip is read exactly.
const (
	stripped = 16 << 10
	maxStrip = 256 << 10
)

// patterns reads the lines of blocks by the patterns of those before. It belongs to one
// worker.
type patterns struct {
	unit  processor.Unit
	left  vector.Stripped
	base  int // where what was stripped begins in the buffer
	next  int // the next line, among those that were stripped
	at    int // where it begins in the buffer
	kept  int // and among what is left
	table vector.Table
	all   []*pattern
	rest  pause

	missed   []byte // what is left of the line that was not found; nil when it was
	missedAt int    // where that line begins in the buffer
}

// newPatterns returns nil where the processor does not help.
func newPatterns(u processor.Unit) *patterns {
	if u == processor.Portable {
		return nil
	}
	return &patterns{unit: u}
}

// begin forgets what was stripped.
func (p *patterns) begin() {
	if p != nil {
		p.next, p.left.Ends, p.missed = 0, p.left.Ends[:0], nil
	}
}

// strip sees to it that the line at b[at:] is the next one of those that were stripped;
// false when it cannot be stripped. The lines end at end.
func (p *patterns) strip(b []byte, at, end int) bool {
	if at == p.at && p.next < len(p.left.Ends) {
		return true
	}
	p.next, p.at, p.base, p.kept = 0, at, at, 0
	vector.Strip(p.unit, &p.left, b[at:], min(stripped, end-at))
	if len(p.left.Ends) == 0 && end-at > stripped {
		vector.Strip(p.unit, &p.left, b[at:], min(maxStrip, end-at))
	}
	return len(p.left.Ends) > 0
}

// read reads the line that begins at b[at] by its pattern. It returns where the object
// ends and where the next line begins, or ok false when the line must be read
// otherwise. It may then be learnt.
func (p *patterns) read(b []byte, at, end int, values []span) (objectEnd, next int, ok bool) {
	p.missed = nil
	if p.rest.resting() || !p.strip(b, at, end) {
		return 0, 0, false
	}
	line := p.left.Ends[p.next]
	found, next := p.look(line, end)
	p.rest.tried(found != nil)
	if found == nil {
		p.missed, p.missedAt = p.left.Kept[p.kept:line.Kept+1], at
	}
	p.next++
	p.at, p.kept = next, int(line.Kept)+1
	if found == nil {
		return 0, 0, false
	}
	p.fill(found, at, next, values)
	return p.at - found.tail, p.at, true
}

// look returns the pattern of the next line, which has this end, and where the line after
// it begins in the buffer. There is none, or no pattern, when the line reaches beyond end.
func (p *patterns) look(line vector.End, end int) (found *pattern, next int) {
	text := p.left.Kept[p.kept : line.Kept+1]
	if next = p.base + int(line.Text) + 1; next > end {
		return nil, next
	}
	if form := p.table.Find(text); form != nil {
		found = p.all[form.Number]
	}
	return found, next
}

// fill sets the places of the wanted values of the line from b[at] up to next. Most values
// have at most one place where bytes went, and follow each other: these are written out
// here.
func (p *patterns) fill(found *pattern, at, next int, values []span) {
	if len(found.slots) < len(values) {
		clear(values)
	}
	keep, base, i := p.left.Keep, p.base, at-p.base
	for k := range found.slots {
		s := &found.slots[k]
		if s.back > 0 {
			to := next - s.back
			if from := s.from(keep, to-base); from >= 0 {
				values[s.key] = span{from + base, to}
				i = to - base
				continue
			}
		}
		if len(s.before) > 0 {
			i = hops(keep, i, s.before)
		}
		from := i + s.lead
		i = from + s.first
		if left := load(keep, i>>3) >> (i & 7); left != 0 {
			i += bits.TrailingZeros64(left)
		} else {
			i = staysFar(keep, i)
		}
		if len(s.inside) > 0 {
			i = hops(keep, i, s.inside)
		}
		i += s.rest
		values[s.key] = span{from + base, i + base}
	}
}

// from returns where the value begins that ends at to, with one place where bytes went; -1
// when too many went.
func (s *patternSlot) from(keep []byte, to int) int {
	i := to - s.rest - 1
	if i < 64 {
		return -1
	}
	left := load(keep, i>>3-7) << (7 - i&7)
	if left == 0 {
		return -1
	}
	return i - bits.LeadingZeros64(left) + 1 - s.first
}

// hops goes on by numbers of bytes that stay, and over what went behind each.
func hops(keep []byte, i int, steps []int) int {
	for _, n := range steps {
		i += n
		if left := load(keep, i>>3) >> (i & 7); left != 0 {
			i += bits.TrailingZeros64(left)
		} else {
			i = staysFar(keep, i)
		}
	}
	return i
}

// staysFar returns the first byte behind i that stays, none of the next ones does.
func staysFar(keep []byte, i int) int {
	for i = i &^ 7; ; {
		i += 64
		if left := load(keep, i>>3); left != 0 {
			return i + bits.TrailingZeros64(left)
		}
	}
}

// learn makes the pattern of the line known that was looked for last and not found, if it
// is the one that begins at b[at]: an object up to objectEnd, with the wanted values where
// they are said to be.
func (p *patterns) learn(b []byte, at, objectEnd int, values []span) {
	if p == nil || p.missed == nil || p.missedAt != at || len(p.all) == vector.MaxForms || p.at <= objectEnd {
		return
	}
	end := p.at - 1
	gaps, ok := vector.Gaps(b[at:end])
	if !ok {
		return
	}
	learnt := &pattern{slots: p.slots(gaps, at, values), tail: end + 1 - objectEnd}
	learnt.Text = string(p.missed)
	if p.table.Add(&learnt.Form) {
		p.all = append(p.all, learnt)
	}
	p.missed = nil
}

// slots turns the places of values in a line that begins at at, and has these gaps, into
// those in its pattern.
func (p *patterns) slots(gaps []int, at int, values []span) []patternSlot {
	var slots []patternSlot
	here := 0
	// steps are the gaps behind what was gone through up to a place, as numbers of bytes.
	steps := func(to int) (between []int, last int) {
		for ; len(gaps) > 0 && gaps[0] <= to; gaps = gaps[1:] {
			between = append(between, gaps[0]-here)
			here = gaps[0]
		}
		last = to - here
		here = to
		return between, last
	}
	for _, key := range inOrderOfPlace(values) {
		s := patternSlot{key: key}
		s.before, s.lead = steps(p.stayed(at, values[key].lo))
		if s.inside, s.rest = steps(p.stayed(at, values[key].hi)); len(s.inside) > 0 {
			s.first, s.inside = s.inside[0], s.inside[1:]
		}
		if s.last = len(gaps) == 0; s.last && len(s.before) > 2 && s.first > 0 && len(s.inside) == 0 {
			s.back = p.at - values[key].hi
		}
		slots = append(slots, s)
	}
	return slots
}

// inOrderOfPlace returns the keys that have values, in the order of the line.
func inOrderOfPlace(values []span) (keys []int) {
	for key, v := range values {
		if v.found() {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b int) int { return values[a].lo - values[b].lo })
	return keys
}

// stayed counts the bytes of the buffer between two places that stay.
func (p *patterns) stayed(from, to int) (n int) {
	for i := from - p.base; i < to-p.base; i++ {
		n += int(p.left.Keep[i>>3] >> (i & 7) & 1)
	}
	return n
}
