package compare

import (
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// shaped reads lines by their shapes: most have the keys of an earlier one, in the
// same order, and then only the values need be walked. It serves as long as what is
// set aside stands at top level. It is used from one goroutine.
type shaped struct {
	skim     *query.LineSkim
	volatile int // so many of the keys are set aside, the first ones
	typ      int // which key tells the type, and
	lane     int // which the stream
}

// newShaped returns nil where the rules set aside names at any depth.
func newShaped(r *rules) *shaped {
	if len(r.names) > 0 {
		return nil
	}
	keys := slices.Clone(r.top)
	s := &shaped{volatile: len(keys)}
	index := func(key string) int {
		if i := slices.Index(keys, key); i >= 0 {
			return i
		}
		keys = append(keys, key)
		return len(keys) - 1
	}
	s.typ, s.lane = index(event.KeyType), index(keyStream)
	s.skim = query.NewLineSkim(keys)
	return s
}

// byShape does for a line of a buffer what line does, more quickly. It reports
// false for what it does not understand.
func (s *skim) byShape(buf []byte, l *line) bool {
	k, start, end := s.shaped, int(l.start), int(l.end)
	if k == nil || cap(buf) < end+query.LinePad || end == start {
		return false
	}
	buf = buf[:cap(buf)]
	if buf[end] != '\n' || l.open || !k.skim.Line(buf, start, end) {
		return false
	}
	s.spans, s.odd = s.spans[:0], false
	for key := range k.volatile {
		if lo, hi, ok := k.skim.Value(key); ok {
			s.addSpan(span{int32(lo - start), int32(hi - start)})
		}
	}
	s.typ, s.lane = s.textAt(buf, start, k.typ), s.textAt(buf, start, k.lane)
	return true
}

// addSpan puts a span among those of the line, which are in order.
func (s *skim) addSpan(v span) {
	i := len(s.spans)
	s.spans = append(s.spans, v)
	for ; i > 0 && s.spans[i-1].start > v.start; i-- {
		s.spans[i] = s.spans[i-1]
	}
	s.spans[i] = v
}

// textAt returns where the inside of a value stands that is a string.
func (s *skim) textAt(buf []byte, start, key int) (inside span) {
	if lo, hi, ok := s.shaped.skim.Value(key); ok {
		s.noteText(buf[start:], lo-start, hi-start, &inside)
	}
	return inside
}
