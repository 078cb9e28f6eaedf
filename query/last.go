package query

import (
	"io"
	"slices"

	"example.org/runshelf/shelf"
)

// Last calls fn for the last n events of a run that f wants, in the order of the
// file. It reads from the end of the file and only as far as it must, so its
// time does not grow with the log. The report covers what was read. Numbers of
// lines are unknown.
func Last(run *shelf.Run, f Filter, n int, fn func(*Line) error) (Report, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	s, err := newSieve(f, within(run, fn))
	if err != nil {
		return Report{}, err
	}
	ask, done := newScreen(f).askBack(run, events)
	defer done()
	return s.last(newBackwardParts(events, events.Size(), ask), events, n)
}

// extent is the place of a line in the file.
type extent struct {
	offset int64
	length int
	broken bool
}

// last is Last over the first size bytes of src. The places of the lines are
// found backwards; then the lines are read again forwards, so that memory holds
// one line and not n.
func last(src io.ReaderAt, size int64, f Filter, n int, fn func(*Line) error) (Report, error) {
	s, err := newSieve(f, fn)
	if err != nil {
		return Report{}, err
	}
	return s.last(newBackward(src, size), src, n)
}

// fromEnd hands out lines from the last to the first.
type fromEnd interface{ prev() (stored, error) }

func (s *sieve) last(lines fromEnd, src io.ReaderAt, n int) (Report, error) {
	found, err := s.findLast(lines, n)
	slices.Reverse(s.report.BrokenAt)
	if err == nil {
		err = s.handOut(src, found)
	}
	return s.report, endOfQuestion(err)
}

// findLast returns the places of the last n wanted lines, the last one first.
func (s *sieve) findLast(lines fromEnd, n int) ([]extent, error) {
	var found []extent
	for len(found) < n {
		raw, err := lines.prev()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		found = append(found, s.wantedBack(raw)...)
	}
	return found[:min(len(found), n)], nil
}

// wantedBack returns the place of a line when it is wanted, and before it that of the
// one which it had swallowed.
func (s *sieve) wantedBack(raw stored) []extent {
	var found []extent
	for {
		if s.wants(raw) {
			found = slices.Insert(found, 0, extent{s.line.Offset, len(s.line.Bytes), s.line.Broken})
		}
		if raw = s.rest; raw.bytes == nil {
			return found
		}
	}
}

// handOut reads the lines found and passes them on in the order of the file.
func (s *sieve) handOut(src io.ReaderAt, found []extent) error {
	var buf []byte
	for _, at := range slices.Backward(found) {
		if cap(buf) < at.length {
			buf = make([]byte, at.length)
		}
		buf = buf[:at.length]
		if n, err := src.ReadAt(buf, at.offset); n < at.length {
			return ReadError(src, at.offset, err)
		}
		s.report.Matched++
		s.line = Line{Bytes: buf, Offset: at.offset, Broken: at.broken}
		if err := s.fn(&s.line); err != nil {
			return err
		}
	}
	return nil
}
