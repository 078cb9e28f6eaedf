package shelf

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"

	"example.org/runshelf/internal/vfs"
)

// Events is the open event log of a run, with what its tail holds behind it: the
// newest events of a living run, and the last ones of a run that was killed.
// ReadAt may be called concurrently, but not beside Refresh.
type Events struct {
	fs   vfs.FS
	f    vfs.File
	dir  string
	uuid string
	size int64
	tail tailText        // empty when the file has everything
	head []byte          // of the tail, at the last look; nil without one
	now  []byte          // of the tail, when Quiet looked
	had  int64           // the size of the file at the last look
	open vfs.File        // the tail, for Quiet; nil before it asks
	ctx  context.Context // nil when it cannot end
}

var _ io.ReaderAt = (*Events)(nil)

// OpenEvents opens events.jsonl for reading. Only a regular file is opened, no
// link is followed and nothing is waited for. A run without the file gives an
// error that is fs.ErrNotExist. The caller closes it. Of a run with a context it can be
// read until that ends (see [Run.WithContext]).
func (r *Run) OpenEvents() (*Events, error) {
	ctx := r.Context()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("the events of run %s: %w", r.ID, context.Cause(ctx))
	}
	f, err := vfs.OpenRegular(vfs.OS(), filepath.Join(r.Dir, EventsFile))
	if err != nil {
		return nil, fmt.Errorf("the events of run %s: %w", r.ID, err)
	}
	e := &Events{fs: vfs.OS(), f: f, dir: r.Dir, uuid: r.Manifest.UUID}
	if ctx.Done() != nil {
		e.ctx = ctx
	}
	if err := e.Refresh(); err != nil {
		f.Close()
		return nil, err
	}
	bytesOpened.Add(e.size)
	return e, nil
}

// ReadAt implements io.ReaderAt for the first Size bytes.
func (e *Events) ReadAt(p []byte, off int64) (n int, err error) {
	if e.ctx != nil {
		return e.readWithin(p, off)
	}
	return e.readAt(p, off)
}

func (e *Events) readAt(p []byte, off int64) (n int, err error) {
	if off >= e.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), e.size-off)]
	if inFile := e.fileEnd() - off; inFile > 0 {
		n, err = e.f.ReadAt(want[:min(int64(len(want)), inFile)], off)
		if err != nil && err != io.EOF {
			return n, err
		}
	}
	if n < len(want) && off+int64(n) == e.fileEnd() {
		n += copy(want[n:], e.tail.content)
	} else if off > e.fileEnd() {
		n = copy(want, e.tail.content[off-e.fileEnd():])
	}
	bytesRead.Add(int64(n))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// fileEnd is where the tail takes over from the file.
func (e *Events) fileEnd() int64 { return e.size - int64(len(e.tail.content)) }

// Name returns the name of the file.
func (e *Events) Name() string { return e.f.Name() }

// Size returns the length in bytes as of the last look.
func (e *Events) Size() int64 { return e.size }

// Stat describes events.jsonl as it is now, without its tail.
func (e *Events) Stat() (fs.FileInfo, error) { return e.f.Stat() }

// Refresh looks again how long the log is.
//
// The tail is read before the file: what has left the tail by then is in the
// file, so nothing is missed between the two.
func (e *Events) Refresh() error {
	e.closeTail()
	tail, ok := readTail(e.fs, e.dir)
	info, err := e.f.Stat()
	if err != nil {
		return fmt.Errorf("looking at %s: %w", e.f.Name(), err)
	}
	e.size, e.tail, e.head, e.had = info.Size(), tailText{large: -1}, tail.head, info.Size()
	if ok && tail.belongs(e.f, e.size, e.uuid) {
		e.merge(tail)
	}
	return nil
}

// Quiet reports whether nothing has come since the last look, which is much less work than
// another one. It may be false for no reason; and true for a tail that has been put in the
// place of another one, which no writer does: look again now and then.
func (e *Events) Quiet() bool {
	if e.head == nil {
		return false // there is no tail, or one whose head says nothing
	}
	if runtime.GOOS == "windows" {
		defer e.closeTail() // its writer could not remove it
	}
	// As in Refresh what has left the tail must be in the file.
	if e.readHead() != nil || !bytes.Equal(e.now, e.head) {
		return false
	}
	info, err := e.f.Stat()
	return err == nil && info.Size() == e.had
}

// readHead reads the head of the tail as it is now.
func (e *Events) readHead() (err error) {
	if e.open == nil {
		if e.open, err = vfs.OpenRegular(e.fs, filepath.Join(e.dir, TailFile)); err != nil {
			e.open = nil
			return err
		}
		e.now = make([]byte, tailHeadLen)
	}
	_, err = e.open.ReadAt(e.now, 0)
	return err
}

// closeTail lets the tail go that Quiet reads.
func (e *Events) closeTail() {
	if e.open != nil {
		_ = e.open.Close() // it was only read
		e.open = nil
	}
}

// Peek reads what events.jsonl itself has at off by now, also beyond Size, with one call
// to the system, and returns how much that is; the end of the file is no error. Of a run
// that has a tail it may be less than was logged, and more than will stay: only Refresh
// tells.
func (e *Events) Peek(p []byte, off int64) (int, error) { return peek(e.f, p, off) }

// Local returns the file descriptor of events.jsonl, valid until Close, and whether the
// file lies on this machine, so that what was just written to it is read without waiting
// for anybody.
func (e *Events) Local() (fd uintptr, ok bool) { return e.f.Fd(), !vfs.Remote(e.f.Name()) }

// merge puts the tail behind the file. Where both have the same bytes, those of
// the tail are whole and those of the file may be half written.
func (e *Events) merge(tail tailText) {
	e.size = tail.sizeOf(e.f, e.size)
	if len(tail.content) > 0 && tail.end() >= e.size {
		e.size, e.tail = tail.end(), tail
	}
}

// Close lets the file go.
func (e *Events) Close() error {
	e.closeTail()
	return e.f.Close()
}
