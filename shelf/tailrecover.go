package shelf

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf/internal/vfs"
)

// recoverTail moves what the tail of a killed run holds into its events.jsonl and
// removes the tail. Where there is none it cuts off a half-written last line. A run
// that lives is left alone, and so is a tail that does not belong to the run. It
// can be stopped at any moment and done again: the same bytes go to the same
// place, and the tail goes last.
func recoverTail(fsys vfs.FS, dir string) error {
	if !hasTail(fsys, dir) && !endsTorn(fsys, dir) {
		return nil
	}
	lock, err := openForUpdate(fsys, filepath.Join(dir, LockFile))
	if err != nil {
		return fmt.Errorf("recovering the last events of %s: %w", dir, err)
	}
	defer lock.Close()
	if held, err := vfs.Lock(lock, readerWait); err != nil || !held {
		return err
	}
	if err := moveTail(fsys, dir); err != nil {
		return fmt.Errorf("recovering the last events of %s: %w", dir, err)
	}
	giveBack(fsys, dir)
	return nil
}

// readerWait is how long a recovery waits for readers that ask whether the run
// lives. They hold the lock for some microseconds; a writer holds it for good.
const readerWait = 5 * time.Millisecond

func hasTail(fsys vfs.FS, dir string) bool {
	_, err := fsys.Lstat(filepath.Join(dir, TailFile))
	return !errors.Is(err, fs.ErrNotExist)
}

// openForUpdate opens a regular file that exists for reading and writing.
func openForUpdate(fsys vfs.FS, path string) (vfs.File, error) {
	info, err := fsys.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: vfs.ErrNotRegular}
	}
	return fsys.OpenFile(path, os.O_RDWR|vfs.NoFollow|vfs.NonBlock, 0)
}

// moveTail is recoverTail with the lock held.
func moveTail(fsys vfs.FS, dir string) (err error) {
	if !hasTail(fsys, dir) {
		return cutTorn(fsys, dir)
	}
	tail, ok := readTail(fsys, dir)
	if !ok {
		return removeBlank(fsys, dir)
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
	m, _, _ := readManifest(fsys, dir)
	if !tail.belongs(log, info.Size(), m.UUID) {
		return nil
	}
	if err := tail.moveTo(log, info.Size()); err != nil {
		return err
	}
	return removeTail(fsys, dir)
}

func removeTail(fsys vfs.FS, dir string) error {
	if err := fsys.Remove(filepath.Join(dir, TailFile)); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// removeBlank removes a tail that was being made when its writer was killed: it
// has no header yet and nothing was logged. Any other that cannot be read stays,
// as somebody may still make sense of it.
func removeBlank(fsys vfs.FS, dir string) error {
	mem, err := vfs.ReadRegular(fsys, filepath.Join(dir, TailFile), TailSize+1)
	if err != nil || len(mem) > TailSize || len(bytes.TrimLeft(mem, "\x00")) > 0 {
		return err
	}
	return removeTail(fsys, dir)
}

// moveTo makes log what readers have seen: without the part of a large line that
// was being written, and with the content of the tail in its place.
func (t *tailText) moveTo(log vfs.File, size int64) error {
	if whole := t.sizeOf(log, size); whole < size {
		if err := log.Truncate(whole); err != nil {
			return err
		}
		size = whole
	}
	if len(t.content) > 0 && t.end() >= size {
		if _, err := log.WriteAt(t.content, t.offset); err != nil {
			return err
		}
	}
	return log.Sync()
}
