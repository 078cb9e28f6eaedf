package compare

import "example.org/runshelf/event"

// Place is where an event stands in its log.
type Place struct {
	// Index counts the events that are compared, Line all lines, both from 1.
	Index, Line int64
	// Offset and Length are those of the line in bytes, without its line end.
	Offset int64
	Length int
}

// side is one of the two logs while it is read.
type side struct {
	log    *Log
	wants  func(*line) bool // nil: all events
	looker *looker          // for lines that the feed has not looked at

	feed   *feed
	batch  *batch
	at     int   // of the next line in the batch
	before int64 // lines of the log before the batch
	end    bool
	err    error

	tally  tally
	sum    uint64 // of the digests of the events that realigning has read
	broken int64
	torn   bool
	recent []Place // a ring of the events handed out last
	oldest int     // where the ring begins
}

func newSide(log *Log, o *Options, k *looker) *side {
	return &side{log: log, looker: k, tally: newTally(), recent: make([]Place, 0, max(0, o.Context))}
}

// begin reads the log from a place on.
func (s *side) begin(from start, workers int, look func() func(*batch)) {
	s.stop()
	s.feed, s.before, s.end = newFeed(s.log.src, from.offset, s.log.size, workers, look), from.before, false
	s.take(s.feed.next())
}

// stop ends reading.
func (s *side) stop() {
	if s.feed != nil {
		s.feed.close()
		s.feed, s.batch = nil, nil
	}
}

func (s *side) take(b *batch) { s.batch, s.at, s.err = b, 0, b.err }

// next returns the next line that is an event or has not been looked at, nil at
// the end. It stays the next one until pass is called.
func (s *side) next() *line {
	for !s.end {
		if s.at < len(s.batch.lines) {
			l := &s.batch.lines[s.at]
			if s.eligible(l) {
				return l
			}
			s.at++
			continue
		}
		if s.batch.last {
			s.end = true
			break
		}
		s.before += int64(s.batch.count)
		old := s.batch
		s.take(s.feed.next())
		s.feed.release(old)
	}
	return nil
}

// eligible reports whether a line may be compared, and counts it when it is
// damage.
func (s *side) eligible(l *line) bool {
	switch l.kind {
	case lineBroken:
		s.broken++
		s.torn = s.torn || l.open
		return false
	case lineEvent:
		return s.wants == nil || s.wants(l)
	}
	return true
}

// settle looks at the next line if nobody has, and reports whether it is still
// the next one.
func (s *side) settle(l *line) bool {
	if l.kind == lineUnknown {
		if s.looker.line(s.batch, l); l.kind == lineBroken && s.batch.takeApart(s.at) {
			return false
		}
	}
	if s.eligible(l) {
		return true
	}
	s.at++
	return false
}

// pass goes behind the next line, which is an event of the given type.
func (s *side) pass(l *line, typ string) {
	s.tally.add(typ)
	s.at++
	if n := cap(s.recent); n > 0 {
		p := s.place(l)
		if len(s.recent) < n {
			s.recent = append(s.recent, p)
			return
		}
		s.recent[s.oldest] = p
		s.oldest = (s.oldest + 1) % n
	}
}

// place is where the next line, or the one just passed, stands.
func (s *side) place(l *line) Place {
	return Place{
		Index:  int64(s.tally.events),
		Line:   s.before + int64(l.number) + 1,
		Offset: s.batch.base + int64(l.start),
		Length: int(l.end - l.start),
	}
}

// upcoming is the place of a line that has not been passed.
func (s *side) upcoming(l *line) Place {
	p := s.place(l)
	p.Index++
	return p
}

// last returns the places of the events handed out last, in their order.
func (s *side) last() []Place {
	return append(append([]Place(nil), s.recent[s.oldest:]...), s.recent[:s.oldest]...)
}

// value decodes a line as one JSON value, envelope and all.
func value(text []byte) event.Object {
	v, err := event.DecodeValue(text)
	if err != nil {
		return nil
	}
	o, _ := v.(event.Object)
	return o
}
