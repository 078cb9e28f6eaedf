package query

// sieve passes on the lines that a filter wants, one after the other, and
// counts.
type sieve struct {
	matcher *matcher
	fn      func(*Line) error
	report  Report
	line    Line // reused, so that a question does not allocate for each line
}

// newSieve checks the filter first.
func newSieve(f Filter, fn func(*Line) error) (*sieve, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	return &sieve{matcher: newMatcher(f), fn: fn}, nil
}

// take judges one line and passes it on when it is wanted.
func (s *sieve) take(raw stored) error {
	if !s.wants(raw) {
		return nil
	}
	s.report.Matched++
	return s.fn(&s.line)
}

// wants judges and counts one line, and leaves it in s.line.
func (s *sieve) wants(raw stored) bool {
	trimmed := raw.trim()
	if raw.blank(trimmed) {
		return false
	}
	s.report.Lines++
	b := trimmed.padded()
	if b == nil || !s.matcher.skim.exact(b, 0, len(trimmed.bytes)) {
		s.report.broken(raw)
		return s.keepsBroken(raw)
	}
	s.line = Line{Bytes: trimmed.bytes, Offset: trimmed.offset, Number: raw.number}
	return s.matcher.match(b)
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
