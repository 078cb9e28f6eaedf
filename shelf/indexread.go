package shelf

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"path/filepath"
	"strings"

	"example.org/runshelf/internal/vfs"
)

// errNoIndex is an index that cannot be used, for whatever reason.
var errNoIndex = errors.New("no index of this log")

// Index is an open index: that of a run, or one that somebody has made of the same
// form and keeps elsewhere. It is not for concurrent use.
type Index struct {
	src    io.ReaderAt
	size   int64
	parser *indexParser
	last   IndexBlock
}

// NewIndex takes size bytes of src as an index that is bound to owner. It fails when
// there is not one line that holds, or the first one is not the first block. Closing
// the index closes src, when that can be closed.
func NewIndex(src io.ReaderAt, size int64, owner string) (*Index, error) {
	x := &Index{src: src, size: size, parser: newIndexParser(owner)}
	first, ok := x.lineAt(0)
	if !ok || first.Offset != 0 {
		return nil, errNoIndex
	}
	if x.last, ok = x.lastLine(); !ok {
		return nil, errNoIndex
	}
	return x, nil
}

// Last is the last block.
func (x *Index) Last() IndexBlock { return x.last }

// Close lets the file go.
func (x *Index) Close() error {
	if c, ok := x.src.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// openIndex opens the index of a run as it stands.
func openIndex(fsys vfs.FS, dir, uuid string) (*Index, error) {
	if uuid == "" {
		return nil, errNoIndex
	}
	f, err := vfs.OpenRegular(fsys, filepath.Join(dir, IndexFile))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var x *Index
		if x, err = NewIndex(f, info.Size(), uuid); err == nil {
			return x, nil
		}
	}
	return nil, errors.Join(err, f.Close())
}

// Index opens the index of the log when it may be believed without reading the
// log; else the log must be read. The caller closes it.
//
// Believed is an index of which all of this holds:
//
//   - the lines asked for are whole and bound to the uuid of the run;
//   - it was written to after the log was, as its time of modification tells, or
//     the writer of both is alive. Whoever has changed the log since has made it
//     younger than the index;
//   - it does not go beyond the log, and its first and its last block have the
//     checksums of what stands there;
//   - where the manifest seals the log at the end of the index, the last chain is
//     the sealed digest, and the last sequence the sealed one.
//
// A change that leaves no trace in the times of the files, as a failing disk makes
// it, is not found by this but by [Run.Verify].
func (r *Run) Index(e *Events) (*Index, error) {
	return r.index(e, func(x *Index) bool { return r.Status == StatusRunning || younger(x, e) })
}

// IndexForSeeking is Index without asking when the log and the index were written
// to. So it also opens the index of a run that was killed, and of one that was
// copied without its times; but what it tells of a block is only a hint, until the
// block was read and [IndexBlock.Holds] of it is true. The caller closes it.
func (r *Run) IndexForSeeking(e *Events) (*Index, error) {
	return r.index(e, func(*Index) bool { return true })
}

func (r *Run) index(e *Events, believed func(*Index) bool) (*Index, error) {
	x, err := openIndex(e.fs, r.Dir, e.uuid)
	if err != nil {
		return nil, errNoIndex
	}
	if believed(x) && r.agrees(x, e) {
		return x, nil
	}
	return nil, errors.Join(errNoIndex, x.Close())
}

// agrees reports whether an index agrees with the seal of the log, and with the log
// at its ends.
func (r *Run) agrees(x *Index, e *Events) bool {
	if s := sealOf(&r.Manifest); s != nil && r.Status != StatusRunning && x.last.End() == s.Bytes {
		if x.last.Last != s.LastSequence || s.hasDigest() && x.last.Chain != "" && !strings.EqualFold(x.last.Chain, s.SHA256) {
			return false
		}
	}
	return x.Fits(e, e.size)
}

// Fits reports whether the index does not go beyond size bytes of a log, and its
// first and its last block have the checksums of what stands there.
func (x *Index) Fits(log io.ReaderAt, size int64) bool {
	first, ok := x.lineAt(0)
	return ok && x.last.End() <= size && first.Holds(log) && x.last.Holds(log)
}

// younger reports whether the index was written to later than the log. Equal times
// are no proof: the clock of a file system may take steps of milliseconds.
func younger(x *Index, e *Events) bool {
	index, ok := x.src.(vfs.File)
	if !ok {
		return false
	}
	i, err := index.Stat()
	if err != nil {
		return false
	}
	l, err := e.f.Stat()
	return err == nil && i.ModTime().After(l.ModTime())
}

// Holds reports whether the log has the bytes of a block in its place. Damage may
// claim any length, so that not more than the log has is read, piece by piece.
func (b *IndexBlock) Holds(log io.ReaderAt) bool {
	var sum uint32
	chunk := make([]byte, min(b.Length, 256<<10))
	for at := b.Offset; at < b.End(); {
		part := chunk[:min(int64(len(chunk)), b.End()-at)]
		if n, _ := log.ReadAt(part, at); n < len(part) {
			return false
		}
		sum = crc32.Update(sum, castagnoli, part)
		at += int64(len(part))
	}
	return sum == b.CRC
}

// Each calls fn for the blocks in their order, until fn returns false or the index
// ends. It returns how far the blocks follow each other without a gap: of what is
// behind that nothing is known.
func (x *Index) Each(fn func(*IndexBlock) bool) (end int64) { return x.walk(0, 0).each(fn) }

// From is Each from a block on: from the last one for which before is true, or the
// first of all. Before must be true of the blocks up to some place and of none
// behind it.
func (x *Index) From(before func(*IndexBlock) bool, fn func(*IndexBlock) bool) (end int64) {
	lo, hi := int64(0), x.size // a line at lo may be the one; none at hi or behind it is
	for hi-lo > indexBuffer {
		mid := x.lineStart(lo + (hi-lo)/2)
		b, ok := x.lineAt(mid)
		if mid >= hi || !ok {
			hi = lo + (hi-lo)/2
			continue
		}
		if before(&b) {
			lo = mid
		} else {
			hi = lo + (hi-lo)/2
		}
	}
	first, ok := x.lineAt(lo)
	if !ok {
		return 0
	}
	return x.walk(lo, first.Offset).each(fn)
}

// indexWalk reads the lines of an index one after the other.
type indexWalk struct {
	lines  *lineReader
	parser *indexParser
	end    int64 // of the last block
}

// walk begins with the line at a place, whose block begins at offset.
func (x *Index) walk(at, offset int64) *indexWalk {
	return &indexWalk{lines: x.linesFrom(at, 256<<10), parser: x.parser, end: offset}
}

// linesFrom reads lines, through a buffer of a size.
func (x *Index) linesFrom(at, buffer int64) *lineReader {
	lines := newLineReader(io.NewSectionReader(x.src, at, x.size-at), min(buffer, x.size-at))
	lines.limit = indexLineLimit
	return lines
}

// next returns the next block; false where they no longer follow each other.
func (w *indexWalk) next() (IndexBlock, bool) {
	line, err := w.lines.next()
	if err != nil || !line.ended {
		return IndexBlock{}, false
	}
	b, ok := w.parser.parse(line.bytes)
	if !ok || b.Offset != w.end {
		return IndexBlock{}, false
	}
	w.end = b.End()
	return b, true
}

func (w *indexWalk) each(fn func(*IndexBlock) bool) int64 {
	for {
		b, ok := w.next()
		if !ok || !fn(&b) {
			return w.end
		}
	}
}

// lineStart is where the first line behind at begins; the end when there is none.
func (x *Index) lineStart(at int64) int64 {
	chunk := make([]byte, 4<<10)
	for at < x.size {
		n, _ := x.src.ReadAt(chunk[:min(int64(len(chunk)), x.size-at)], at)
		if i := bytes.IndexByte(chunk[:n], '\n'); i >= 0 {
			return at + int64(i) + 1
		}
		if n == 0 {
			break
		}
		at += int64(n)
	}
	return x.size
}

// lineAt reads the line that begins at a place.
func (x *Index) lineAt(at int64) (IndexBlock, bool) {
	line, err := x.linesFrom(at, 4<<10).next()
	if err != nil || !line.ended {
		return IndexBlock{}, false
	}
	return x.parser.parse(line.bytes)
}

// lastLine reads the last line. What follows it without an end was being written.
func (x *Index) lastLine() (IndexBlock, bool) {
	limit := min(x.size, 2*indexLineLimit)
	lines, err := LastLines(io.NewSectionReader(x.src, x.size-limit, limit), limit, 1)
	if err != nil || len(lines) == 0 {
		return IndexBlock{}, false
	}
	return x.parser.parse(bytes.TrimSuffix(lines[0], newline))
}
