package compare

import (
	"cmp"
	"errors"

	"example.org/runshelf/query"
)

// mark is one event in the window of a side.
type mark struct {
	digest uint64
	typ    string
	place  Place
	broken int64 // damaged lines of its log before it
}

// aligner goes through the rest of two logs behind their first divergence. It
// sees a window of each; what is in both windows, in the same order, is equal,
// and what lies between is a gap.
type aligner struct {
	pair       *pair
	a, b       []mark
	gapA, gapB map[string]int64 // the open gap by type
	size       int

	heldA, heldB []Place // the first events of the open gap

	together uint64 // equal events since the last gap
	patience uint64 // how many of them it takes to leave the windows
}

// mostPatience bounds patience, which begins with two windows. To leave the windows
// and to come back costs as much as some thousand events in them, so where logs part
// often it is seldom tried.
const mostPatience = 1 << 20

// realign counts the equal, added, removed and changed events of the rest.
func (p *pair) realign() error {
	g := aligner{
		pair: p, gapA: map[string]int64{}, gapB: map[string]int64{},
		size: cmp.Or(max(0, p.o.Window), DefaultWindow),
	}
	g.patience = 2 * uint64(g.size)
	for {
		if err := g.fill(); err != nil {
			return err
		}
		if len(g.a) == 0 && len(g.b) == 0 {
			g.pair.result.Reordered = g.sameInSum()
			return g.closeGap()
		}
		step := g.advance
		if g.together >= g.patience && len(g.a) > 0 && len(g.b) > 0 {
			step = g.leave
		}
		if err := step(); err != nil {
			return err
		}
	}
}

// sameInSum reports whether both logs have the same events, in another order: the
// sums of the digests of what has not been compared in order are equal, by chance in
// one of 2⁶⁴ cases.
func (g *aligner) sameInSum() bool {
	a, b, r := g.pair.a, g.pair.b, g.pair.rules
	return r.tolerance == 0 && !r.renamed && a.tally.events == b.tally.events && a.sum == b.sum
}

// leave leaves the windows of two logs that have long agreed: up to where they
// part again they are compared as before their first divergence, which is several
// times as quick as making digests.
func (g *aligner) leave() error {
	p := g.pair
	p.beginAt(p.a.rewind(g.a), p.b.rewind(g.b))
	g.a, g.b, g.together = g.a[:0], g.b[:0], 0
	before := p.a.tally.events
	if err := p.prefix(); err != nil {
		return err
	}
	passed := p.a.tally.events - before
	p.result.Equal += int64(passed)
	if passed < g.patience {
		g.patience = min(2*g.patience, mostPatience)
	}
	p.beginAnew(p.a.next(), p.b.next())
	return nil
}

// rewind takes back the events of a window, and returns where the first one
// stands.
func (s *side) rewind(w []mark) start {
	for i := range w {
		s.tally.remove(w[i].typ)
		s.sum -= w[i].digest
	}
	s.broken = w[0].broken
	return start{w[0].place.Offset, w[0].place.Line - 1}
}

// fill fills both windows.
func (g *aligner) fill() (err error) {
	if g.a, err = fillWindow(g.a, g.pair.a, g.size); err == nil {
		g.b, err = fillWindow(g.b, g.pair.b, g.size)
	}
	return err
}

func fillWindow(w []mark, s *side, size int) ([]mark, error) {
	for len(w) < size {
		l := s.next()
		if l == nil {
			return w, s.err
		}
		w = append(w, mark{l.digest, l.typ, s.upcoming(l), s.broken})
		s.sum += l.digest
		s.pass(l, l.typ)
	}
	return w, nil
}

// advance takes some events out of the windows.
func (g *aligner) advance() error {
	matches := g.settled(align(g.a, g.b))
	if len(matches) == 0 {
		g.giveUp()
		return nil
	}
	fromA, fromB := 0, 0
	for _, m := range matches {
		g.gap(g.a[fromA:m.a], g.b[fromB:m.b])
		same, err := g.verify(g.a[m.a], g.b[m.b])
		if err != nil {
			return err
		}
		if same {
			if err := g.closeGap(); err != nil {
				return err
			}
			g.pair.result.Equal++
			g.together++
		} else {
			g.gap(g.a[m.a:m.a+1], g.b[m.b:m.b+1])
		}
		fromA, fromB = m.a+1, m.b+1
	}
	g.drop(fromA, fromB)
	return nil
}

// settled leaves out matches near the end of the windows, which events still to
// come may improve on, unless these are all or nothing is to come.
func (g *aligner) settled(matches []match) []match {
	if len(g.a) < g.size && len(g.b) < g.size {
		return matches
	}
	n := 0
	for n < len(matches) && matches[n].a < g.size*3/4 && matches[n].b < g.size*3/4 {
		n++
	}
	return matches[:max(n, min(1, len(matches)))]
}

// giveUp passes over events that have no counterpart in sight: all when nothing
// is to come, else the older half.
func (g *aligner) giveUp() {
	nA, nB := len(g.a), len(g.b)
	if nA == g.size || nB == g.size {
		nA, nB = (nA+1)/2, (nB+1)/2
	}
	g.gap(g.a[:nA], g.b[:nB])
	g.drop(nA, nB)
}

// drop takes events out of the windows.
func (g *aligner) drop(nA, nB int) {
	g.a = append(g.a[:0], g.a[nA:]...)
	g.b = append(g.b[:0], g.b[nB:]...)
}

// gap adds events to the open gap.
func (g *aligner) gap(a, b []mark) {
	if len(a)+len(b) > 0 {
		g.together = 0
	}
	for i := range a {
		g.gapA[a[i].typ]++
	}
	for i := range b {
		g.gapB[b[i].typ]++
	}
	g.heldA, g.heldB = hold(g.heldA, a), hold(g.heldB, b)
}

// hold keeps the places of the first events of a gap.
func hold(held []Place, marks []mark) []Place {
	for i := range marks[:min(len(marks), gapEvents-len(held))] {
		held = append(held, marks[i].place)
	}
	return held
}

// closeGap judges the open gap: as many events of a type as both logs have there
// were changed, the rest removed or added.
func (g *aligner) closeGap() error {
	if len(g.gapA) == 0 && len(g.gapB) == 0 {
		return nil
	}
	if err := g.describe(); err != nil {
		return err
	}
	r := &g.pair.result
	for typ, n := range g.gapA {
		both := min(n, g.gapB[typ])
		r.Changed += both
		r.Removed += n - both
		g.gapB[typ] -= both
	}
	for _, n := range g.gapB {
		r.Added += n
	}
	clear(g.gapA)
	clear(g.gapB)
	return nil
}

// describe keeps the open gap for the result, while more are asked for.
func (g *aligner) describe() error {
	p := g.pair
	if len(p.result.Gaps) < p.o.Gaps {
		gap := Gap{Stream: p.stream, CountA: sum(g.gapA), CountB: sum(g.gapB)}
		var errA, errB error
		gap.A, errA = p.a.rereadAll(g.heldA)
		gap.B, errB = p.b.rereadAll(g.heldB)
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		if len(gap.A) > 0 && len(gap.B) > 0 {
			gap.Fields = p.rules.fieldsOf(gap.A[0].Value, gap.B[0].Value)
		}
		p.result.Gaps = append(p.result.Gaps, gap)
	}
	g.heldA, g.heldB = g.heldA[:0], g.heldB[:0]
	return nil
}

func sum(counts map[string]int64) int64 {
	var total int64
	for _, n := range counts {
		total += n
	}
	return total
}

// rereadAll reads events that were passed.
func (s *side) rereadAll(places []Place) ([]Event, error) {
	events := make([]Event, 0, len(places))
	for _, place := range places {
		e, err := s.reread(place)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// verify makes sure that two events with equal digests are equal. Only with a
// tolerance is there any doubt.
func (g *aligner) verify(a, b mark) (bool, error) {
	if g.pair.rules.tolerance == 0 {
		return true, nil
	}
	x, err := g.pair.a.reread(a.place)
	if err != nil {
		return false, err
	}
	y, err := g.pair.b.reread(b.place)
	return err == nil && g.pair.rules.equal(x.Value, y.Value), err
}

// reread reads an event that was passed.
func (s *side) reread(p Place) (Event, error) {
	stored := make([]byte, p.Length)
	if n, err := s.log.src.ReadAt(stored, p.Offset); n < len(stored) {
		return Event{}, query.ReadError(s.log.src, p.Offset, err)
	}
	return Event{Place: p, Stored: stored, Value: value(stored)}, nil
}
