package query

import (
	"bytes"
	"errors"
	"io"
)

// firstChunk is how much is read first from the end: enough for the last ten
// events of most logs.
const firstChunk = 16 << 10

// backward cuts a file into lines from its end. Its memory is one chunk and the
// longest line.
type backward struct {
	src  io.ReaderAt
	pos  int64 // what lies before is not yet handed out
	buf  []byte
	base int64 // the offset of buf[0]; buf reaches to pos at least
	size int64 // how much to read next
	last bool  // the next line is the last of the file
	long []byte
}

// newBackward reads src from end to its start.
func newBackward(src io.ReaderAt, end int64) *backward {
	return &backward{src: src, pos: end, base: end, size: firstChunk, last: true}
}

// prev returns the line before those returned so far, io.EOF before the first.
func (b *backward) prev() (stored, error) {
	s := stored{ended: true}
	if b.last {
		b.last = false
		ended, err := b.endsLine()
		if err != nil {
			return stored{}, err
		}
		if s.ended = ended; !ended {
			return b.lineBefore(s)
		}
	}
	if b.pos == 0 {
		return stored{}, io.EOF
	}
	b.pos-- // the line end
	return b.lineBefore(s)
}

// endsLine reports whether the file ends with a line end. An empty file does.
func (b *backward) endsLine() (bool, error) {
	if b.pos == 0 {
		return true, nil
	}
	if err := b.load(); err != nil {
		return false, err
	}
	return b.buf[b.pos-b.base-1] == '\n', nil
}

// lineBefore hands out the line that ends at pos.
func (b *backward) lineBefore(s stored) (stored, error) {
	for {
		window := b.buf[:b.pos-b.base]
		if i := bytes.LastIndexByte(window, '\n'); i >= 0 || b.base == 0 {
			s.bytes, s.offset = window[i+1:], b.base+int64(i+1)
			b.pos = s.offset
			return s, nil
		}
		if len(window) >= chunk {
			return b.longLine(s)
		}
		if err := b.load(); err != nil {
			return stored{}, err
		}
	}
}

// load reads the bytes that end at pos, more each time until a chunk.
func (b *backward) load() error {
	base := max(0, b.pos-b.size)
	b.size = min(2*b.size, chunk)
	n := int(b.pos - base)
	if cap(b.buf) < n+pad {
		b.buf = make([]byte, n+pad)
	}
	clear(b.buf[n : n+pad])
	b.buf, b.base = b.buf[:n], base
	if got, err := b.src.ReadAt(b.buf, base); got < n {
		return ReadError(b.src, base, err)
	}
	return nil
}

// longLine hands out a line longer than a chunk, which is measured before it is
// read.
func (b *backward) longLine(s stored) (stored, error) {
	start, err := lineStart(b.src, b.base)
	if err != nil {
		return stored{}, err
	}
	s.offset = start
	if n := b.pos - start; n <= MaxLine {
		if int64(cap(b.long)) < n+pad {
			b.long = make([]byte, n+pad)
		}
		clear(b.long[n : n+pad])
		s.bytes = b.long[:n]
		if _, err := b.src.ReadAt(s.bytes, start); err != nil && !errors.Is(err, io.EOF) {
			return stored{}, ReadError(b.src, start, err)
		}
	}
	b.pos, b.base, b.buf = start, max(0, start-1), b.buf[:0] // the next line is not yet read
	return s, nil
}

// lineStart finds the start of the line that reaches back beyond offset.
func lineStart(src io.ReaderAt, offset int64) (int64, error) {
	buf := make([]byte, chunk)
	for offset > 0 {
		part := buf[:min(chunk, offset)]
		if _, err := src.ReadAt(part, offset-int64(len(part))); err != nil && !errors.Is(err, io.EOF) {
			return 0, ReadError(src, offset-int64(len(part)), err)
		}
		offset -= int64(len(part))
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return offset + int64(i) + 1, nil
		}
	}
	return 0, nil
}
