package shelf

import (
	"bytes"
	"iter"
)

// divisions bounds at how many places a bad line is tried. One that was glued is
// divided at the first or the second; a hostile one must not cost the square of its
// length.
const divisions = 16

// divide takes a bad line apart that swallowed the one behind it: its line end was
// changed or is gone, or it was torn and the next was written right behind it. What begins as our
// writer begins a line, and is an event to the end of the line, is one. Divide reports
// whether there was anything to divide.
func (s *survey) divide(line rawLine, kind FaultKind) bool {
	for at := range Divisions(line.bytes) {
		if s.divideAt(line, at, kind) {
			return true
		}
	}
	return false
}

// Divisions yields the places within a line at which a line of ours seems to begin,
// from the first on, as far as they are tried. Behind the first of them that an event
// begins at, up to the end of the line, stands a line that this one swallowed, unless
// [IsInside] says that it is a value.
func Divisions(line []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		at := 0
		for range divisions {
			next := bytes.Index(line[min(at+1, len(line)):], usualStart)
			if next < 0 {
				return
			}
			if at += 1 + next; !yield(at) {
				return
			}
		}
	}
}

// divideAt divides a line before the byte at, if what follows is an event. What stands
// before it may be one too; then the range that is bad is the byte between, or the place.
func (s *survey) divideAt(line rawLine, at int, kind FaultKind) bool {
	rest := line.part(at, len(line.bytes))
	rest.end, rest.ended = line.end, line.ended
	p, bad := parseLine(rest)
	if bad != "" {
		return false
	}
	if kind == FaultTorn {
		kind = FaultUnparsable // the end of the line is whole
	}
	switch front, f, end := frontOf(line, at); {
	case front.bytes != nil:
		s.accept(front.span, f, false)
		s.note(f, front)
		s.reject(line.part(end, at), kind)
	case IsInside(line.bytes[at-1]):
		return false // a value in an object whose end is missing
	default:
		s.reject(line.part(0, at), kind)
	}
	s.accept(rest.span, p, rest.ended)
	s.note(p, rest)
	return true
}

// frontOf returns the event that stands in a line before the byte at and lacks only its
// line end, in whose place is another byte or nothing, and where it ends; without bytes
// when there is none.
func frontOf(line rawLine, at int) (front rawLine, p parsedLine, end int) {
	for _, end := range []int{at - 1, at} {
		front := line.part(0, end)
		if p, bad := parseLine(front); bad == "" {
			return front, p, end
		}
	}
	return rawLine{}, parsedLine{}, 0
}

// IsInside reports whether an object that follows the byte is a value in another, whose
// end is missing.
func IsInside(before byte) bool { return bytes.IndexByte([]byte(":,[ \t"), before) >= 0 }

// part returns a part of a line, without a line end.
func (r *rawLine) part(from, to int) rawLine {
	p := rawLine{span: r.span, bytes: r.bytes[from:to], nul: -1}
	p.offset, p.end = r.offset+int64(from), r.offset+int64(to)
	p.look(p.bytes, p.offset)
	return p
}
