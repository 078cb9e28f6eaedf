package query

import (
	"errors"
	"io"

	"example.org/runshelf/shelf"
)

// Scan calls fn for each event of a run that f wants, in the order of the file
// and from the caller's goroutine. An error of fn ends the scan and is returned,
// but for [ErrStop]. The report holds also when there is an error. The file is
// read by as many workers as there are cores, in pieces that reach a little
// further than what was handed out.
func Scan(run *shelf.Run, f Filter, fn func(*Line) error) (Report, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	if err := f.Check(); err != nil {
		return Report{}, err
	}
	return scanBlocks(planned(run, events, f, outlook{}), f, within(run, fn))
}

// scan is Scan over the first size bytes of src.
func scan(src io.ReaderAt, size int64, f Filter, fn func(*Line) error) (Report, error) {
	return scanBlocks(newBlocks(src, size), f, fn)
}

// scanBlocks is Scan over a file cut in a given way.
func scanBlocks(blocks *blocks, f Filter, fn func(*Line) error) (Report, error) {
	if err := f.Check(); err != nil {
		return Report{}, err
	}
	d := delivery{fn: fn, report: Report{Sought: needlesOf(f).shortest() > 0}}
	newWork := func() func(*block, *sifted) *sifted { return newSifter(f).block }
	err := inOrderKeeping(blocks, newWork, d.deliver)
	return d.report, endOfQuestion(err)
}

// endOfQuestion turns the two ways to end well into nil.
func endOfQuestion(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// hit is a wanted line of a block.
type hit struct {
	lo, hi int
	number int64
	broken bool
}

// sifted is what a filter wants of one block.
type sifted struct {
	hits   []hit
	lines  int64 // of the block, blank ones too
	report Report
}

// sifter finds the wanted lines of blocks.
type sifter struct {
	lines   lineReader
	matcher *matcher
}

func newSifter(f Filter) *sifter {
	m := newMatcher(f)
	lines := newLineReader(m.skim, finderOf(f), f.vector())
	lines.whole = m.keepBroken // whoever wants broken lines wants them as they are stored
	return &sifter{lines: lines, matcher: m}
}

// block finds the wanted lines of one block. The result of an earlier block is
// used anew.
func (s *sifter) block(b *block, r *sifted) *sifted {
	if r == nil {
		r = &sifted{}
	}
	r.hits = r.hits[:0]
	lines := &s.lines
	lines.report.BrokenAt = r.report.BrokenAt
	lines.begin(b)
	for lines.next() {
		if s.wants() {
			number := lines.number
			if lines.find != nil {
				number = 0 // nobody counts the lines that are passed over
			}
			r.hits = append(r.hits, hit{lines.lo, lines.hi, number, lines.broken})
		}
	}
	r.report = lines.report
	if lines.find == nil {
		r.lines = lines.number
	}
	lines.report.BrokenAt = nil
	return r
}

// wants reports whether the present line is to be handed out.
func (s *sifter) wants() bool {
	l := &s.lines
	if !l.broken {
		return s.matcher.match(l.b.buf)
	}
	return s.matcher.keepBroken && l.hasBytes() && l.at <= l.b.end && l.b.buf[l.hi] == '\n' && !hasNUL(l.line())
}

// delivery passes the lines found on, in the order of the file.
type delivery struct {
	fn     func(*Line) error
	report Report
	number int64 // lines in the blocks before
	line   Line  // reused, so that a scan does not allocate for each line
}

// deliver passes on the lines of one block.
func (d *delivery) deliver(b *block, r *sifted) error {
	d.report.add(&r.report)
	for _, h := range r.hits {
		d.line = Line{Bytes: b.buf[h.lo:h.hi:h.hi], Offset: b.offset + int64(h.lo), Number: d.number + h.number, Broken: h.broken}
		d.report.Matched++
		if err := d.fn(&d.line); err != nil {
			return err
		}
	}
	d.number += r.lines
	return nil
}
