package query

import (
	"io"

	"example.org/runshelf/shelf"
)

// plainEnd is how much of the end of a log is read before its index is asked, in
// bytes: what the newest events answer takes no longer than without an index.
const plainEnd = 256 << 10

// backwardParts hands out the lines of a log from the last to the first, and passes over
// what its index says that nothing of it is wanted.
type backwardParts struct {
	src   io.ReaderAt
	lines *backward // of the present part; nil when there is none
	at    int64     // where that begins
	until int64     // the index is asked when the lines before here are wanted
	// ask returns what hands out the parts before a place, the last one first; nil
	// when they are to be read as they are.
	ask   func(before int64) func() (stretch, bool)
	parts func() (stretch, bool)
}

// newBackwardParts reads all lines when ask is nil.
func newBackwardParts(src io.ReaderAt, size int64, ask func(int64) func() (stretch, bool)) *backwardParts {
	return &backwardParts{src: src, lines: newBackward(src, size), until: size - plainEnd, ask: ask}
}

// prev returns the line before those returned so far, io.EOF before the first.
func (b *backwardParts) prev() (stored, error) {
	if b.ask != nil && b.lines.pos <= b.until {
		if b.parts = b.ask(b.lines.pos); b.parts != nil {
			b.lines = nil
		}
		b.ask = nil
	}
	for {
		if b.lines != nil {
			s, err := b.lines.prev()
			if err != io.EOF {
				s.offset += b.at
				return s, err
			}
			b.lines = nil
		}
		if b.parts == nil {
			return stored{}, io.EOF
		}
		p, ok := b.parts()
		if !ok {
			return stored{}, io.EOF
		}
		b.at = p.from
		b.lines = newBackward(io.NewSectionReader(b.src, p.from, p.to-p.from), p.to-p.from)
	}
}

// indexedBack finds the parts of a log in which something may be wanted, the last
// one first, and reads of the index no more than that takes.
type indexedBack struct {
	*screen
	src   io.ReaderAt
	walk  *shelf.IndexBack
	last  shelf.IndexBlock
	to    int64 // what begins here is done with
	read  int64 // the lowest place handed out
	begun bool
}

// askBack returns how the parts of a log are found; nil when the index does not
// help. What it opens is closed by done.
func (j *screen) askBack(run *shelf.Run, events *shelf.Events) (ask func(int64) func() (stretch, bool), done func()) {
	var x *shelf.Index
	done = func() {
		if x != nil {
			_ = x.Close() // it was read
		}
	}
	if events.Size() < minIndexed || !j.helps() {
		return nil, done
	}
	return func(before int64) func() (stretch, bool) {
		var err error
		if x, _, err = believedIndex(j.filter.CacheDir, run, events); err == nil {
			w := &indexedBack{screen: j, src: events, walk: x.Back(), last: x.Last(), to: before, read: before}
			return w.prev
		}
		if !j.bounded() {
			return nil
		}
		if x, err = run.IndexForSeeking(events); err != nil {
			return nil
		}
		from, to := j.between(x, events, before)
		return once(stretch{from: from, to: min(to, before)})
	}, done
}

// once hands out one part, when there is anything in it.
func once(s stretch) func() (stretch, bool) {
	return func() (stretch, bool) {
		part := s
		s = stretch{}
		return part, part.to > part.from
	}
}

// prev returns the part before those returned so far. Where an edge is no line end
// the index is not that of the log, and all that was not read is one part.
func (w *indexedBack) prev() (stretch, bool) {
	var s stretch
	for w.to > 0 && s.to-s.from < chunk {
		from, wanted := w.step()
		switch {
		case wanted && s.to == 0:
			s = stretch{from: from, to: w.to}
		case wanted:
			s.from = from
		}
		w.to = from
		if !wanted && s.to > 0 {
			break
		}
	}
	if s.to > 0 && !beginLines(w.src, s.from, s.to) {
		s, w.to = stretch{to: w.read}, 0
	}
	w.read = s.from
	return s, s.to > 0
}

// step goes one block on, to where it begins.
func (w *indexedBack) step() (from int64, wanted bool) {
	if !w.begun {
		w.begun = true
		if end := w.last.End(); end < w.to {
			return end, true // what is behind the index
		}
	}
	for {
		b, ok := w.walk.Prev()
		switch {
		case !ok:
			return 0, true
		case b.Offset >= w.to:
			continue
		case w.before(&b, !w.last.Unordered):
			return 0, false // and so are those before it
		}
		return b.Offset, w.of(&b) != wantsNone
	}
}
