package runshelf

import (
	"fmt"
	"io"

	"example.org/runshelf/internal/vfs"
)

// journal is the way of whole lines to the file; each level of durability has
// one of its own. The logger calls append, size and close under its lock; sync
// and ReadAt may be called at any time, ReadAt for bytes that size has told of.
type journal interface {
	io.ReaderAt
	// append takes one line with its end. After an error nothing of the line
	// remains, now or later, and a next append may succeed.
	append(line []byte) error
	// size is the length of all lines taken so far.
	size() int64
	// sync makes all lines taken so far safe against a power cut. A failure is
	// final: what was written before it is never called safe again.
	sync() error
	// close writes what waits, syncs and closes the file.
	close() error
	// level is what the journal really does.
	level() Durability
}

// direct is the journal of DurabilityEach: one write(2) an event, at the offset
// where the last good line ended.
type direct struct {
	file vfs.File
	end  int64
	torn bool // the file may be longer than end
	syncGuard
}

func newDirect(file vfs.File) *direct { return &direct{file: file} }

func (d *direct) level() Durability { return DurabilityEach }

func (d *direct) size() int64 { return d.end }

func (d *direct) ReadAt(p []byte, off int64) (int, error) { return d.file.ReadAt(p, off) }

func (d *direct) append(line []byte) error {
	if err := d.cutBack(); err != nil {
		return err
	}
	n, err := d.file.WriteAt(line, d.end)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		d.torn = d.torn || n > 0
		// The next append tries again when this fails too.
		_ = d.cutBack()
		return err
	}
	d.end += int64(n)
	d.dirty.Store(true)
	return nil
}

// cutBack removes what a failed write left behind the last good line, so that
// two events are never glued and no half of one stays.
func (d *direct) cutBack() error {
	if !d.torn {
		return nil
	}
	if err := d.file.Truncate(d.end); err != nil {
		return fmt.Errorf("cutting back a half-written event: %w", err)
	}
	d.torn = false
	return nil
}

func (d *direct) sync() error { return d.syncGuard.sync(d.file.Datasync) }

func (d *direct) close() error {
	cutErr := d.cutBack()
	syncErr := d.sync()
	if err := d.file.Close(); err != nil {
		return err
	}
	if syncErr != nil {
		return syncErr
	}
	return cutErr
}
