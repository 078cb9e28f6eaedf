package shelf

import (
	"io"
	"math"
)

// segment is a range of sound lines whose sequences follow each other.
type segment struct {
	span
	first, last uint64
	unended     bool // the last line is whole but for its line end
}

// badRange is a range of bytes without a sound line.
type badRange struct {
	span
	fault Fault
}

// survey is what one pass over a log has seen. Its memory depends on the number
// of faults and of event types.
type survey struct {
	size     int64
	imported bool      // each log_gap is one of the origin's, and stands for itself
	end      uint64    // the last sequence of a sealed log, or 0
	segments []segment // in the order of the file
	bad      []badRange
	sum      *prefixSum
	changed  []span // blocks that are not what the index says
	count    uint64
	opening  uint64 // the sequence that the first event bears
	types    map[string]*uint64
	dropped  uint64 // events for which log_gap lines stand
	damaged  uint64 // those of them that were lost by damage
	blobs    map[blobSum]Fault
}

// surveyLog reads a log from its beginning to its end. A seal tells where it should
// end: there a digest of its own is taken, and no segment goes on. The index may be nil.
func surveyLog(r io.ReaderAt, size int64, sealed *seal, index *Index) (*survey, error) {
	return newSurvey(size, sealed).read(r, index)
}

// newSurvey returns a survey that has seen nothing yet.
func newSurvey(size int64, sealed *seal) *survey {
	return &survey{size: size, end: sealed.lastSequence(), sum: newPrefixSum(sealed.length()), types: map[string]*uint64{}, blobs: map[blobSum]Fault{}}
}

// read reads the log.
func (s *survey) read(r io.ReaderAt, index *Index) (*survey, error) {
	check := newIndexCheck(s.sum, index)
	lines := newLineReader(io.TeeReader(io.NewSectionReader(r, 0, s.size), check), s.size)
	lines.gather = true
	for {
		line, err := lines.next()
		if err == io.EOF {
			s.size, s.changed = line.end, check.changed
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.take(line)
	}
}

// take judges one line.
func (s *survey) take(line rawLine) {
	p, kind := s.parse(line)
	if kind != "" {
		if !s.divide(line, kind) {
			s.reject(line, kind)
		}
		return
	}
	if n := len(s.segments); n > 0 && p.first < p.last && s.segments[n-1].last+1 == p.last {
		p = p.plain() // a log_gap that was captured from elsewhere, and is in its place here
	}
	if s.count == 0 {
		s.opening = p.last
	}
	s.accept(line.span, p, line.ended)
	s.note(p, line)
}

// parse judges a line as one of this log.
func (s *survey) parse(line rawLine) (parsedLine, FaultKind) {
	p, kind := parseLine(line)
	if s.imported {
		p = p.plain()
	}
	return p, kind
}

// note counts an event, and keeps in mind what it refers to.
func (s *survey) note(p parsedLine, line rawLine) {
	s.countType(p.kind)
	s.dropped += p.dropped
	if p.reason == reasonDamaged {
		s.damaged += p.dropped
	}
	s.noteBlobs(line)
}

// countType counts an event without keeping its type for each.
func (s *survey) countType(kind []byte) {
	s.count++
	n := s.types[string(kind)]
	if n == nil {
		n = new(uint64)
		s.types[string(kind)] = n
	}
	*n++
}

// byType returns the counts by type.
func (s *survey) byType() map[string]uint64 {
	counts := make(map[string]uint64, len(s.types))
	for kind, n := range s.types {
		counts[kind] = *n
	}
	return counts
}

// reject notes a bad line. Bad lines of one kind that follow each other are one
// range.
func (s *survey) reject(line rawLine, kind FaultKind) {
	f := Fault{Kind: kind, File: EventsFile, Offset: line.offset, Length: line.length(), Line: line.line}
	if kind == FaultNUL {
		f.Offset, f.Length = line.nul, line.nuls
	}
	if n := len(s.bad); n > 0 && s.bad[n-1].end == line.offset && s.bad[n-1].fault.Kind == kind && kind != FaultNUL {
		b := &s.bad[n-1]
		b.end, b.lines = line.end, b.lines+line.lines
		b.fault.Length += line.length()
		return
	}
	s.bad = append(s.bad, badRange{line.span, f})
}

// accept puts a line into the segment that it continues. A line that repeats an
// earlier one must not take the lines behind it away from the segment that they
// belong to: so a sequence that also continues the segment before begins anew.
func (s *survey) accept(at span, p parsedLine, ended bool) {
	n := len(s.segments)
	if n > 0 && s.segments[n-1].end == at.offset && !s.segments[n-1].unended && s.segments[n-1].last+1 == p.first &&
		(n == 1 || s.segments[n-2].last+1 != p.first) && s.segments[n-1].last != s.end {
		g := &s.segments[n-1]
		g.end, g.lines, g.last, g.unended = at.end, g.lines+1, p.last, !ended
		return
	}
	s.segments = append(s.segments, segment{at, p.first, p.last, !ended})
}

// torn reports whether the log ends without a line end.
func (s *survey) torn() bool {
	if n := len(s.segments); n > 0 && s.segments[n-1].unended {
		return true
	}
	n := len(s.bad)
	return n > 0 && s.bad[n-1].fault.Kind == FaultTorn
}

// counts is the account of a log without faults.
func (s *survey) counts(dropped uint64) EventCounts {
	c := EventCounts{Count: s.count, Bytes: s.size, SHA256: s.sum.sum(), Dropped: dropped, ByType: s.byType()}
	if n := len(s.segments); n > 0 {
		c.FirstSequence, c.LastSequence = s.segments[0].first, s.segments[n-1].last
	}
	return c
}

// lastOfAll is above every sequence that can be followed by another one.
const lastOfAll = math.MaxUint64
