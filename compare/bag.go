package compare

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
)

const (
	// maxBag bounds the events that wait for their equal in the other log, and so the
	// memory: about 40 bytes each.
	maxBag = 2_000_000
	// bagShown is how many events of each log are kept that have no equal.
	bagShown = 10
	// bagTurn is how many events of one log are looked at before it is the other's
	// turn, so that few wait.
	bagTurn = 512
)

// errBagTolerance reports what cannot be done without an order.
var errBagTolerance = errors.New("events in any order are told apart by their digests, in which all numbers would be alike with a tolerance")

// bag holds the events of two logs without their order: by digest, how many more of
// them A has than B. What is equal in both leaves it.
type bag map[uint64]int32

// add counts an event of A (by 1) or B (by -1).
func (g bag) add(digest uint64, by int32) {
	if n := g[digest] + by; n == 0 {
		delete(g, digest)
	} else {
		g[digest] = n
	}
}

// compareBags compares two logs whose order does not count. What is only in one of
// them is found by a second look at both.
func (p *pair) compareBags() (*Result, error) {
	if p.rules.tolerance > 0 {
		return nil, errBagTolerance
	}
	defer p.a.stop()
	defer p.b.stop()
	p.filter()
	g, err := p.fillBag(maxBag)
	if err != nil {
		return nil, err
	}
	p.result.A, p.result.B = p.a.report(), p.b.report()
	p.result.Counts = countsOf(&p.a.tally, &p.b.tally)
	p.result.Equal = int64(p.a.tally.events)
	if p.result.Same = len(g) == 0; p.result.Same {
		return &p.result, nil
	}
	return &p.result, p.emptyBag(g)
}

// fillBag goes through both logs in turns. So many events may wait for their equal.
func (p *pair) fillBag(most int) (bag, error) {
	p.a.begin(start{}, max(1, runtime.GOMAXPROCS(0)/2), p.lookForDigests)
	p.b.begin(start{}, max(1, runtime.GOMAXPROCS(0)/2), p.lookForDigests)
	g := bag{}
	for {
		moreA, moreB := p.a.putInto(g, 1), p.b.putInto(g, -1)
		if err := errors.Join(p.a.err, p.b.err); err != nil {
			return nil, err
		}
		if len(g) > most {
			return nil, fmt.Errorf("more than %d events have no equal in the other log so far, too many to remember: compare them in order", most)
		}
		if !moreA && !moreB {
			return g, nil
		}
	}
}

// putInto puts some events of a log into a bag and reports whether there are more.
func (s *side) putInto(g bag, by int32) bool {
	for range bagTurn {
		l := s.next()
		if l == nil {
			return false
		}
		g.add(l.digest, by)
		s.pass(l, l.typ)
	}
	return true
}

// emptyBag finds the events that are left in a bag and describes them as a gap of
// two logs.
func (p *pair) emptyBag(g bag) error {
	onlyA, err := p.leftOf(p.a, g, 1)
	if err != nil {
		return err
	}
	onlyB, err := p.leftOf(p.b, g, -1)
	if err != nil {
		return err
	}
	r := &p.result
	r.OnlyA, r.OnlyB = onlyA.events, onlyB.events
	for typ, n := range onlyA.types {
		both := min(n, onlyB.types[typ])
		r.Changed, r.Removed, r.Equal = r.Changed+both, r.Removed+n-both, r.Equal-n
		onlyB.types[typ] -= both
	}
	for _, n := range onlyB.types {
		r.Added += n
	}
	r.First = p.firstOfBag()
	return nil
}

// leftovers are the events of one log that have no equal in the other.
type leftovers struct {
	events []Event          // the first bagShown
	types  map[string]int64 // all
}

// leftOf reads a log again for its events that are left in a bag. Of equal events
// it takes the first ones.
func (p *pair) leftOf(s *side, g bag, sign int32) (*leftovers, error) {
	again := newSide(s.log, p.o, s.looker)
	again.wants = s.wants
	again.begin(start{}, 1, p.lookForDigests)
	defer again.stop()
	left := &leftovers{types: map[string]int64{}}
	for {
		l := again.next()
		if l == nil {
			return left, again.err
		}
		if g[l.digest]*sign > 0 {
			g.add(l.digest, -sign)
			left.types[l.typ]++
			if len(left.events) < bagShown {
				left.events = append(left.events, *again.event(l))
			}
		}
		again.pass(l, l.typ)
	}
}

// firstOfBag is the first event of A that has no equal and the first one of B of the
// same type, or what there is.
func (p *pair) firstOfBag() *Divergence {
	d := &Divergence{Stream: p.stream}
	onlyA, onlyB := p.result.OnlyA, p.result.OnlyB
	if len(onlyA) > 0 {
		d.A, d.Index = &onlyA[0], onlyA[0].Index
	}
	if len(onlyB) > 0 {
		i := 0
		if d.A != nil {
			i = max(0, slices.IndexFunc(onlyB, func(e Event) bool { return e.typ() == d.A.typ() }))
		}
		d.B, d.Index = &onlyB[i], cmp.Or(d.Index, onlyB[i].Index)
	}
	if d.A != nil && d.B != nil {
		d.Fields = p.rules.fieldsOf(d.A.Value, d.B.Value)
	}
	return d
}
