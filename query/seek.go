package query

import (
	"io"

	"example.org/runshelf/shelf"
)

// Where the index is not believed, since nothing tells that the log was left alone
// after it was written, it still helps to seek. What it says of a block is true when
// the log has the bytes of the block in its place. So a log whose sequences (or
// times) ascend is read from such a block on, all of which is before what is wanted,
// and up to such a block, all of which is behind it. Nothing is counted by it, and no
// block between the two is passed over.

// sought narrows all of a log to what is between two blocks that were looked at.
func (j *screen) sought(run *shelf.Run, events *shelf.Events, all *blocks, o outlook) {
	if !j.bounded() {
		return
	}
	x, err := run.IndexForSeeking(events)
	if err != nil {
		return
	}
	defer x.Close()
	from, to := j.between(x, events, all.size)
	all.size = to
	if !o.cuts {
		all.base = from
		return
	}
	all.skip = make([]bool, from/all.each)
	for k := range all.skip {
		all.skip[k] = true
	}
}

// bounded reports whether the question is about a range of sequences or times.
func (j *screen) bounded() bool { return j.filter.From > 0 || j.filter.To > 0 || j.since != "" }

// before reports whether a block is before all that is wanted.
func (j *screen) before(b *shelf.IndexBlock, ordered bool) bool {
	return b.Last < j.filter.From || ordered && b.Latest < j.since
}

// between returns the range of the log, size bytes long, outside of which nothing
// is wanted.
func (j *screen) between(x *shelf.Index, events io.ReaderAt, size int64) (from, to int64) {
	edge := x.Last()
	ordered := !edge.Unordered
	x.From(func(b *shelf.IndexBlock) bool { return j.before(b, ordered) }, func(b *shelf.IndexBlock) bool {
		if !j.before(b, ordered) {
			return false
		}
		from, edge = b.Offset, *b
		return true
	})
	if from > 0 && !(edge.Holds(events) && beginLines(events, from)) {
		from = 0
	}
	return from, j.behind(x, events, size)
}

// behind returns where the first block begins that is behind all that is wanted,
// size when there is none.
func (j *screen) behind(x *shelf.Index, events io.ReaderAt, size int64) int64 {
	to := j.filter.To
	if to == 0 {
		return size
	}
	end := size
	x.From(func(b *shelf.IndexBlock) bool { return b.First <= to }, func(b *shelf.IndexBlock) bool {
		if b.First > to && b.Holds(events) && beginLines(events, b.Offset) {
			end = b.Offset
		}
		return b.First <= to
	})
	return end
}
