package query

import "example.org/runshelf/shelf"

// A line whose end was changed or is gone, or that was torn before the next was written
// behind it, swallows that next line, which nothing has hit. So a line that is no event is
// looked through for one that begins inside of it as our writer begins a line, and
// reaches to its end.

// divide takes apart a line that is no event. The second part begins with an event, and is
// one or several; of the first sound tells whether it is one too. A byte that stands where
// its line end was is left out. The second has no bytes when there was nothing to divide.
// Values are those of the first when it is sound.
func (s *skimmer) divide(line stored) (front, rest stored, sound bool) {
	parts := shelf.TakeApart(line.bytes, func(from, to int) bool {
		if to == len(line.bytes) {
			return s.reads(line.part(from, to).trim())
		}
		return s.reads(line.part(from, to).alone().trim())
	})
	if parts == nil {
		return line, stored{}, false
	}
	rest = line.part(parts[1].From, len(line.bytes))
	rest.ended = line.ended
	front = line.part(parts[0].From, parts[0].To).alone()
	return front, rest, parts[0].Event && s.reads(front.trim())
}

// reads is exact for a line that has been trimmed.
func (s *skimmer) reads(line stored) bool {
	return len(line.bytes) > 0 && s.exact(line.padded(), 0, len(line.bytes))
}

// part is a part of a line, as if it had a line end.
func (s stored) part(from, to int) stored {
	return stored{bytes: s.bytes[from:to], offset: s.offset + int64(from), number: s.number, ended: true}
}

// alone is a part of a line in memory of its own, since what stands behind it in the line
// would not stop a walker.
func (s stored) alone() stored {
	s.bytes = append(make([]byte, 0, len(s.bytes)+pad), s.bytes...)
	return s
}
