package query

import (
	"bytes"
	"unicode/utf8"

	"example.org/runshelf/event"
)

// skimmer reads lines for the values of some keys of their outermost object. It
// tells exactly whether a line is an event, whatever it looks for, so that a
// broken line counts in no question. It is not for concurrent use.
type skimmer struct {
	keys   []string
	values []span // by key, of the present line; in the buffer of that line
	lo, hi int    // the present object in its buffer
	w      walker
	shapes shapes
	rest   pause
}

// pause says when to go without what is known of earlier lines, since it is of no use.
type pause struct {
	tries  int // lines since it was last judged
	missed int // those of them that were like none before
	left   int // lines to go without
}

// What is known is judged after so many lines, and left alone for so many when most
// lines were like none before.
const (
	judgeAfter = 256
	restFor    = 4096
)

func newSkimmer(keys []string) *skimmer {
	return &skimmer{keys: keys, values: make([]span, len(keys))}
}

// quick reads the line that begins at b[i] by its shape. It returns where the
// object ends and where the next line begins, or ok false when the line must be
// read exactly.
func (s *skimmer) quick(b []byte, i int) (end, next int, ok bool) {
	if s.rest.resting() {
		return 0, 0, false
	}
	last, next := s.shapes.match(b, i)
	if s.rest.tried(last != nil); last == nil {
		return 0, 0, false
	}
	clear(s.values)
	at := &s.shapes.at
	for k := range last.slots {
		l := &last.slots[k]
		s.values[l.key] = span{at[l.fromCut] + l.fromOffset, at[l.toCut] + l.toOffset}
	}
	s.lo, s.hi = i, next-len(last.text)+last.size
	return s.hi, next, true
}

// resting reports whether the next line goes without.
func (r *pause) resting() bool {
	if r.left == 0 {
		return false
	}
	r.left--
	return true
}

// tried counts a line, and begins a rest when those like none before are the most.
func (r *pause) tried(found bool) {
	r.tries++
	if found {
		return
	}
	if r.missed++; r.tries < judgeAfter {
		return
	}
	if 2*r.missed > r.tries {
		r.left = restFor
	}
	r.tries, r.missed = 0, 0
}

// exact reads the object in b[i:end] and reports whether it is one. Behind it
// must be a line end or a zero, and pad bytes in all.
func (s *skimmer) exact(b []byte, i, end int) bool {
	clear(s.values)
	if s.w.walk(b, i) != end {
		return false
	}
	s.lo, s.hi = i, end
	for k, key := range s.keys {
		s.values[k] = s.last(b, key)
	}
	return true
}

// learn makes the shape of the line just read known. It must begin at b[i] and
// end with the line end at b[end].
func (s *skimmer) learn(i, end int) {
	if s.rest.left == 0 {
		s.shapes.learn(&s.w, i, end, s.values)
	}
}

// last returns the value of the last member with a key.
func (s *skimmer) last(b []byte, key string) span {
	for k := len(s.w.pairs) - 1; k >= 0; k-- {
		p := &s.w.pairs[k]
		if keyIs(b[p.key.lo:p.key.hi], key) {
			return p.value
		}
	}
	return span{}
}

// keyIs reports whether a key as stored, between its quotes, means a text.
func keyIs(stored []byte, key string) bool {
	if bytes.IndexByte(stored, '\\') < 0 && utf8.Valid(stored) {
		return string(stored) == key
	}
	return textOf(stored) == key
}

// textOf returns what the inside of a valid JSON string means.
func textOf(inside []byte) string {
	if bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside)
	}
	quoted := make([]byte, 0, len(inside)+2)
	quoted = append(append(append(quoted, '"'), inside...), '"')
	v, err := event.DecodeValue(quoted)
	if err != nil {
		return string(inside) // never: the string was read before
	}
	text, _ := v.(string)
	return text
}
