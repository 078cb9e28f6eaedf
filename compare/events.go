package compare

import (
	"cmp"
	"errors"
	"hash/maphash"
	"runtime"
	"slices"

	"example.org/runshelf/event"
)

// Events compares two event logs. When both are of wrapped programs each stream is
// compared by itself, since streams interleave by chance.
func Events(a, b *Log, o Options) (*Result, error) {
	r, err := o.rules()
	if err != nil {
		return nil, err
	}
	if !byStream(a, b) {
		return newPair(a, b, &o, r).compare()
	}
	return eachStream(a, b, &o, r)
}

// line is where the divergence stands, the earlier of its two lines.
func (d *Divergence) line() int64 {
	switch {
	case d.A == nil:
		return d.B.Line
	case d.B == nil:
		return d.A.Line
	}
	return min(d.A.Line, d.B.Line)
}

// pair is two logs that are being compared.
type pair struct {
	o      *Options
	rules  *rules
	a, b   *side
	seed   maphash.Seed
	result Result

	stream string
	lane   func(*line) bool // nil: all streams
	need   *need            // nil where no rule is for parts of texts
	names  *aliases         // nil where names are set aside, or there are none
}

func newPair(a, b *Log, o *Options, r *rules) *pair {
	p := &pair{
		o: o, rules: r, seed: maphash.MakeSeed(),
		a: newSide(a, o, newLooker(r, nil)), b: newSide(b, o, newLooker(r, nil)),
	}
	if r.renamed {
		p.names = newAliases()
	}
	if len(r.texts) > 0 || r.renamed {
		p.need = &need{}
	}
	return p
}

// compare does all of it.
func (p *pair) compare() (*Result, error) {
	if p.o.AnyOrder {
		return p.compareBags()
	}
	defer p.a.stop()
	defer p.b.stop()
	p.filter()
	p.beginAt(p.passIndexed())
	err := p.prefix()
	if err == nil {
		p.result.Equal = int64(p.a.tally.events)
		err = p.part()
	}
	if err != nil {
		return nil, err
	}
	p.result.A, p.result.B = p.a.report(), p.b.report()
	p.result.Counts = countsOf(&p.a.tally, &p.b.tally)
	return &p.result, nil
}

// filter makes both sides pass over what is not compared.
func (p *pair) filter() {
	if len(p.o.Only) == 0 && len(p.o.Except) == 0 && p.lane == nil {
		return
	}
	for _, s := range []*side{p.a, p.b} {
		wanted := map[string]bool{}
		s.wants = func(l *line) bool {
			want, known := wanted[l.typ]
			if !known {
				want = p.o.wants(l.typ)
				wanted[l.typ] = want
			}
			return want && (p.lane == nil || p.lane(l))
		}
	}
}

// start is a place in a log from which on it is read.
type start struct {
	offset int64
	before int64 // lines before it
}

// beginAt starts to read both logs. Usually only the lines of A need be looked at:
// those of B follow them. They are looked at too when their types decide.
func (p *pair) beginAt(a, b start) {
	look := func() func(*batch) {
		k := newLooker(p.rules, nil)
		k.need = p.need
		return k.batch
	}
	unseen := func() func(*batch) { return func(*batch) {} }
	if p.need != nil {
		unseen = func() func(*batch) {
			look := look()
			return func(b *batch) {
				if p.need.ahead.Load() {
					look(b)
				}
			}
		}
	}
	workers := runtime.GOMAXPROCS(0)
	if p.a.wants != nil || p.rules.asideTop(event.KeyType) {
		workers = max(1, workers/2)
		p.a.begin(a, workers, look)
		p.b.begin(b, workers, look)
		return
	}
	p.a.begin(a, workers, look)
	p.b.begin(b, 1, unseen)
}

// prefix passes over the events that both logs begin with.
func (p *pair) prefix() error {
	for {
		a, b := p.a.next(), p.b.next()
		if b == nil || a == nil {
			if p.a.err != nil || p.b.err != nil {
				return errors.Join(p.a.err, p.b.err)
			}
			if b == nil || p.b.settle(b) {
				return nil
			}
			continue
		}
		if p.names != nil || !follows(p.b.batch.text(b), p.a.batch.text(a), p.a.batch.volatile(a)) {
			if !p.b.settle(b) {
				continue
			}
			if !p.alike(a, b) && !p.equal(a, b) {
				return nil
			}
		} else if p.need != nil {
			p.need.was(false)
		}
		typ := a.typ
		if b.kind == lineEvent {
			typ = b.typ
		}
		p.b.pass(b, typ)
		p.a.pass(a, a.typ)
	}
}

// part describes the first divergence, if there is one, and counts what follows.
func (p *pair) part() error {
	a, b := p.a.next(), p.b.next()
	if a == nil && b == nil {
		p.result.Same = true
		return nil
	}
	d := &Divergence{Index: int64(p.a.tally.events) + 1, Stream: p.stream}
	d.A, d.B = p.a.event(a), p.b.event(b)
	if a != nil && b != nil {
		d.Fields = p.fieldsOf(d.A.Value, d.B.Value)
	}
	p.names = nil // behind this place it is not known which events belong together
	p.result.First = d
	if err := p.surround(d); err != nil || p.o.FirstOnly {
		return err
	}
	p.beginAnew(a, b)
	if err := p.realign(); err != nil {
		return err
	}
	if p.rules.renamed && a != nil && b != nil && p.rules.equal(d.A.Value, d.B.Value) {
		p.countNames(d)
	}
	return nil
}

// countNames counts two events that differ in their names alone, which are set aside where
// logs are realigned.
func (p *pair) countNames(d *Divergence) {
	r := &p.result
	r.Equal--
	r.Changed++
	if p.o.Gaps > 0 {
		r.Gaps = slices.Insert(r.Gaps, 0, Gap{Stream: d.Stream, A: []Event{*d.A}, B: []Event{*d.B}, CountA: 1, CountB: 1, Fields: d.Fields})
		r.Gaps = r.Gaps[:min(len(r.Gaps), p.o.Gaps)]
	}
}

// event keeps the next event of a side; nil at its end.
func (s *side) event(l *line) *Event {
	if l == nil {
		return nil
	}
	stored := slices.Clone(s.batch.text(l))
	return &Event{Place: s.upcoming(l), Stored: stored, Value: value(stored)}
}

// lookForDigests makes what looks at lines and digests them.
func (p *pair) lookForDigests() func(*batch) {
	return newLooker(p.rules, newDigester(p.rules, p.seed)).batch
}

// beginAnew reads both logs again from their next events on, now with digests.
func (p *pair) beginAnew(a, b *line) {
	workers := max(1, runtime.GOMAXPROCS(0)/2)
	for _, s := range []struct {
		*side
		l *line
	}{{p.a, a}, {p.b, b}} {
		if s.l == nil {
			continue // it has ended already
		}
		at := s.upcoming(s.l)
		s.begin(start{at.Offset, at.Line - 1}, workers, p.lookForDigests)
	}
}

func (s *side) report() SideReport {
	return SideReport{Events: int64(s.tally.events), Broken: s.broken, Torn: s.torn}
}

// countsOf puts the counts of both sides side by side.
func countsOf(a, b *tally) []TypeCount {
	var all []TypeCount
	for typ, n := range a.counts {
		c := TypeCount{Type: typ, A: *n}
		if m := b.counts[typ]; m != nil {
			c.B = *m
		}
		all = append(all, c)
	}
	for typ, n := range b.counts {
		if a.counts[typ] == nil {
			all = append(all, TypeCount{Type: typ, B: *n})
		}
	}
	slices.SortFunc(all, func(x, y TypeCount) int { return cmp.Compare(x.Type, y.Type) })
	return all
}

// before adds the events before the divergence.
func (p *pair) before(d *Divergence) error {
	for _, place := range p.a.last() {
		e, err := p.a.reread(place)
		if err != nil {
			return err
		}
		d.Before = append(d.Before, e)
	}
	return nil
}

// surround adds the events around the divergence.
func (p *pair) surround(d *Divergence) error {
	if err := p.before(d); err != nil {
		return err
	}
	var errA, errB error
	d.AfterA, errA = p.after(p.a, d.A)
	d.AfterB, errB = p.after(p.b, d.B)
	return errors.Join(errA, errB)
}

// after reads the events that follow one.
func (p *pair) after(s *side, e *Event) ([]Event, error) {
	if e == nil || p.o.Context <= 0 {
		return nil, nil
	}
	ahead := newSide(s.log, p.o, s.looker)
	ahead.wants, ahead.tally.events = s.wants, uint64(e.Index)-1
	ahead.begin(start{e.Offset, e.Line - 1}, 1, func() func(*batch) { return newLooker(p.rules, nil).batch })
	defer ahead.stop()
	var found []Event
	for i := range p.o.Context + 1 {
		l := ahead.next()
		if l == nil {
			break
		}
		if i > 0 { // the first is e itself
			found = append(found, *ahead.event(l))
		}
		ahead.pass(l, l.typ)
	}
	return found, ahead.err
}
