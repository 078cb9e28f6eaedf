package runshelf

import (
	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
	"example.org/runshelf/shelf"
)

// block is what the logger knows of the lines since the last block of the index
// ended. It is told to the index in one piece, so that an event costs a few
// additions here.
type block struct {
	length           int64
	first, last      uint64
	earliest, latest instant
	kinds            []*kind // the types of the lines
	newest           instant // the latest of the log
	unordered        bool    // times ran backwards in the log

	sums running // of the first bytes of the block, as long as none was left out
}

// running are the checksums of so many bytes. The index need not take those of a block
// of which all bytes have been summed up when it ends, nor those of its beginning when that
// is brought to the log.
type running struct{ shelf.Begun }

// nothingBegun says that they are not known.
var nothingBegun = running{shelf.Begun{Length: -1}}

// now returns what they are at present, if they are known.
func (r *running) now() running {
	if r == nil {
		return nothingBegun
	}
	return *r
}

// add takes n written lines, as [tally.add] does.
func (b *block) add(k *kind, at instant, sequence, n uint64, length int) {
	if b.length == 0 {
		b.first, b.earliest, b.latest = sequence, at, at
	}
	if at < b.newest {
		b.backwards(at)
	} else {
		b.newest, b.latest = at, at
	}
	if k.inBlock == 0 {
		b.kinds = append(b.kinds, k)
	}
	k.inBlock += n
	b.last = sequence + n - 1
	b.length += int64(length)
}

// backwards takes a time that is earlier than one before it.
func (b *block) backwards(at instant) {
	b.unordered = true
	b.earliest = min(b.earliest, at)
	b.latest = max(b.latest, at)
}

// full reports whether the block ends here.
func (b *block) full() bool { return b.fullWith(0) }

// fullWith reports whether the block ends with a line of so many bytes.
func (b *block) fullWith(length int) bool { return b.length+int64(length) >= shelf.IndexBlockBytes }

// cutFull ends the block when it is full. It is called before the next line goes to
// the journal, as the index wants it.
func (t *tally) cutFull() {
	if t.block.full() {
		t.cut()
	}
}

// sums are those that whoever writes the next line may continue with it; nil when
// nobody wants them.
func (t *tally) sums() *running {
	if t.index == nil {
		return nil
	}
	return &t.block.sums
}

// cut ends the block and tells the index.
func (t *tally) cut() {
	b := &t.block
	if t.index == nil || b.length == 0 {
		return
	}
	told := shelf.IndexBlock{Length: b.length, First: b.first, Last: b.last, Unordered: b.unordered}
	told.Types = t.index.Types()
	told.SetTimes(b.earliest.time(), b.latest.time())
	for _, k := range b.kinds {
		told.Types = append(told.Types, shelf.TypeCount{JSON: k.json, Count: k.inBlock})
		k.inBlock = 0
	}
	if b.sums.Length == b.length {
		told.CRC, told.Body = b.sums.All, b.sums.Body
		t.index.CutSummed(told)
	} else {
		t.index.Cut(told)
	}
	b.length, b.kinds = 0, b.kinds[:0]
	b.sums = running{}
}

// sum adds the lines that were added last to the sums of the block, if these are those
// of all before them. The index then need not do so.
func (b *block) sum(lines []byte) {
	if b.sums.Length+int64(len(lines)) == b.length {
		b.sums.Sums, b.sums.Length = bulk.Add(processor.Best, b.sums.Sums, lines), b.length
	}
}
