package query

import (
	"bytes"
	"errors"
	"io"
)

// chunk is how much is read at once.
const chunk = 256 << 10

// forward cuts a file into lines, from a given offset on. Its memory is one
// chunk and the longest line.
type forward struct {
	src    io.ReaderAt
	end    int64 // reading stops here
	buf    []byte
	r, w   int   // buf[r:w] is read and not yet handed out
	base   int64 // the offset of buf[0]
	number int64 // lines handed out
	long   []byte
}

// newForward reads src from offset to end.
func newForward(src io.ReaderAt, offset, end int64) *forward {
	return &forward{src: src, end: end, buf: make([]byte, min(chunk, max(0, end-offset))+pad), base: offset}
}

// offset is where the next line begins.
func (f *forward) offset() int64 { return f.base + int64(f.r) }

// next returns the next line, io.EOF after the last. A line without a line end
// at the end of the file is handed out as not ended.
func (f *forward) next() (stored, error) {
	if i := bytes.IndexByte(f.buf[f.r:f.w], '\n'); i >= 0 {
		return f.take(i), nil
	}
	if err := f.fill(); err != nil {
		return stored{}, err
	}
	i := bytes.IndexByte(f.buf[f.r:f.w], '\n')
	switch {
	case i >= 0:
		return f.take(i), nil
	case f.base+int64(f.w) < f.end:
		return f.takeLong()
	case f.r == f.w:
		return stored{}, io.EOF
	}
	s := stored{bytes: f.buf[f.r:f.w], offset: f.offset(), number: f.count()}
	f.r = f.w
	return s, nil
}

// take hands out the line that ends i bytes from here.
func (f *forward) take(i int) stored {
	s := stored{bytes: f.buf[f.r : f.r+i], offset: f.offset(), number: f.count(), ended: true}
	f.r += i + 1
	return s
}

// count numbers a line.
func (f *forward) count() int64 {
	f.number++
	return f.number
}

// fill moves what is left to the front of the buffer and reads behind it.
func (f *forward) fill() error {
	copy(f.buf, f.buf[f.r:f.w])
	f.base, f.w, f.r = f.offset(), f.w-f.r, 0
	want := min(int64(len(f.buf)-pad), f.end-f.base)
	defer func() { clear(f.buf[f.w : f.w+pad]) }()
	for int64(f.w) < want {
		n, err := f.src.ReadAt(f.buf[f.w:want], f.base+int64(f.w))
		f.w += n
		if err != nil {
			return f.shortened(err)
		}
	}
	return nil
}

// shortened takes the end of the file, come earlier than announced, as the end:
// a writer may cut back a half-written line.
func (f *forward) shortened(err error) error {
	if errors.Is(err, io.EOF) {
		f.end = min(f.end, f.base+int64(f.w))
		return nil
	}
	return ReadError(f.src, f.base+int64(f.w), err)
}

// takeLong hands out a line longer than the buffer. It is measured first, so
// that one allocation of the right size holds it, and none a line beyond
// MaxLine.
func (f *forward) takeLong() (stored, error) {
	start := f.offset()
	end, ended, err := lineEnd(f.src, f.base+int64(f.w), f.end)
	if err != nil {
		return stored{}, err
	}
	s := stored{offset: start, number: f.count(), ended: ended}
	if end-start <= MaxLine {
		if s.bytes, err = f.readLong(start, end); err != nil {
			return stored{}, err
		}
	}
	f.base, f.r, f.w = end, 0, 0
	if ended {
		f.base++
	}
	return s, nil
}

// readLong reads a long line into a buffer kept for the next one.
func (f *forward) readLong(start, end int64) ([]byte, error) {
	if int64(cap(f.long)) < end-start+pad {
		f.long = make([]byte, end-start+pad)
	}
	b := f.long[:end-start]
	clear(f.long[len(b) : len(b)+pad])
	if n, err := f.src.ReadAt(b, start); n < len(b) {
		return nil, ReadError(f.src, start, err)
	}
	return b, nil
}

// lineEnd finds the end of the line that goes on at offset.
func lineEnd(src io.ReaderAt, offset, end int64) (at int64, ended bool, err error) {
	buf := make([]byte, chunk)
	for offset < end {
		n, err := src.ReadAt(buf[:min(chunk, end-offset)], offset)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return offset + int64(i), true, nil
		}
		offset += int64(n)
		if errors.Is(err, io.EOF) {
			return offset, false, nil
		}
		if err != nil {
			return 0, false, ReadError(src, offset, err)
		}
	}
	return offset, false, nil
}
