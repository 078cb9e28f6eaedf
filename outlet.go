package runshelf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"syscall"
	"time"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// outlet is the file at the end of a journal. Its writes follow one another; sync
// may run beside them.
type outlet struct {
	file   vfs.File
	digest hash.Hash      // of all that was written; nil when it is not wanted
	index  *shelf.Indexer // which feeds the digest; nil without an index
	guard  syncGuard
	ahead  vfs.Ahead
	end    int64 // of what was written last; the lines behind it never came so far
	torn   bool  // the file may be longer than what was written

	full   error     // of the last write, when it found no space
	fullAt time.Time // when that was

	filled chan struct{} // told whenever writeOutBytes have been written
	fresh  int           // bytes written since then

	summing *summing // nil as long as whoever writes adds up himself
}

// write puts p at off and counts it.
func (o *outlet) write(p []byte, off int64) error {
	err := o.put(p, off)
	if err == nil {
		o.count(p, nothingBegun)
	}
	return err
}

// put writes p at off, or nothing: what a failed write leaves behind is cut
// off again, at the latest by the next one, so that two events are never glued
// and no half of one stays. The digest and the index do not know of p until it is
// counted.
func (o *outlet) put(p []byte, off int64) error {
	if err := o.cut(off); err != nil {
		return err
	}
	if err := o.stillFull(len(p), off); err != nil {
		return err
	}
	if len(p) >= bulkBytes {
		o.ahead.Grow(o.file, off, len(p))
	}
	n, err := o.file.WriteAt(p, off)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		// How much has arrived is not known: with an error os.File.WriteAt does not
		// count the last part that was written. When cutting fails too, the next
		// write tries again.
		o.torn = true
		_ = o.cut(off)
		o.failed(err)
		return err
	}
	o.full = nil
	o.end = off + int64(len(p))
	o.guard.dirty.Store(true)
	o.tell(len(p))
	return nil
}

// failed keeps a failure for lack of space in mind.
func (o *outlet) failed(err error) {
	if o.full = nil; errors.Is(err, syscall.ENOSPC) {
		o.full, o.fullAt = err, time.Now()
	}
}

// stillFull returns the failure of the last write as long as n bytes more than off find
// no space either. To ask that costs a thousandth of writing half a memory full, in vain
// and for each event, and cutting it off again. What a file system says of its space is
// not always so, so now and then it is tried all the same.
func (o *outlet) stillFull(n int, off int64) error {
	if o.full == nil || time.Since(o.fullAt) >= flushEvery || !vfs.Lacks(o.file, off, n) {
		return nil
	}
	return o.full
}

// tell counts what was written, and lets it be brought to the disk when it is much.
func (o *outlet) tell(n int) {
	if o.fresh += n; o.fresh < writeOutBytes {
		return
	}
	o.fresh = 0
	select {
	case o.filled <- struct{}{}:
	default: // the last time is not over
	}
}

// count adds lines of the log to its digest and its index: here, unless a goroutine
// does so for those before them. The sums are those of the block that ends with them.
func (o *outlet) count(p []byte, begun running) {
	if o.summing != nil {
		o.summing.add(bytes.Clone(p), nil)
		return
	}
	o.add(p, begun)
}

// countLater adds lines to the digest and the index in a goroutine of its own, and
// then gives their memory back.
func (o *outlet) countLater(p []byte, back chan<- []byte) {
	if o.summing == nil {
		o.summing = startSumming(func(lines []byte) { o.add(lines, nothingBegun) })
	}
	o.summing.add(p, back)
}

// late reports whether lines wait to be counted, and a digest is taken of them.
func (o *outlet) late() bool {
	return o.summing != nil && o.digest != nil && o.index != nil && len(o.summing.lines) > 0
}

// settle returns when all lines are counted. No lines are counted later from here on.
func (o *outlet) settle() {
	if o.summing != nil {
		o.summing.end()
		o.summing = nil
	}
}

func (o *outlet) add(p []byte, begun running) {
	switch {
	case o.index != nil:
		o.index.WriteBegun(p, begun.Begun)
	case o.digest != nil:
		o.digest.Write(p)
	}
}

// sum returns the digest, nil when none was taken.
func (o *outlet) sum() []byte {
	if o.digest == nil {
		return nil
	}
	return o.digest.Sum(nil)
}

// cut removes what a failed write left behind end.
func (o *outlet) cut(end int64) error {
	if !o.torn {
		return nil
	}
	if err := o.file.Truncate(end); err != nil {
		return fmt.Errorf("cutting back a half-written event: %w", err)
	}
	o.torn = false
	return nil
}

func newOutlet(file vfs.File, o Options) *outlet {
	out := &outlet{file: file, filled: make(chan struct{}, 1)}
	if !o.NoDigest {
		out.digest = sha256.New()
	}
	return out
}

// trim gives back the space that was set aside; nothing is written any more. What could
// not be written does not become a part of the file by it. It counts as a change of the
// file, so it comes before the last sync: the index, which is written after that, must be
// younger than the log to be believed.
func (o *outlet) trim() { o.ahead.Trim(o.file, o.end) }

func (o *outlet) sync() error { return o.guard.sync(o.file.Datasync) }

// writeOut begins to bring the file to the disk. Where the system has nothing lighter
// than a sync, that is it; the guard keeps its failure.
func (o *outlet) writeOut() {
	if !vfs.WriteOut(o.file) {
		_ = o.sync()
	}
}
