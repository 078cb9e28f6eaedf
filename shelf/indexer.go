package shelf

import (
	"errors"
	"hash"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
	"example.org/runshelf/internal/vfs"
)

// indexBuffer is how much of an index waits in memory, in bytes: the lines of some
// twenty blocks go to the disk together.
const indexBuffer = 8 << 10

// Indexer writes the index of a log beside the log. It is told by two sides: Cut
// tells what the lines of a block are, and may run ahead; Write brings their bytes
// once the file has them. The two may be called concurrently, each from one
// goroutine at a time.
//
// The index is an aid: when it cannot be written, it ends where it is, and nobody
// is told.
type Indexer struct {
	fs     vfs.FS
	path   string
	owner  string
	digest hash.Hash // of the log; nil when none is taken

	mu   sync.Mutex
	cuts []toldBlock   // told, and not yet written to the log
	told int64         // where the last of them ends
	late bool          // one was told too late: what it begins with is not known any more
	free [][]TypeCount // of blocks that are written down

	written int64     // of the log
	began   int64     // where the block begins
	chain   []byte    // the digest up to the end of a block
	sums    bulk.Sums // of the block
	file    vfs.File
	size    int64 // of the index
	lines   []byte
	dead    bool
}

// Index returns what writes the index of the run. Every byte that Write gets goes
// to the digest too, which may be nil.
func (l *Live) Index(digest hash.Hash) *Indexer {
	return newIndexer(l.fs, l.dir, l.UUID(), digest)
}

func newIndexer(fsys vfs.FS, dir, owner string, digest hash.Hash) *Indexer {
	return &Indexer{fs: fsys, path: filepath.Join(dir, IndexFile), owner: owner, digest: digest}
}

// toldBlock is a block that was told, maybe with its checksums.
type toldBlock struct {
	IndexBlock
	summed bool
}

// Cut tells the next block: of b the length, the sequences, the times, the types
// and the order. It must be told before the first byte behind the block is written.
func (x *Indexer) Cut(b IndexBlock) { x.cut(toldBlock{b, false}) }

// CutSummed is Cut for a block of which CRC and Body are told as well. Write then need
// not take them. Body is left out where no digest is taken, told or not.
func (x *Indexer) CutSummed(b IndexBlock) { x.cut(toldBlock{b, true}) }

func (x *Indexer) cut(b toldBlock) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.late {
		return
	}
	b.Offset = x.told
	x.told += b.Length
	x.cuts = append(x.cuts, b)
}

// Types returns no types, in memory that may be used for those of the next block.
func (x *Indexer) Types() []TypeCount {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := len(x.free)
	if n == 0 {
		return nil
	}
	types := x.free[n-1]
	x.free = x.free[:n-1]
	return types[:0]
}

// Begun is what is known of the beginning of a block: the checksums of its first bytes.
type Begun struct {
	bulk.Sums
	Length int64
}

// Write takes whole lines that the log has got behind those before.
func (x *Indexer) Write(lines []byte) { x.WriteBegun(lines, Begun{Length: -1}) }

// WriteBegun is Write where something is known of the block with whose beginning the lines
// end, if that is as much as the log has of it. Write then need not take these checksums,
// which are left out without a digest like those of CutSummed.
func (x *Indexer) WriteBegun(lines []byte, begun Begun) {
	for {
		end, summed := x.next()
		if end == x.written {
			x.finish()
			continue
		}
		part := lines
		if end > 0 && end-x.written < int64(len(lines)) {
			part = lines[:end-x.written]
		}
		x.take(part, summed || x.written+int64(len(lines))-x.began == begun.Length)
		if lines = lines[len(part):]; len(lines) == 0 {
			break
		}
	}
	if x.written-x.began == begun.Length {
		x.sums = begun.Sums
	}
}

// next is where the first block ends that was told, and whether its checksums were told
// as well; -1 when none was.
func (x *Indexer) next() (end int64, summed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.cuts) > 0 && x.cuts[0].End() < x.written {
		x.cuts, x.late = nil, true
	}
	if len(x.cuts) == 0 {
		return -1, false
	}
	return x.cuts[0].End(), x.cuts[0].summed
}

// take adds lines of one block to the digest and, unless that was done, to its sums.
func (x *Indexer) take(lines []byte, summed bool) {
	x.written += int64(len(lines))
	if x.digest != nil {
		x.digest.Write(lines)
	}
	if x.dead || summed {
		return
	}
	if x.digest != nil {
		x.sums = bulk.Add(processor.Best, x.sums, lines)
	} else {
		x.sums.All = crc32.Update(x.sums.All, castagnoli, lines)
	}
}

// finish writes down the first block that was told, whose bytes are all there.
func (x *Indexer) finish() {
	x.mu.Lock()
	b := x.cuts[0]
	x.cuts = slices.Delete(x.cuts, 0, 1)
	x.mu.Unlock()
	if !b.summed {
		b.CRC, b.Body = x.sums.All, x.sums.Body
	}
	b.HasBody = x.digest != nil
	x.sums, b.Chain = bulk.Sums{}, ""
	x.began = x.written
	if x.dead {
		return
	}
	if x.digest != nil {
		x.chain = x.digest.Sum(x.chain[:0])
	}
	b.SortTypes()
	x.lines = appendIndexLine(x.lines, &b.IndexBlock, x.owner, x.chain)
	x.mu.Lock()
	x.free = append(x.free, b.Types)
	x.mu.Unlock()
	if len(x.lines) >= indexBuffer {
		x.flush()
	}
}

// flush brings the lines that wait to the file, which the first of them makes. After
// a failure there is no next one.
func (x *Indexer) flush() {
	if x.dead || len(x.lines) == 0 {
		return
	}
	var err error
	if x.file == nil {
		x.file, err = x.fs.OpenFile(x.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	}
	if err == nil {
		_, err = x.file.WriteAt(x.lines, x.size)
	}
	x.size += int64(len(x.lines))
	x.lines, x.dead = x.lines[:0], err != nil
}

// Close writes down what is left. A block that was told and of which the log lacks
// bytes is left out.
func (x *Indexer) Close() {
	for end, _ := x.next(); end == x.written && end > 0; end, _ = x.next() {
		x.finish()
	}
	x.flush()
	if x.file == nil {
		x.dead = true
		return
	}
	if !x.dead && x.written >= youngFrom {
		x.makeYounger()
	}
	x.dead = true
	// What could not be written ends the index earlier.
	_ = x.file.Close()
}

// youngFrom is the length of a log, in bytes, below which readers hardly need its index.
const youngFrom = 256 << 10

// makeYounger sees to it that the index was written to after the log, or readers would not
// believe it. The clock of a file system takes steps of some milliseconds, and a log may
// be closed within one.
func (x *Indexer) makeYounger() {
	const step, most = time.Millisecond, 50
	log, err := x.fs.OpenFile(filepath.Join(filepath.Dir(x.path), EventsFile), os.O_RDONLY, 0)
	if err != nil {
		return
	}
	defer log.Close()
	for range most {
		of, err := log.Stat()
		own, ownErr := x.file.Stat()
		if err != nil || ownErr != nil || own.ModTime().After(of.ModTime()) {
			return
		}
		time.Sleep(step)
		if _, err := x.file.WriteAt(newline, x.size-1); err != nil { // it stands there
			return
		}
	}
}

// removeIndex removes an index that will no longer be true of its log.
func removeIndex(fsys vfs.FS, dir string) error {
	err := fsys.Remove(filepath.Join(dir, IndexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// blockTally gathers what Cut is to be told, one line after the other, where a log
// is read again.
type blockTally struct {
	x        *Indexer
	block    IndexBlock
	types    map[string]uint64
	latest   string // of all lines
	disorder bool
}

// add takes a line of the log, with its end.
func (t *blockTally) add(p parsedLine, at string, line []byte) {
	b := &t.block
	if b.Length == 0 {
		b.First, b.Earliest, b.Latest = p.last, at, at
		t.types = map[string]uint64{}
	}
	b.Last, b.Earliest, b.Latest = p.last, min(b.Earliest, at), max(b.Latest, at)
	t.disorder = t.disorder || at < t.latest
	t.latest = max(t.latest, at)
	b.Length += int64(len(line))
	t.types[string(p.kind)]++
	if b.Length >= IndexBlockBytes {
		t.cut()
	}
	t.x.Write(line)
}

// cut ends the block.
func (t *blockTally) cut() {
	if t.block.Length == 0 {
		return
	}
	t.block.Types = t.x.Types()
	for name, n := range t.types {
		t.block.Types = append(t.block.Types, TypeCount{string(event.AppendString(nil, name)), n})
	}
	t.block.Unordered = t.disorder
	t.x.Cut(t.block)
	t.block = IndexBlock{}
}
