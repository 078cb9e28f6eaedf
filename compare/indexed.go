package compare

import (
	"iter"
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// passIndexed passes over the blocks with which both logs begin and which are
// equal by the digests in their indexes, without reading them. The digests leave
// the timestamps out. It returns from where on the logs are read, some events
// before the first block that differs: so many as are to be shown before a
// divergence.
//
// Blocks that differ have the same digest by a chance of one in four billion, and
// never when they differ in four bytes in a row alone; see [shelf.IndexBlock].
func (p *pair) passIndexed() (a, b start) {
	if !p.indexable() {
		return start{}, start{}
	}
	xa, xb := p.a.log.index(), p.b.log.index()
	defer closeIndex(xa)
	defer closeIndex(xb)
	if xa == nil || xb == nil {
		return start{}, start{}
	}
	nextB, stop := iter.Pull(blocksOf(xb))
	defer stop()
	s := indexedStart{pair: p}
	xa.Each(func(x *shelf.IndexBlock) bool {
		y, more := nextB()
		if !more || !sameBlock(x, y) {
			return false
		}
		s.add(x)
		return true
	})
	return s.at, s.at
}

// indexable reports whether equal digests of blocks mean equal events in equal
// places: not when the time of an event counts, and not where streams are compared
// by themselves.
func (p *pair) indexable() bool {
	return !p.o.NoIndex && p.lane == nil && p.names == nil && p.rules.asideTop(event.KeyTimestamp)
}

// index opens the index of the log when it may be believed; nil when there is
// none.
func (l *Log) index() *shelf.Index {
	events, ok := l.src.(*shelf.Events)
	if !ok || l.Run == nil {
		return nil
	}
	x, err := l.Run.Index(events)
	if err != nil {
		return nil
	}
	return x
}

func closeIndex(x *shelf.Index) {
	if x != nil {
		_ = x.Close() // it was only read
	}
}

func blocksOf(x *shelf.Index) iter.Seq[*shelf.IndexBlock] {
	return func(yield func(*shelf.IndexBlock) bool) { x.Each(yield) }
}

// sameBlock reports whether two blocks say the same by their digests, at the same
// place. Types without number are not told apart by an index, so blocks with such
// must be read.
func sameBlock(x, y *shelf.IndexBlock) bool {
	return x.HasBody && y.HasBody && x.Body == y.Body && x.Offset == y.Offset && x.Length == y.Length &&
		x.First == y.First && x.Last == y.Last && slices.Equal(x.Types, y.Types) &&
		!slices.ContainsFunc(x.Types, func(t shelf.TypeCount) bool { return t.JSON == `""` })
}

// indexedStart is how far the logs need not be read.
type indexedStart struct {
	pair *pair
	at   start
	held []heldBlock // equal blocks that are read all the same
	kept int         // their events that are compared
}

// heldBlock is an equal block near the end of them.
type heldBlock struct {
	length int64
	lines  uint64
	wanted int // events that are compared
	types  []shelf.TypeCount
}

// add takes one more equal block, and passes over those before it that hold no
// event to be shown.
func (s *indexedStart) add(x *shelf.IndexBlock) {
	h := heldBlock{length: x.Length, lines: x.Lines(), types: slices.Clone(x.Types)}
	for _, t := range h.types {
		if s.pair.counts(t) {
			h.wanted += int(t.Count)
		}
	}
	s.held, s.kept = append(s.held, h), s.kept+h.wanted
	for len(s.held) > 0 && s.kept-s.held[0].wanted >= s.pair.o.Context {
		s.pass(s.held[0])
		s.held = s.held[1:]
	}
}

// pass goes behind a block in both logs.
func (s *indexedStart) pass(h heldBlock) {
	s.kept -= h.wanted
	s.at.offset += h.length
	s.at.before += int64(h.lines)
	for _, t := range h.types {
		if s.pair.counts(t) {
			s.pair.a.tally.addMany(typeOf(t), t.Count)
			s.pair.b.tally.addMany(typeOf(t), t.Count)
		}
	}
}

// counts reports whether events of a type are compared.
func (p *pair) counts(t shelf.TypeCount) bool { return p.a.wants == nil || p.o.wants(typeOf(t)) }

func typeOf(t shelf.TypeCount) string {
	name, _ := event.DecodeString([]byte(t.JSON)) // the index was written by our encoder
	return name[:min(len(name), maxName)]
}
