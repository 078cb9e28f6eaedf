package shelf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// endsTorn reports whether the log of a run has a last line without an end. A log
// that cannot be read has none that could be cut.
func endsTorn(fsys vfs.FS, dir string) bool {
	log, err := vfs.OpenRegular(fsys, filepath.Join(dir, EventsFile))
	if err != nil {
		return false
	}
	defer log.Close()
	info, err := log.Stat()
	return err == nil && info.Size() > 0 && !endsLine(log, info.Size())
}

// cutTorn cuts off the part of a line that a writer without a tail was writing when
// it was killed. It is called with the lock of the run held, and only for a run
// whose manifest still says that it runs: such a part is an event that was never
// said to be there. In a run that has ended it is damage, and stays.
func cutTorn(fsys vfs.FS, dir string) (err error) {
	m, _, _ := readManifest(fsys, dir)
	if m.Status != StatusRunning || !endsTorn(fsys, dir) {
		return nil
	}
	log, err := openForUpdate(fsys, filepath.Join(dir, EventsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	info, err := log.Stat()
	if err != nil {
		return err
	}
	if err := mendEnd(log, info.Size()); err != nil {
		return fmt.Errorf("cutting off a half-written event: %w", err)
	}
	return log.Sync()
}

// mendEnd makes a log of size bytes end with a whole line. A last line that lacks
// nothing but its end is an event, which readers show, and gets it. One that was damaged
// before and has events in it is left as it is.
func mendEnd(log vfs.File, size int64) error {
	end, err := lastLineEnd(log, size)
	if err != nil {
		return err
	}
	line := make([]byte, size-end)
	if n, err := log.ReadAt(line, end); n < len(line) {
		return err
	}
	isEvent := func(from, to int) bool {
		_, err := event.Decode(line[from:to])
		return err == nil
	}
	switch {
	case isEvent(0, len(line)):
		_, err = log.WriteAt(newline, size)
		return err
	case TakeApart(line, isEvent) != nil:
		return nil // events are in it, which a repair keeps
	}
	return log.Truncate(end)
}

// lastLineEnd returns how long the first size bytes of r are without a last line
// that has no end.
func lastLineEnd(r io.ReaderAt, size int64) (int64, error) {
	chunk := make([]byte, lineChunk)
	for size > 0 {
		start := max(0, size-lineChunk)
		n, err := r.ReadAt(chunk[:size-start], start)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if i := bytes.LastIndexByte(chunk[:n], '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		size = start
	}
	return 0, nil
}
