package query

// sieve passes on the lines that a filter wants, one after the other, and
// counts.
type sieve struct {
	matcher *matcher
	texts   needles // which the lines hold that are wanted
	fn      func(*Line) error
	report  Report
	line    Line   // reused, so that a question does not allocate for each line
	rest    stored // the line that the one judged last had swallowed; without bytes when there was none
}

// newSieve checks the filter first.
func newSieve(f Filter, fn func(*Line) error) (*sieve, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	s := &sieve{matcher: newMatcher(f), texts: needlesOf(f), fn: fn}
	s.report.Sought = s.texts.shortest() > 0
	return s, nil
}

// take judges one line, and what it had swallowed, and passes on what is wanted.
func (s *sieve) take(raw stored) error {
	for {
		if s.wants(raw) {
			s.report.Matched++
			if err := s.fn(&s.line); err != nil {
				return err
			}
		}
		if raw = s.rest; raw.bytes == nil {
			return nil
		}
	}
}

// wants judges and counts one line, and leaves it in s.line, and in s.rest what it
// had swallowed.
func (s *sieve) wants(raw stored) bool {
	s.rest = stored{}
	trimmed := raw.trim()
	if raw.blank(trimmed) {
		return false
	}
	s.report.Lines++
	line, sound := raw, s.matcher.skim.reads(trimmed)
	if !sound && !s.matcher.keepBroken {
		raw, s.rest, sound = s.matcher.skim.divide(raw)
		trimmed = raw.trim()
	}
	if !sound {
		if !line.ended || s.texts.hold(line.bytes) {
			s.report.broken(raw)
		}
		return s.keepsBroken(raw)
	}
	s.line = Line{Bytes: trimmed.bytes, Offset: trimmed.offset, Number: raw.number}
	return s.matcher.match(trimmed.padded())
}

// keepsBroken reports whether a broken line is to be handed out, and leaves it
// in s.line.
func (s *sieve) keepsBroken(raw stored) bool {
	if !s.matcher.keepBroken || !raw.ended || raw.bytes == nil || hasNUL(raw.bytes) {
		return false
	}
	s.line = Line{Bytes: raw.bytes, Offset: raw.offset, Number: raw.number, Broken: true}
	return true
}
