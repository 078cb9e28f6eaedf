package query

import (
	"io"

	"example.org/runshelf/shelf"
)

// planner makes parts of blocks.
type planner struct {
	*screen
	outlook
	blocks []shelf.IndexBlock // that are wanted
	toRead []bool             // of them, those to be read although their counts are known
}

// read takes in the index, from the first block that may be wanted on, and returns
// where what is not known begins. When all that follows a block is wanted that is
// where the block begins; behind a block that is beyond what is wanted, nothing is.
func (p *planner) read(x *shelf.Index) int64 {
	f, last, rest := &p.filter, x.Last(), int64(-1)
	onward := !p.counts && f.To == 0 && len(f.Types) == 0 && len(p.tests) == 0 && (p.since == "" || !last.Unordered)
	take := func(b *shelf.IndexBlock) bool {
		switch {
		case f.To > 0 && b.First > f.To:
			rest = last.End()
		case p.of(b) == wantsNone:
		case onward:
			rest = b.Offset
		default:
			b.Chain = ""
			p.blocks = append(p.blocks, *b)
		}
		return rest < 0
	}
	end := p.from(x, take)
	if rest >= 0 {
		return rest
	}
	return end
}

// from calls take for the blocks from the first one on that may be wanted.
func (p *planner) from(x *shelf.Index, take func(*shelf.IndexBlock) bool) int64 {
	switch last := x.Last(); {
	case p.filter.From > 0:
		return x.From(func(b *shelf.IndexBlock) bool { return b.Last < p.filter.From }, take)
	case p.since != "" && !last.Unordered:
		return x.From(func(b *shelf.IndexBlock) bool { return b.Latest < p.since }, take)
	}
	return x.Each(take)
}

// skips tells which blocks of a log need not be read: those before end in which
// nothing is wanted.
func (p *planner) skips(f *blocks, end int64) []bool {
	skip := make([]bool, end/f.each)
	for k := range skip {
		skip[k] = true
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		for k := b.Offset / f.each; k < int64(len(skip)) && k*f.each < b.End(); k++ {
			skip[k] = false
		}
	}
	return skip
}

// fits looks at the edges of the first blocks that are wanted: they must be line ends.
func (p *planner) fits(events io.ReaderAt, end int64) bool {
	const looks = 8
	edges := []int64{end}
	for i := range p.blocks[:min(looks, len(p.blocks))] {
		edges = append(edges, p.blocks[i].Offset, p.blocks[i].End())
	}
	return beginLines(events, edges...)
}

// beginLines reports whether a line of the log may begin at each of the places.
func beginLines(events io.ReaderAt, places ...int64) bool {
	for _, at := range places {
		var c [1]byte
		if n, _ := events.ReadAt(c[:], max(0, at-1)); at > 0 && (n < 1 || c[0] != '\n') {
			return false
		}
	}
	return true
}

// cut puts blocks that follow each other together.
func (p *planner) cut() []stretch {
	p.chooseEnds()
	var parts []stretch
	var counted *known
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.counts && !p.toRead[i] && p.of(b) == wantsCounts {
			if counted == nil {
				counted = &known{}
				parts = append(parts, stretch{known: counted})
			}
			counted.add(b, p.screen)
			continue
		}
		counted = nil
		if n := len(parts); n > 0 && parts[n-1].known == nil && parts[n-1].to == b.Offset && b.End()-parts[n-1].from <= blockSize {
			parts[n-1].to = b.End()
			continue
		}
		parts = append(parts, stretch{from: b.Offset, to: b.End()})
	}
	return parts
}

// chooseEnds marks the blocks in which a wanted type stands first and last, among
// those of which all lines of the type are wanted. The others are read anyway.
func (p *planner) chooseEnds() {
	p.toRead = make([]bool, len(p.blocks))
	if !p.ends {
		return
	}
	var last byType[int]
	for i := range p.blocks {
		if p.of(&p.blocks[i]) != wantsCounts {
			continue
		}
		for k, c := range p.blocks[i].Types {
			if !p.screen.wants(k, c.JSON) {
				continue
			}
			in, met := last.at(k, c.JSON)
			if !met {
				p.toRead[i] = true
			}
			*in = i
		}
	}
	for _, i := range last.all {
		p.toRead[*i] = true
	}
}
