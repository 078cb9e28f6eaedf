package query

import (
	"errors"
	"io"

	"example.org/runshelf/shelf"
)

// Scan calls fn for each event of a run that f wants, in the order of the file.
// An error of fn ends the scan and is returned, but for [ErrStop]. The report
// holds also when there is an error.
func Scan(run *shelf.Run, f Filter, fn func(*Line) error) (Report, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	return scan(events, events.Size(), f, fn)
}

// scan is Scan over the first size bytes of src.
func scan(src io.ReaderAt, size int64, f Filter, fn func(*Line) error) (Report, error) {
	s := sieve{filter: f, fn: fn}
	if err := f.Check(); err != nil {
		return s.report, err
	}
	err := s.pour(newForward(src, 0, size))
	return s.report, endOfQuestion(err)
}

// endOfQuestion turns the two ways to end well into nil.
func endOfQuestion(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// sieve passes on the lines that a filter wants, and counts.
type sieve struct {
	filter Filter
	fn     func(*Line) error
	report Report
	line   Line // reused, so that a scan does not allocate for each line
}

// pour takes lines to the end of the file. It never returns nil.
func (s *sieve) pour(lines *forward) error {
	for {
		raw, err := lines.next()
		if err != nil {
			return err
		}
		if err := s.take(raw); err != nil {
			return err
		}
	}
}

// take judges one line and passes it on when it is wanted.
func (s *sieve) take(raw stored) error {
	wanted, err := s.wants(raw)
	if err != nil || !wanted {
		return err
	}
	s.report.Matched++
	return s.fn(&s.line)
}

// wants judges and counts one line, and leaves it in s.line.
func (s *sieve) wants(raw stored) (bool, error) {
	trimmed := raw.trim()
	switch raw.judge(trimmed) {
	case verdictBlank:
		return false, nil
	case verdictBroken:
		s.report.Lines++
		s.report.broken(raw)
		return s.keepsBroken(raw), nil
	}
	s.report.Lines++
	s.line = Line{Bytes: trimmed.bytes, Offset: trimmed.offset, Number: raw.number}
	if s.filter.all() {
		return true, nil
	}
	e, err := s.line.Decode()
	if err != nil {
		s.report.broken(raw)
		return false, nil
	}
	return s.filter.match(&e), nil
}

// keepsBroken reports whether a broken line is to be handed out, and leaves it
// in s.line.
func (s *sieve) keepsBroken(raw stored) bool {
	if !s.filter.KeepBroken || !s.filter.all() || !raw.ended || raw.bytes == nil || hasNUL(raw.bytes) {
		return false
	}
	s.line = Line{Bytes: raw.bytes, Offset: raw.offset, Number: raw.number, Broken: true}
	return true
}
