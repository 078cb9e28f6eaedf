package shelf

import (
	"cmp"
	"io"
	"slices"
)

// piece is a range of sound lines at its place in the plan.
type piece = segment

// hole is a range of sequences for which there is no line.
type hole struct{ first, last uint64 }

// stray is a segment that does not stand where its sequences belong.
type stray struct {
	segment
	placed bool // some of its lines fill holes
}

// plan is how the sound lines of a log belong together: each sequence once, in
// order.
type plan struct {
	pieces []piece // in the order of their sequences
	holes  []hole  // what is missing between, before and behind them
	strays []stray
	unused []span // lines for which there is no place
}

// planOrder orders the lines of a log. Of segments that contradict each other
// those with the most lines stay (the longest increasing subsequence, here with
// weights; Schensted, "Longest increasing and decreasing subsequences", Canadian
// Journal of Mathematics 13, 1961). The lines of the others fill holes where they
// fit. last is the last sequence of a sealed log, or 0; what is beyond it has no
// place.
func planOrder(s *survey, log io.ReaderAt, last uint64) (*plan, error) {
	p := &plan{}
	chain := longestChain(s.segments, last)
	for i, g := range s.segments {
		if chain[i] {
			p.pieces = append(p.pieces, g)
		} else {
			p.strays = append(p.strays, stray{segment: g})
		}
	}
	p.findHoles(last)
	for i := range p.strays {
		if err := p.place(&p.strays[i], s, log); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.pieces, func(a, b piece) int { return cmp.Compare(a.first, b.first) })
	return p, nil
}

// findHoles notes what is missing. The pieces are in order.
func (p *plan) findHoles(last uint64) {
	next := uint64(1)
	for _, g := range p.pieces {
		if g.first > next {
			p.holes = append(p.holes, hole{next, g.first - 1})
		}
		next = g.last + 1
	}
	if last >= next {
		p.holes = append(p.holes, hole{next, last})
	}
}

// place puts the lines of a stray into the holes where they belong.
func (p *plan) place(s *stray, of *survey, log io.ReaderAt) error {
	lines := newLineReader(io.NewSectionReader(log, s.offset, s.length()), s.length())
	for {
		line, err := lines.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		parsed, kind := of.parse(line)
		line.offset, line.end, line.line = line.offset+s.offset, line.end+s.offset, line.line+s.line-1
		if kind == "" && p.fill(hole{parsed.first, parsed.last}) {
			p.pieces = append(p.pieces, piece{line.span, parsed.first, parsed.last, !line.ended})
			s.placed = true
		} else {
			p.unused = append(p.unused, line.span)
		}
	}
}

// fill takes a range out of the holes, if the whole of it is missing.
func (p *plan) fill(h hole) bool {
	i, _ := slices.BinarySearchFunc(p.holes, h.first, func(h hole, first uint64) int {
		return cmp.Compare(h.last, first)
	})
	if i == len(p.holes) || p.holes[i].first > h.first || p.holes[i].last < h.last {
		return false
	}
	var rest []hole
	if old := p.holes[i]; old.first < h.first {
		rest = append(rest, hole{old.first, h.first - 1})
	}
	if old := p.holes[i]; old.last > h.last {
		rest = append(rest, hole{h.last + 1, old.last})
	}
	p.holes = slices.Replace(p.holes, i, i+1, rest...)
	return true
}

// longestChain tells of each segment whether it belongs to the heaviest chain of
// segments that follow each other in the file and in sequence.
func longestChain(segments []segment, last uint64) []bool {
	t := newChainTable(segments)
	best := -1
	for i, g := range segments {
		if last > 0 && g.last > last {
			continue
		}
		t.before[i] = t.heaviestBelow(g.first)
		t.weight[i] = g.lines
		if b := t.before[i]; b >= 0 {
			t.weight[i] += t.weight[b]
		}
		t.put(i)
		if best < 0 || t.weight[i] > t.weight[best] {
			best = i
		}
	}
	chosen := make([]bool, len(segments))
	for i := best; i >= 0; i = t.before[i] {
		chosen[i] = true
	}
	return chosen
}

// chainTable answers which chain among those seen is the heaviest that ends below
// a sequence. It is a binary indexed tree (Fenwick, "A new data structure for
// cumulative frequency tables", Software: Practice and Experience 24, 1994) over
// the ends of the segments, so n segments take n log n steps.
type chainTable struct {
	segments []segment
	ends     []uint64
	tree     []int // the heaviest chain of a range of ends, by its last segment; -1 is none
	weight   []int64
	before   []int // the segment before this one in its chain, or -1
}

func newChainTable(segments []segment) *chainTable {
	t := &chainTable{segments: segments, weight: make([]int64, len(segments)), before: make([]int, len(segments))}
	for _, g := range segments {
		t.ends = append(t.ends, g.last)
	}
	slices.Sort(t.ends)
	t.ends = slices.Compact(t.ends)
	t.tree = slices.Repeat([]int{-1}, len(t.ends)+1)
	return t
}

func (t *chainTable) heaviestBelow(sequence uint64) int {
	found := -1
	at, _ := slices.BinarySearch(t.ends, sequence)
	for ; at > 0; at -= at & -at {
		if i := t.tree[at]; i >= 0 && (found < 0 || t.weight[i] > t.weight[found]) {
			found = i
		}
	}
	return found
}

func (t *chainTable) put(i int) {
	at, _ := slices.BinarySearch(t.ends, t.segments[i].last)
	for at++; at < len(t.tree); at += at & -at {
		if old := t.tree[at]; old < 0 || t.weight[i] > t.weight[old] {
			t.tree[at] = i
		}
	}
}
