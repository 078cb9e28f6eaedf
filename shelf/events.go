package shelf

import (
	"fmt"
	"io"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// Events is the open event log of a run. ReadAt may be called concurrently,
// Refresh may not.
type Events struct {
	f    vfs.File
	size int64
}

var _ io.ReaderAt = (*Events)(nil)

// OpenEvents opens events.jsonl for reading. Only a regular file is opened, no
// link is followed and nothing is waited for. A run without the file gives an
// error that is fs.ErrNotExist. The caller closes it.
func (r *Run) OpenEvents() (*Events, error) {
	f, err := vfs.OpenRegular(vfs.OS(), filepath.Join(r.Dir, EventsFile))
	if err != nil {
		return nil, fmt.Errorf("opening the events of run %s: %w", r.ID, err)
	}
	e := &Events{f: f}
	if err := e.Refresh(); err != nil {
		f.Close()
		return nil, err
	}
	return e, nil
}

// ReadAt implements io.ReaderAt.
func (e *Events) ReadAt(p []byte, off int64) (int, error) { return e.f.ReadAt(p, off) }

// Size returns the length in bytes as of the last look.
func (e *Events) Size() int64 { return e.size }

// Refresh looks again how long the log is.
func (e *Events) Refresh() error {
	info, err := e.f.Stat()
	if err != nil {
		return fmt.Errorf("looking at %s: %w", e.f.Name(), err)
	}
	e.size = info.Size()
	return nil
}

// Close lets the file go.
func (e *Events) Close() error { return e.f.Close() }
