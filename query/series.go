package query

import (
	"bytes"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// SeriesOptions says which series is wanted.
type SeriesOptions struct {
	// X is the field along which the series runs; "" is the sequence.
	X string
	// Y are the fields of numbers.
	Y []string
	// Points is how many points are wanted at most; 0 is all. When there are
	// more, those are kept at which a field is smallest or largest in its
	// neighbourhood, and the first and the last.
	Points int
}

// Point is one event of a series. X and Y are stored JSON; one that is missing,
// and a Y that is no number, is nil. They are valid during the call that hands
// the point out.
type Point struct {
	X []byte
	Y [][]byte
}

// AppendJSON appends the point as `series --json` prints it, an array: x, then each y;
// null for what is missing.
func (p Point) AppendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, v := range append([][]byte{p.X}, p.Y...) {
		b = append(b, ","[:min(i, 1)]...)
		if v == nil {
			v = []byte("null")
		}
		b = append(b, v...)
	}
	return append(b, ']')
}

// Series calls fn for the points of a series: the events that f wants and that
// have at least one of the numbers, in the order of the file. Memory is bounded
// by the points asked for, and without that bound by nothing that grows with the
// log.
func Series(run *shelf.Run, o SeriesOptions, f Filter, fn func(Point) error) (Report, error) {
	if err := f.Check(); err != nil {
		return Report{}, err
	}
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	return series(planned(run, events, f, outlook{}), o, f, within(run, fn))
}

// series is Series over a file cut in a given way.
func series(blocks *blocks, o SeriesOptions, f Filter, fn func(Point) error) (Report, error) {
	if o.X == "" {
		o.X = event.KeySequence
	}
	thin := newThinner(o.Points, len(o.Y))
	take := fn
	if o.Points > 0 {
		take = func(p Point) error { thin.add(p); return nil }
	}
	var report Report
	newWork := func() func(*block, *plotted) *plotted { return newPlotter(o, f).block }
	err := inOrder(blocks, newWork, func(b *block, r *plotted) error {
		report.add(&r.report)
		report.Matched += int64(len(r.points))
		for _, p := range r.points {
			if err := take(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err = endOfQuestion(err); err == nil && o.Points > 0 {
		err = endOfQuestion(thin.each(fn))
	}
	return report, err
}

// plotted is the points of one block. They share its memory.
type plotted struct {
	points []Point
	ys     [][]byte
	report Report
}

// plotter finds the points of blocks. It belongs to one worker.
type plotter struct {
	lines   lineReader
	matcher *matcher
	x       *ref
	y       []*ref
}

func newPlotter(o SeriesOptions, f Filter) *plotter {
	var keys []string
	p := &plotter{x: newRef(o.X, &keys)}
	for _, field := range o.Y {
		p.y = append(p.y, newRef(field, &keys))
	}
	p.matcher = newMatcher(f, keys...)
	p.lines = newLineReader(p.matcher.skim, finderOf(f), f.vector())
	return p
}

// block finds the points of one block.
func (p *plotter) block(b *block, r *plotted) *plotted {
	if r == nil {
		r = &plotted{}
	}
	r.points, r.ys = r.points[:0], r.ys[:0]
	p.lines.report.BrokenAt = r.report.BrokenAt
	p.lines.begin(b)
	for p.lines.next() {
		if !p.lines.broken && p.matcher.match(b.buf) {
			p.take(b.buf, r)
		}
	}
	r.report, p.lines.report.BrokenAt = p.lines.report, nil
	return r
}

// take adds the present event when it has a number.
func (p *plotter) take(b []byte, r *plotted) {
	values, start, found := p.matcher.skim.values, len(r.ys), false
	for _, field := range p.y {
		y := field.get(b, values)
		if !isNumber(y) {
			y = nil
		}
		found = found || y != nil
		r.ys = append(r.ys, y)
	}
	if !found {
		r.ys = r.ys[:start]
		return
	}
	r.points = append(r.points, Point{X: p.x.get(b, values), Y: r.ys[start:len(r.ys):len(r.ys)]})
}

// isNumber reports whether a stored value is a number, or one of the strings
// that stand for what JSON has no number for.
func isNumber(stored []byte) bool {
	switch string(stored) {
	case "":
		return false
	case `"NaN"`, `"Infinity"`, `"-Infinity"`:
		return true
	}
	return stored[0] == '-' || isDigit(stored[0])
}

// clone makes a point that outlives the call.
func (p Point) clone() Point {
	c := Point{X: bytes.Clone(p.X), Y: make([][]byte, len(p.Y))}
	for i, y := range p.Y {
		c.Y[i] = bytes.Clone(y)
	}
	return c
}
