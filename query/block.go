package query

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"example.org/runshelf/query/internal/vector"
)

// blockSize is how much of a file one worker reads at once. It is small enough
// for the cache of a core and large enough that a read costs little.
const blockSize = 256 << 10

// countedSize is the same where all events are only counted. One buffer for each worker is all
// that takes, and a quarter of the blocks are a quarter of the counts to be put together.
const countedSize = 4 * blockSize

// placesEach is how many blocks are at work, or wait for their turn to be delivered, for
// each worker. With fewer, workers wait for who delivers.
const placesEach = 4

// maxWorkers bounds the workers of one question, and so its memory.
const maxWorkers = 8

// overread is how much is read beyond a block, to have the end of the line that
// reaches out of it.
const overread = 4 << 10

// lead is how much is read in front of a block. One byte would tell whether a
// line begins there; but the system copies several times faster when memory and
// file are aligned alike.
const lead = 64

// behind is how many zeros stand behind the text of a block: so many bytes are looked at
// at once.
const behind = max(pad, vector.Behind)

// block is a part of a file cut at line ends: the lines that begin in one
// stretch of blockSize bytes. Behind the text the buffer has as many zeros as behind says.
type block struct {
	buf    []byte
	offset int64  // of buf[0] in the file
	start  int    // where the first line begins in buf
	end    int    // where the text ends in buf
	long   int64  // the offset of a line longer than MaxLine at the end, or -1
	ended  bool   // the last line has a line end
	known  *known // instead of lines: what the index tells of them
}

// text is what of the buffer is lines.
func (b *block) text() []byte { return b.buf[b.start:b.end] }

// blocks cuts the first size bytes of a file.
type blocks struct {
	src     io.ReaderAt
	size    int64
	parts   []stretch // come first, and
	base    int64     // from here on the file is cut into blocks
	skip    []bool    // of these blocks, those that need not be read
	each    int64     // bytes of a block
	workers int
	most    int64   // bytes of a line that is read; 0 is MaxLine
	keep    *keeper // of an index, when none is there and all is read; else nil
}

func newBlocks(src io.ReaderAt, size int64) *blocks {
	return &blocks{src: src, size: size, each: blockSize, workers: min(maxWorkers, runtime.GOMAXPROCS(0))}
}

// count is how many blocks there are.
func (f *blocks) count() int64 { return int64(len(f.parts)) + (f.size-f.base+f.each-1)/f.each }

// read fills b with the lines that begin in the k-th block.
func (f *blocks) read(k int64, b *block) error {
	b.known = nil
	if k < int64(len(f.parts)) {
		return f.readPart(&f.parts[k], b)
	}
	k -= int64(len(f.parts))
	if k < int64(len(f.skip)) && f.skip[k] {
		b.offset, b.start, b.end, b.long, b.ended = f.base+k*f.each, 0, 0, -1, true
		return nil
	}
	first, last := f.base+k*f.each, min(f.base+(k+1)*f.each, f.size) // lines begin in [first, last)
	b.offset, b.start, b.end, b.long, b.ended = max(f.base, first-lead), 0, 0, -1, true
	if err := f.fill(b, int(min(last+overread, f.size)-b.offset)); err != nil {
		return err
	}
	if k > 0 {
		before := min(b.end, int(first-1-b.offset))
		i := bytes.IndexByte(b.buf[before:min(b.end, int(last-1-b.offset))], '\n')
		if i < 0 {
			b.end = 0 // no line begins here
			return nil
		}
		b.start = before + i + 1
	}
	return f.cut(b, int(last-b.offset))
}

// readPart fills b with whole lines, or with what is known of them.
func (f *blocks) readPart(p *stretch, b *block) error {
	b.offset, b.start, b.end, b.long, b.ended, b.known = p.from, 0, 0, -1, true, p.known
	n := int(p.to - p.from)
	err := f.fill(b, n)
	if err == nil && b.end < n {
		err = ReadError(f.src, p.from, io.ErrUnexpectedEOF)
	}
	return err
}

// fill reads the file into b until n bytes are there, or the file ends.
func (f *blocks) fill(b *block, n int) error {
	if cap(b.buf) < n+behind {
		grown := make([]byte, n+behind)
		copy(grown, b.buf[:b.end])
		b.buf = grown
	}
	b.buf = b.buf[:cap(b.buf)]
	got, err := f.src.ReadAt(b.buf[b.end:n], b.offset+int64(b.end))
	b.end += got
	if err != nil && !errors.Is(err, io.EOF) && b.end < n {
		return ReadError(f.src, b.offset+int64(b.end), err)
	}
	clear(b.buf[b.end : b.end+behind])
	return nil
}

// cut ends the text with the line that holds the byte before limit.
func (f *blocks) cut(b *block, limit int) error {
	if b.end < limit { // the file has become shorter
		b.ended = b.end == b.start || b.buf[b.end-1] == '\n'
		return nil
	}
	if i := bytes.IndexByte(b.buf[limit-1:b.end], '\n'); i >= 0 {
		b.end = limit + i
		clearBehind(b)
		return nil
	}
	return f.cutLong(b)
}

// clearBehind ends the text where it ends: what was read beyond it would not stop
// anything.
func clearBehind(b *block) { clear(b.buf[b.end : b.end+behind]) }

// cutLong reads on until the last line ends. It is measured first, so that
// memory of the right size holds it, and none a line beyond the longest that is read.
func (f *blocks) cutLong(b *block) error {
	end, ended, err := lineEnd(f.src, b.offset+int64(b.end), f.size)
	if err != nil {
		return err
	}
	line := bytes.LastIndexByte(b.text(), '\n') + 1 + b.start
	b.ended = ended
	if start := b.offset + int64(line); end-start > cmp.Or(f.most, MaxLine) {
		b.long, b.end = start, line
		clearBehind(b)
		return nil
	}
	if ended {
		end++
	}
	return f.fill(b, int(end-b.offset))
}

// shrink lets go of the memory of a long line.
func (b *block) shrink(each int64) {
	if int64(cap(b.buf)) > 4*each+overread+behind {
		b.buf = nil
	}
}

// place is where one block is worked on.
type place[T any] struct {
	block  block
	result T
	err    error
	done   chan struct{}
}

// inOrder has each block of a file worked on, by as many workers as there are
// cores, and delivers the results in the order of the file. newWork is called
// once for each worker; what it returns belongs to that worker. A result may
// refer to its block until deliver returns, and is handed to the work again to
// be used anew. Blocks are not read much further than they are delivered.
func inOrder[T any](f *blocks, newWork func() func(*block, T) T, deliver func(*block, T) error) error {
	count := f.count()
	if f.workers <= 1 || count <= 1 {
		return oneByOne(f, newWork(), deliver)
	}
	places := make([]place[T], min(count, int64(placesEach*f.workers)))
	for i := range places {
		places[i].done = make(chan struct{}, 1)
	}
	jobs := make(chan int64, len(places))
	var stop atomic.Bool
	var workers sync.WaitGroup
	for range min(int64(f.workers), count) {
		work := newWork()
		workers.Go(func() {
			for k := range jobs {
				workOn(f, k, &places[k%int64(len(places))], &stop, work)
			}
		})
	}
	defer workers.Wait()
	defer close(jobs)
	defer stop.Store(true)
	return deliverAll(f, places, jobs, deliver)
}

// workOn reads and works on the k-th block.
func workOn[T any](f *blocks, k int64, p *place[T], stop *atomic.Bool, work func(*block, T) T) {
	if !stop.Load() {
		if p.err = f.read(k, &p.block); p.err == nil {
			p.result = work(&p.block, p.result)
		}
	}
	p.done <- struct{}{}
}

// deliverAll hands out the jobs, as many as there are places, and delivers what
// comes of them.
func deliverAll[T any](f *blocks, places []place[T], jobs chan<- int64, deliver func(*block, T) error) error {
	count, ahead := f.count(), int64(len(places))
	for k := range ahead {
		jobs <- k
	}
	for k := range count {
		p := &places[k%ahead]
		<-p.done
		if p.err != nil {
			return p.err
		}
		if err := deliver(&p.block, p.result); err != nil {
			return err
		}
		p.block.shrink(f.each)
		if k+ahead < count {
			jobs <- k + ahead
		}
	}
	return nil
}

// oneByOne is inOrder with a single worker.
func oneByOne[T any](f *blocks, work func(*block, T) T, deliver func(*block, T) error) error {
	var b block
	var result T
	for k := range f.count() {
		if err := f.read(k, &b); err != nil {
			return err
		}
		result = work(&b, result)
		if err := deliver(&b, result); err != nil {
			return err
		}
		b.shrink(f.each)
	}
	return nil
}
