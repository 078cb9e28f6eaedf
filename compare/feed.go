package compare

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"sync"

	"example.org/runshelf/query"
)

const (
	// chunkSize is how much is read at once.
	chunkSize = 512 << 10
	// batchesAhead is how many batches of lines may wait for the reader of a feed.
	batchesAhead = 3
	// maxLine is the length from which on a line is damage and no event.
	maxLine = 256 << 20
)

// line is one line that is not blank.
type line struct {
	start, end int32 // in the buffer of its batch
	spans      [2]int32
	places     [2]int32 // what is set aside when texts are, where found says so
	found      bool
	names      [2]int32 // the names among them; from -1 on where not all are known
	number     int32    // of its place among all lines of the batch, from 0
	kind       lineKind
	open       bool // the last line of the log, without a line end
	typ, lane  string
	digest     uint64
}

// lineKind says what is known of a line.
type lineKind uint8

const (
	lineUnknown lineKind = iota // not looked at
	lineEvent
	lineBroken
)

// batch is a part of a log: some whole lines.
type batch struct {
	buf   []byte
	base  int64 // offset of buf[0] in the log
	lines []line
	spans []span
	aside []span // the places of the lines
	count int32  // of line ends
	last  bool   // nothing follows
	err   error  // nothing follows because of it

	ready chan struct{} // closed when the lines have been looked at
}

func (b *batch) text(l *line) []byte { return b.buf[l.start:l.end] }

func (b *batch) places(l *line) []span { return b.aside[l.places[0]:l.places[1]] }

// namesOf are the names of a line whose places have been found, if they are all known.
func (b *batch) namesOf(l *line) (names []span, all bool) {
	if l.names[0] < 0 {
		return nil, false
	}
	return b.aside[l.names[0]:l.names[1]], true
}

func (b *batch) volatile(l *line) []span { return b.spans[l.spans[0]:l.spans[1]] }

// feed hands out a log in batches, in order. Reading and looking at the lines are
// done ahead, by goroutines of its own.
type feed struct {
	src    io.ReaderAt
	offset int64
	end    int64
	look   func() func(*batch) // makes a function that fills in the lines; nil: none

	out   chan *batch
	work  chan *batch
	spare chan *batch
	quit  chan struct{}
	done  sync.WaitGroup
}

// newFeed reads src from offset to end. Each of the workers makes its own look.
func newFeed(src io.ReaderAt, offset, end int64, workers int, look func() func(*batch)) *feed {
	f := &feed{
		src: src, offset: offset, end: end, look: look,
		out:   make(chan *batch, batchesAhead),
		work:  make(chan *batch, batchesAhead),
		spare: make(chan *batch, batchesAhead+2),
		quit:  make(chan struct{}),
	}
	f.done.Add(1)
	go f.read()
	for range workers {
		f.done.Add(1)
		go f.run()
	}
	return f
}

// close ends the goroutines and waits for them.
func (f *feed) close() {
	close(f.quit)
	f.done.Wait()
}

// next returns the next batch; the one with last or err set is the last. The
// batch before it must have been given back.
func (f *feed) next() *batch {
	b := <-f.out
	<-b.ready
	return b
}

// release takes back a batch for reuse. A buffer grown by a giant line is let go.
func (f *feed) release(b *batch) {
	if cap(b.buf) > 4*chunkSize {
		b.buf = nil
	}
	select {
	case f.spare <- b:
	default:
	}
}

// run looks at batches until there are no more.
func (f *feed) run() {
	defer f.done.Done()
	look := f.look()
	for {
		select {
		case <-f.quit:
			return
		case b, ok := <-f.work:
			if !ok {
				return
			}
			b.cut()
			look(b)
			close(b.ready)
		}
	}
}

// read cuts the log into batches.
func (f *feed) read() {
	defer f.done.Done()
	defer close(f.work)
	var rest []byte
	for {
		b := f.fresh()
		rest = f.fill(b, rest)
		// last and err belong to whoever gets the batch as soon as it is sent.
		end := b.last
		for _, to := range []chan *batch{f.out, f.work} {
			select {
			case to <- b:
			case <-f.quit:
				return
			}
		}
		if end {
			return
		}
	}
}

// fresh returns an empty batch.
func (f *feed) fresh() *batch {
	var b *batch
	select {
	case b = <-f.spare:
		*b = batch{buf: b.buf[:0], lines: b.lines[:0], spans: b.spans[:0], aside: b.aside[:0]}
	default:
		b = &batch{}
	}
	b.ready = make(chan struct{})
	return b
}

// fill reads a chunk behind what was left over, and more until there is a whole
// line. It returns what is left over behind the last line end.
func (f *feed) fill(b *batch, rest []byte) []byte {
	b.base = f.offset - int64(len(rest))
	b.buf = append(b.buf, rest...)
	measured := 0 // so long the line is at least, with what is before it
	for seen := len(rest); ; seen = len(b.buf) {
		if b.err = f.readMore(b); b.err != nil || f.offset >= f.end {
			b.last = true
			return nil
		}
		if i := bytes.LastIndexByte(b.buf[seen:], '\n'); i >= 0 {
			cut := seen + i + 1
			rest = append(rest[:0:0], b.buf[cut:]...)
			b.buf = b.buf[:cut]
			return rest
		}
		if len(b.buf) < measured {
			continue
		}
		length, err := f.lineLength(b)
		if err == nil && length > maxLine {
			return f.skipLine(b)
		}
		b.buf = slices.Grow(b.buf, max(0, length-len(b.buf))+2*chunkSize)
		measured = length
	}
}

// lineLength measures a line longer than the buffer before it is read, so that one
// allocation holds it, and none a line beyond maxLine. What cannot be measured is
// left to reading.
func (f *feed) lineLength(b *batch) (int, error) {
	length, part := len(b.buf), make([]byte, min(chunkSize, f.end-f.offset))
	for at := f.offset; at < f.end && length <= maxLine; {
		n, err := f.src.ReadAt(part[:min(int64(len(part)), f.end-at)], at)
		if i := bytes.IndexByte(part[:n], '\n'); i >= 0 {
			return length + i, nil
		}
		at, length = at+int64(n), length+n
		if err != nil {
			return length, err
		}
	}
	return length, nil
}

// readMore appends a chunk to the buffer. The log may have become shorter.
func (f *feed) readMore(b *batch) error {
	n := int(min(chunkSize, f.end-f.offset))
	if n <= 0 {
		return nil
	}
	at := len(b.buf)
	b.buf = slices.Grow(b.buf, n+query.LinePad)[:at+n]
	got, err := f.src.ReadAt(b.buf[at:], f.offset)
	b.buf = b.buf[:at+got]
	f.offset += int64(got)
	if err != nil && !errors.Is(err, io.EOF) {
		return query.ReadError(f.src, f.offset, err)
	}
	if got < n {
		f.end = f.offset
	}
	return nil
}

// skipLine passes over a line that is too long to be an event. In its place
// stands one byte that is none either.
func (f *feed) skipLine(b *batch) (rest []byte) {
	b.buf = nil
	for rest == nil && !b.last {
		b.buf = b.buf[:0]
		b.err = f.readMore(b)
		b.last = b.err != nil || len(b.buf) == 0
		if i := bytes.IndexByte(b.buf, '\n'); i >= 0 {
			rest = append([]byte{}, b.buf[i+1:]...)
		}
	}
	b.base, b.buf = f.offset-int64(len(rest))-2, []byte("?\n")
	return rest
}

// cut finds the lines of the buffer and takes away what surrounds an event: a
// byte order mark, the \r of \r\n, blanks, and the NUL bytes that a power cut
// leaves in front of the next line.
func (b *batch) cut() {
	for at := 0; at < len(b.buf); {
		end, next, ended := len(b.buf), len(b.buf), false
		if i := bytes.IndexByte(b.buf[at:], '\n'); i >= 0 {
			end, next, ended = at+i, at+i+1, true
		}
		b.addLine(at, end, ended)
		b.count++
		at = next
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func (b *batch) addLine(start, end int, ended bool) {
	stored := b.buf[start:end]
	text := stored
	if b.base+int64(start) == 0 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	if len(text) == 0 || text[0] != '{' {
		text = bytes.TrimLeft(text, "\x00 \t\r")
	}
	start = end - len(text)
	text = bytes.TrimRight(text, " \t\r")
	l := line{start: int32(start), end: int32(start + len(text)), number: b.count, open: !ended}
	if len(text) == 0 {
		if bytes.IndexByte(stored, 0) < 0 {
			return
		}
		l.kind = lineBroken
	}
	b.lines = append(b.lines, l)
}
