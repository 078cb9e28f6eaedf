package runshelf

import (
	"sort"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// bulkBytes is from how much on, in bytes, a batch goes to the file by a write of its
// own, and digest and index follow beside the program. A smaller one goes the way of
// single events.
const bulkBytes = 32 << 10

// batchMemories is how many times the memory of a batch that goes its own way can
// be waiting for the digest.
const batchMemories = 6

// Flush hands over what was gathered. Without an event it does nothing.
func (b *Batch) Flush() {
	if len(b.ends) == 0 {
		return
	}
	end, away := b.place()
	b.logger.journal.wait(end)
	if away {
		b.lines = <-b.back
	}
	b.lines, b.ends, b.series = b.lines[:0], b.ends[:0], b.series[:0]
	if cap(b.lines) > 4*batchBytes {
		b.lines, b.spare = nil, nil
	}
}

// place does what must be done one batch after the other. It returns where the
// log ends with it, and whether the memory of the lines is still in use.
func (b *Batch) place() (end int64, away bool) {
	l := b.logger
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		l.late = true
		return 0, false
	}
	t := b.at
	if !b.dated {
		t = l.clock.order(t)
	}
	first := l.sequence + 1
	b.complete(t, first)
	l.sequence += uint64(len(b.ends))
	b.next = l.sequence + 1
	if away = b.placeMany(t, first); !away {
		for start := 0; start < len(b.ends); {
			start = b.placeBlock(t, first, start)
		}
	}
	l.showNow()
	return l.journal.size(), away
}

// placeMany hands over all events in one piece, when they are many. It reports
// false when they are not, or when that could not be done.
func (b *Batch) placeMany(t instant, first uint64) bool {
	if len(b.lines) < bulkBytes || b.bulk == nil || b.logger.gap.open() {
		return false
	}
	if b.bulk.appendMany(b.lines) != nil {
		return false
	}
	late := b.bulk.late()
	for start := 0; start < len(b.ends); {
		end := b.blockEnd(start)
		b.note(t, first, start, end)
		if late {
			b.logger.tally.block.sum(b.lines[b.startOf(start):b.ends[end-1]])
		}
		start = end
	}
	if b.back == nil {
		b.back = make(chan []byte, batchMemories)
		for range batchMemories - 1 {
			b.back <- nil
		}
	}
	b.bulk.count(b.lines, b.back)
	return true
}

// blockEnd returns which is the first event behind those that the present block of
// the index takes, from the start-th on.
func (b *Batch) blockEnd(start int) int {
	t := &b.logger.tally
	t.cutFull()
	from := b.startOf(start)
	room := shelf.IndexBlockBytes - int(t.block.length)
	for end := start; ; {
		if end++; end == len(b.ends) || b.ends[end-1]-from >= room {
			return end
		}
	}
}

// placeBlock hands over the events from the start-th on, as many as the present
// block of the index takes, and returns which is the next one.
func (b *Batch) placeBlock(t instant, first uint64, start int) int {
	l := b.logger
	from, end := b.startOf(start), b.blockEnd(start)
	if !l.gap.open() && l.journal.append(b.lines[from:b.ends[end-1]], nil) == nil {
		b.note(t, first, start, end)
		return end
	}
	for i := start; i < end; i++ {
		// One by one, so that what there is room for is kept.
		s := &b.series[b.seriesOf(i)]
		l.write(&entry{kind: s.kind, level: s.level, aside: b.aside}, b.timeOf(s, t), first+uint64(i), b.lines[b.startOf(i):b.ends[i]])
	}
	return end
}

// seriesOf is which series the i-th event belongs to.
func (b *Batch) seriesOf(i int) int {
	return sort.Search(len(b.series), func(k int) bool { return i < b.series[k].end })
}

// note counts the events from the start-th to before the end-th, which are written,
// and has them shown to people.
func (b *Batch) note(t instant, first uint64, start, end int) {
	for k := b.seriesOf(start); start < end; k++ {
		s := &b.series[k]
		next := min(s.end, end)
		length := b.ends[next-1] - b.startOf(start)
		t := b.timeOf(s, t)
		known := b.logger.tally.add(s.kind, t, first+uint64(start), uint64(next-start), length)
		if b.logger.forPeople(known, s.level) {
			for i := start; i < next; i++ {
				b.logger.show(s.level, t, b.lines[b.startOf(i):b.ends[i]], b.aside)
			}
		}
		start = next
	}
}

// startOf is where the i-th line begins.
func (b *Batch) startOf(i int) int {
	if i == 0 {
		return 0
	}
	return b.ends[i-1]
}

// complete puts the heads right: the time, and the sequences when other events have
// come between.
func (b *Batch) complete(t instant, first uint64) {
	if first != b.next {
		b.renumber(t, first)
		return
	}
	if t == b.at {
		return
	}
	head := b.stamp.HeadAt(int64(t), first)
	for i := range b.ends {
		event.Retime(b.lines[b.startOf(i):], head)
	}
}

// renumber writes the lines anew with other heads.
func (b *Batch) renumber(t instant, first uint64) {
	lines, start := b.spare[:0], 0
	for i, end := range b.ends {
		body := start + event.HeadLen(b.next+uint64(i))
		at := len(lines)
		lines = append(lines, b.stamp.HeadAt(int64(t), first+uint64(i))...)
		if b.dated {
			event.Retime(lines[at:], b.lines[start:])
		}
		lines = append(lines, b.lines[body:end]...)
		start, b.ends[i] = end, len(lines)
	}
	b.lines, b.spare = lines, b.lines
}
