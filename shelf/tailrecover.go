package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// recoverTail moves what the tail of a killed run holds into its events.jsonl and
// removes the tail. A run that lives is left alone, and so is a tail that does
// not belong to the run. It can be stopped at any moment and done again: the same
// bytes go to the same place, and the tail goes last.
func recoverTail(fsys vfs.FS, dir string) error {
	if _, err := fsys.Lstat(filepath.Join(dir, TailFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := openForUpdate(fsys, filepath.Join(dir, LockFile))
	if err != nil {
		return fmt.Errorf("recovering the last events of %s: %w", dir, err)
	}
	defer lock.Close()
	if held, err := vfs.TryLock(lock); err != nil || !held {
		return err
	}
	if err := moveTail(fsys, dir); err != nil {
		return fmt.Errorf("recovering the last events of %s: %w", dir, err)
	}
	return nil
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
	tail, ok := readTail(fsys, dir)
	if !ok {
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
	m, _, _ := readManifest(fsys, dir)
	if !tail.belongs(log, info.Size(), m.UUID) {
		return nil
	}
	if err := tail.moveTo(log, info.Size()); err != nil {
		return err
	}
	if err := fsys.Remove(filepath.Join(dir, TailFile)); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// moveTo makes log what readers have seen: without the part of a large line that
// was being written, and with the content of the tail in its place.
func (t *tailText) moveTo(log vfs.File, size int64) error {
	if t.large >= 0 && t.large < size {
		if err := log.Truncate(t.large); err != nil {
			return err
		}
	}
	if len(t.content) > 0 {
		if _, err := log.WriteAt(t.content, t.offset); err != nil {
			return err
		}
	}
	return log.Sync()
}
