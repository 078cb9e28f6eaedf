package query

import (
	"example.org/runshelf/event"
	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
	"example.org/runshelf/query/internal/vector"
)

// counter counts the events of blocks. It belongs to one worker.
type counter struct {
	unit     processor.Unit
	lines    lineReader
	matcher  *matcher
	by       *ref
	key      int // of which the value is what is counted by, or -1
	of       []*ref
	sequence int
	time     int
	places   map[string]int // in met, by key
	met      []met
	spreads  int                           // of recent
	keys     int                           // bytes of them
	blocks   int                           // counted so far
	recent   [vector.Recents]vector.Recent // by their values, which part most values belong to
	longer   [vector.Recents][]byte        // of those that are no values in words
	used     [vector.Recents / 64]uint64   // a bit for each place in recent that is
	scratch  []byte
	looks    bool // at what an index tells of each line
	clock    clock
	line     int // where the present line begins
	placed   int // the part that its event was counted in, or -1

	pace pace
}

// met is a value that was met, and its part in the block where that was last.
type met struct {
	key         string
	block, part int
}

// maxSpreads is how often a counter tries to have each value at a place of its own.
const maxSpreads = 16

// maxKeys bounds the bytes of the values that are remembered from block to block. Those that
// are more are no kinds of anything, and will not be met again.
const maxKeys = 64 << 10

func newCounter(by string, of []string, f Filter) *counter {
	var keys []string
	c := &counter{unit: f.vector(), places: map[string]int{}}
	c.by, c.key = newRef(by, &keys), -1
	if c.by.plain() && len(of) == 0 {
		c.key = c.by.ways[0].key
	}
	for _, field := range of {
		c.of = append(c.of, newRef(field, &keys))
	}
	c.sequence, c.time = wantKey(&keys, event.KeySequence), wantKey(&keys, event.KeyTimestamp)
	c.matcher = newMatcher(f, keys...)
	c.lines = newLineReader(c.matcher.skim, finderOf(f), c.unit)
	c.pace.counting.Factor = hashFactor
	return c
}

// block counts the events of one block.
func (c *counter) block(b *block, p *partial) *partial {
	if p == nil {
		p = &partial{}
	}
	*p = partial{parts: p.parts[:0], stored: p.stored[:0], report: Report{BrokenAt: p.report.BrokenAt}}
	if b.known != nil {
		return b.known.partial(p)
	}
	c.all(b, p)
	p.report = c.lines.report
	c.lines.report.BrokenAt = nil
	if c.looks {
		text := b.text()
		p.sum = bulk.Sum(c.unit, 0, text)
		p.offset, p.length = b.offset+int64(b.start), int64(len(text))
		p.ended = len(text) > 0 && text[len(text)-1] == '\n'
	}
	p.detach(b.buf)
	return p
}

// all counts the lines of a block.
func (c *counter) all(b *block, p *partial) {
	if c.blocks++; c.keys > maxKeys {
		c.forget()
	}
	c.clock.latest = 0
	c.lines.report.BrokenAt = p.report.BrokenAt
	c.lines.begin(b)
	for c.known(b, p); c.lines.next(); c.known(b, p) {
		if c.halt(b.buf, p); !c.lines.broken && c.matcher.match(b.buf) {
			c.line = c.lines.lo
			c.count(b.buf, p)
			c.stop()
		}
	}
	c.settle(b.buf, p)
}

// forget forgets all values.
func (c *counter) forget() {
	clear(c.places)
	c.met, c.keys = c.met[:0], 0
	clear(c.recent[:])
	c.used = [len(c.used)]uint64{}
}

// known counts the lines that are read by their patterns, up to the first that is not,
// when all are wanted.
func (c *counter) known(b *block, p *partial) {
	l := &c.lines
	if !c.matcher.all || c.key < 0 || l.known == nil {
		return
	}
	for c.knownOfStripped(b, p) {
	}
}

// knownOfStripped is known for the lines that were stripped together. It is false at the
// first line that is not known.
func (c *counter) knownOfStripped(b *block, p *partial) bool {
	l := &c.lines
	k := l.known
	if l.at >= b.end || k.rest.left > 0 || !k.strip(b.buf, l.at, b.end) {
		return false
	}
	ends, first := k.left.Ends, k.next
	for c.steady(b.buf, b.end); k.next < len(ends); c.steady(b.buf, b.end) {
		found, next := k.look(ends[k.next], b.end)
		if found == nil {
			break
		}
		c.other(b.buf, p, found, k.at, next)
		k.at, k.kept = next, int(ends[k.next].Kept)+1
		k.next++
	}
	n := k.next - first
	k.rest.tries += n
	l.at = k.at
	l.number += int64(n)
	l.report.Lines += int64(n)
	return k.next == len(ends)
}

// ordinary counts an event as most are: with a time in the second of the one before and
// not before it, and with a value by words that was met lately. It reports false, and has
// counted nothing, when the event is another one.
func (c *counter) ordinary(b []byte, p *partial) bool {
	values := c.matcher.skim.values
	v := values[c.key]
	if !vector.IsValue(v.hi - v.lo) {
		return false
	}
	value := vector.ValueOf(b[v.lo:v.hi])
	now := moment{values[c.sequence], values[c.time]}
	r := &c.recent[value.Place(c.pace.counting.Factor)]
	if r.Value != value || !c.clock.ticks(valueIn(b, now.at)) {
		return false
	}
	if c.looks {
		n := sequenceAt(b, now.sequence)
		if n <= p.last || p.last == 0 || b[v.lo] != '"' {
			return false
		}
		p.last = n
	}
	p.events++
	p.latest = now.at
	c.placed = c.partOf(p, r.Of, now)
	at := &p.parts[c.placed]
	at.count++
	at.line, at.last = c.line, now
	return true
}

// count counts one event.
func (c *counter) count(b []byte, p *partial) {
	values := c.matcher.skim.values
	p.events++
	stamp := valueIn(b, values[c.time])
	stored := c.by.get(b, values)
	if c.clock.ticks(stamp) {
		if c.looks {
			c.look(p, valueIn(b, values[c.sequence]), stored, true)
		}
		p.latest = values[c.time]
	} else {
		ours := c.clock.isTime(stamp)
		if c.looks {
			c.look(p, valueIn(b, values[c.sequence]), stored, ours)
			p.disorder = p.disorder || string(stamp) < string(valueIn(b, p.latest))
		}
		p.span(b, values[c.time], ours)
		c.clock.set(valueIn(b, p.latest))
	}
	c.placed = -1
	switch {
	case stored == nil:
		p.missing++
		return
	case len(stored) > maxValue:
		p.long++
		return
	}
	now := moment{values[c.sequence], values[c.time]}
	c.placed = c.part(b, stored, now, p)
	at := &p.parts[c.placed]
	at.count++
	at.line, at.last = c.line, now
	for i, field := range c.of {
		at.of[i].add(field.get(b, values))
	}
}

// part returns the place of the part for a value.
func (c *counter) part(b, stored []byte, now moment, p *partial) int {
	i, value, longer := c.remembered(stored)
	r := &c.recent[i]
	if r.Value == value && string(c.longer[i]) == string(longer) {
		return c.partOf(p, r.Of, now)
	}
	c.scratch = appendCanonical(c.scratch[:0], stored)
	of, known := c.places[string(c.scratch)]
	if !known {
		of = len(c.met)
		key := string(c.scratch)
		c.places[key], c.met = of, append(c.met, met{key: key, block: -1})
		c.keys += len(key)
	}
	if r.Value != (vector.Value{}) && c.spreads < maxSpreads {
		c.spread(b, p)
		i, value, longer = c.remembered(stored)
		r = &c.recent[i]
	}
	c.settleOne(b, p, r)
	*r, c.longer[i] = vector.Recent{Value: value, Of: of}, longer
	c.used[i/64] |= 1 << (i % 64)
	return c.partOf(p, of, now)
}

// spread brings the values that are remembered to other places: two that are often met must
// not be in one, or each of them would have to be looked up.
func (c *counter) spread(b []byte, p *partial) {
	c.spreads++
	c.settleAll(b, p)
	recent, used := c.recent, c.used
	clear(c.recent[:])
	c.used = [len(c.used)]uint64{}
	c.pace.counting.Factor *= hashFactor
	for i := range placesOf(&used) {
		if r := &recent[i]; r.Value != (vector.Value{}) {
			i := r.Value.Place(c.pace.counting.Factor)
			c.recent[i] = *r
			c.used[i/64] |= 1 << (i % 64)
		}
	}
}

// partOf returns the place of the part for a value that was met. If the block has none yet,
// its first event is that of the moment.
func (c *counter) partOf(p *partial, of int, now moment) int {
	m := &c.met[of]
	if m.block != c.blocks {
		m.block, m.part = c.blocks, len(p.parts)
		p.parts = append(p.parts, part{key: m.key, first: now, of: make([]Summary, len(c.of))})
	}
	return m.part
}

// remembered returns where a value is remembered, and the value, in words or, a longer one
// or a shorter one, as it is.
func (c *counter) remembered(stored []byte) (place uint64, value vector.Value, other []byte) {
	if n := len(stored); !vector.IsValue(n) {
		return (uint64(n)<<8 ^ uint64(stored[n/2])) * hashFactor >> 32 % vector.Recents, value, stored
	}
	value = vector.ValueOf(stored)
	return value.Place(c.pace.counting.Factor), value, nil
}

// hashFactor spreads what is multiplied by it over the upper bits.
const hashFactor = 0x9e3779b97f4a7c15

// appendCanonical appends a stored value the way the encoder writes it, so that
// two spellings of one string are one value. Numbers stay digit for digit.
func appendCanonical(dst, stored []byte) []byte {
	if isPlainValue(stored) {
		return append(dst, stored...)
	}
	v, err := event.DecodeValue(stored)
	if err != nil {
		return append(dst, stored...) // never: the line was read before
	}
	return event.AppendValue(dst, v)
}

// isPlainValue reports whether a stored value has only one spelling: no escape,
// nothing beyond ASCII, nothing inside.
func isPlainValue(stored []byte) bool {
	if stored[0] == '{' || stored[0] == '[' {
		return false
	}
	for _, c := range stored {
		if c < 0x20 || c >= 0x7f || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
