package query

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Most lines of a log have one of a few shapes: the same keys in the same order,
// with other values between them. A line that has the shape of one that was read
// exactly is itself exact JSON with the same keys, whatever simple values stand
// in their places. So it is enough to compare the text between the values and to
// check the values, which is several times faster than reading every key.
//
// The shapes form a tree whose edges are the texts between values. A line goes
// down the tree; where it finds no way it is read exactly, and its shape learnt.

// Limits of a tree, so that a log with ever new keys does not fill the memory or
// waste time on a search that finds nothing.
const (
	maxSteps  = 4096 // texts in the tree
	maxBranch = 64   // ways on from one value
	maxCuts   = 64   // values of a line that has a shape
	maxNested = 1000 // levels of an array in such a line; deeper ones are read exactly
)

// step is one text between two values, and what may follow the value behind it.
// A text that ends a line has the line end in it and no value behind it.
type step struct {
	first, mask uint64 // the first eight bytes, and which of them count
	last        uint64 // the last eight bytes of a text longer than eight
	text        string
	next        *branch
	slots       []slot // of a text that ends a line
	size        int    // of such a text up to the end of the object
}

// branch is the ways on from one place. Of two texts one of which begins with
// the other, the longer one comes first.
type branch struct{ steps []step }

// slot says where in a line of one shape a wanted value is: from an offset in
// one text to an offset in another.
type slot struct {
	key        int // which of the wanted ones
	fromCut    int // the text by its number in the line
	fromOffset int
	toCut      int
	toOffset   int
}

// newStep makes the step of a text.
func newStep(text string) step {
	s := step{text: text, mask: ^uint64(0)}
	b := append([]byte(text), make([]byte, 8)...)
	s.first = load(b, 0)
	if n := len(text); n < 8 {
		s.mask = 1<<(8*n) - 1
	} else {
		s.last = load(b, n-8)
	}
	return s
}

// rest reports whether a text longer than eight bytes, whose first eight stand
// at b[i], stands there whole.
func (s *step) rest(b []byte, i int) bool {
	n := len(s.text)
	if n <= 16 {
		return load(b, i+n-8) == s.last
	}
	return i+n <= len(b) && load(b, i+n-8) == s.last && string(b[i+8:i+n-8]) == s.text[8:n-8]
}

// shapes is the tree, for one set of wanted keys.
type shapes struct {
	root  branch
	steps int
	at    [maxCuts + 1]int // where the texts of the present line begin
}

// match goes down the tree with the line that begins at b[i]. It returns the
// step that ends the line and the place behind the line end, or nil. What is
// short and frequent is written out here: a call for each value of a line would
// cost as much as the value.
func (t *shapes) match(b []byte, i int) (*step, int) {
	way := &t.root
	for n := range t.at {
		x := load(b, i)
		var s *step
		for k := range way.steps {
			c := &way.steps[k]
			if (x^c.first)&c.mask == 0 && (len(c.text) <= 8 || c.rest(b, i)) {
				s = c
				break
			}
		}
		if s == nil {
			return nil, 0
		}
		t.at[n] = i
		i += len(s.text)
		if way = s.next; way == nil {
			return s, i
		}
		if b[i] != '"' {
			if i = simpleEnd(b, i); i < 0 {
				return nil, 0
			}
			continue
		}
		m := special(load(b, i+1))
		for i++; m == 0; m = special(load(b, i)) {
			i += 8
		}
		if i += bits.TrailingZeros64(m) / 8; b[i] == '"' {
			i++
		} else if i = stringEnd(b, i); i < 0 {
			return nil, 0
		}
	}
	return nil, 0
}

// simpleEnd returns where the value at b[i] ends, which is no string, or -1 when
// there is none or it is an object.
func simpleEnd(b []byte, i int) int {
	if b[i]-'1' <= 8 {
		x := load(b, i) ^ ones*'0'
		m := ((x + ones*(0x7f-9)) | x) & highs // the first byte that is no digit
		if m != 0 {
			end := i + bits.TrailingZeros64(m)/8
			if c := b[end]; c != '.' && c|0x20 != 'e' {
				return end
			}
		}
		return numberEnd(b, i)
	}
	if b[i] == '{' {
		return -1
	}
	return skipValue(b, i, maxDepth-maxNested)
}

// learn adds the shape of the line that begins at start and was just walked; end
// is the place of its line end, and values are where the wanted values are.
func (t *shapes) learn(w *walker, start, end int, values []span) {
	if len(w.cuts) > maxCuts || w.depth > maxDepth-2*maxNested || !plainKeys(w) {
		return
	}
	way, from := &t.root, start
	for _, cut := range w.cuts {
		s := t.add(way, string(w.b[from:cut.lo]), true)
		if s == nil || s.next == nil {
			return
		}
		way, from = s.next, cut.hi
	}
	if s := t.add(way, string(w.b[from:end+1]), false); s != nil && s.next == nil {
		s.slots = slotsOf(w, start, values)
		s.size = endOfObject(s.text)
	}
}

// plainKeys reports whether the keys of the outermost object mean what their
// bytes are, so that equal bytes are equal keys and others are not.
func plainKeys(w *walker) bool {
	for _, p := range w.pairs {
		if key := w.b[p.key.lo:p.key.hi]; bytes.IndexByte(key, '\\') >= 0 || !utf8.Valid(key) {
			return false
		}
	}
	return true
}

// endOfObject is the length of the text that ends a line, without what follows
// the object: blanks and the line end.
func endOfObject(text string) int { return strings.LastIndexByte(text, '}') + 1 }

// slotsOf turns the places of values in one line into those in its shape.
func slotsOf(w *walker, start int, values []span) []slot {
	starts := []int{start} // of the texts between the values
	for _, cut := range w.cuts {
		starts = append(starts, cut.hi)
	}
	place := func(at int) (int, int) {
		n, exact := slices.BinarySearch(starts, at)
		if !exact {
			n--
		}
		return n, at - starts[n]
	}
	var slots []slot
	for key, v := range values {
		if v.found() {
			s := slot{key: key}
			s.fromCut, s.fromOffset = place(v.lo)
			s.toCut, s.toOffset = place(v.hi)
			slots = append(slots, s)
		}
	}
	return slots
}

// add returns the step with a text among the ways on, making it when there is
// none yet. It returns nil when there are too many.
func (t *shapes) add(way *branch, text string, more bool) *step {
	place := len(way.steps)
	for k := range way.steps {
		s := &way.steps[k]
		if s.text == text {
			return s
		}
		if place == len(way.steps) && len(s.text) < len(text) {
			place = k
		}
	}
	if len(way.steps) >= maxBranch || t.steps >= maxSteps {
		return nil
	}
	t.steps++
	s := newStep(text)
	if more {
		s.next = &branch{}
	}
	way.steps = append(way.steps, step{})
	copy(way.steps[place+1:], way.steps[place:])
	way.steps[place] = s
	return &way.steps[place]
}
