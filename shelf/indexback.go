package shelf

import "bytes"

// backChunk is how much of an index is read at once from its end, in bytes.
const backChunk = 16 << 10

// IndexBack reads an index from its end. Lines are short, so that what the newest
// blocks answer takes a few kilobytes of an index of any length. It is not for
// concurrent use.
type IndexBack struct {
	x     *Index
	base  int64  // where buf begins in the index
	buf   []byte // is read and not yet handed out
	start int64  // where the block handed out last begins; -1 before the first
	done  bool
}

// Back begins behind the last block.
func (x *Index) Back() *IndexBack { return &IndexBack{x: x, base: x.size, start: -1} }

// Prev returns the block before the one that it returned last, the last one first.
// It returns false in front of the first block, and where a line is none or its
// block does not end where the next one begins: of the log before that place nothing
// is known.
func (w *IndexBack) Prev() (b IndexBlock, ok bool) {
	if w.done {
		return b, false
	}
	line := w.line()
	if w.start < 0 && len(line) > 0 && !bytes.HasSuffix(line, newline) {
		line = w.line() // that one was being written
	}
	if bytes.HasSuffix(line, newline) {
		b, ok = w.x.parser.parse(line[:len(line)-1])
	}
	if !ok || w.start >= 0 && b.End() != w.start {
		w.done = true
		return IndexBlock{}, false
	}
	w.start, w.done = b.Offset, b.Offset == 0
	return b, true
}

// line takes the line before those taken so far, with the line end that it may
// have; nil when there is none.
func (w *IndexBack) line() []byte {
	for len(w.buf) <= indexLineLimit {
		if n := len(w.buf); n > 0 {
			i := bytes.LastIndexByte(w.buf[:n-1], '\n')
			if i >= 0 || w.base == 0 {
				line := w.buf[i+1:]
				w.buf = w.buf[:i+1]
				return line
			}
		}
		if w.base == 0 || !w.load() {
			break
		}
	}
	return nil
}

// load reads what is in front of buf.
func (w *IndexBack) load() bool {
	n := min(max(backChunk, int64(len(w.buf))), w.base)
	buf := make([]byte, int(n)+len(w.buf))
	if got, _ := w.x.src.ReadAt(buf[:n], w.base-n); int64(got) < n {
		return false
	}
	copy(buf[n:], w.buf)
	w.buf, w.base = buf, w.base-n
	return true
}
