package query

import "example.org/runshelf/shelf"

// A line whose end was changed or is gone, or that was torn before the next was written
// behind it, swallows that next line, which nothing has hit. So a line that is no event is
// looked through for one that begins inside of it as our writer begins a line, and
// reaches to its end.

// divide takes apart a line that is no event. The second part is an event; of the
// first sound tells whether it is one too, as it is when another byte stands where its
// line end was, which is left out then, or nothing. The second has no bytes when there was nothing
// to divide. Values are those of the first when it is sound.
func (s *skimmer) divide(line stored) (front, rest stored, sound bool) {
	for at := range shelf.Divisions(line.bytes) {
		if rest = line.part(at, len(line.bytes)); !s.reads(rest.trim()) {
			continue
		}
		rest.ended = line.ended
		if front = line.front(at - 1); s.reads(front.trim()) {
			return front, rest, true
		}
		if front = line.front(at); s.reads(front.trim()) {
			return front, rest, true
		}
		if !shelf.IsInside(line.bytes[at-1]) {
			return line.front(at), rest, false
		}
	}
	return line, stored{}, false
}

// reads is exact for a line that has been trimmed.
func (s *skimmer) reads(line stored) bool {
	return len(line.bytes) > 0 && s.exact(line.padded(), 0, len(line.bytes))
}

// part is a part of a line, as if it had a line end.
func (s stored) part(from, to int) stored {
	return stored{bytes: s.bytes[from:to], offset: s.offset + int64(from), number: s.number, ended: true}
}

// front is the part of a line before a place. It has memory of its own, since what
// stands behind it there would not stop a walker.
func (s stored) front(to int) stored {
	p := s.part(0, to)
	p.bytes = append(make([]byte, 0, to+pad), p.bytes...)
	return p
}
