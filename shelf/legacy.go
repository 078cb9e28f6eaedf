package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"example.org/runshelf/internal/vfs"
)

// OpenLegacy makes the event log of a run without a directory: one new empty file
// at path, open for reading and writing. A file that is there already becomes
// path.1, that one path.2, and so on; the oldest beyond backups is dropped, so
// with backups of 0 the file itself is. The directory of path must exist.
//
// A link is followed to the file it means. Anything but a regular file is
// refused: a device is not to be renamed.
func OpenLegacy(fsys vfs.FS, path string, backups int) (vfs.File, error) {
	path, err := legacyTarget(fsys, path)
	if err != nil {
		return nil, fmt.Errorf("opening the event log: %w", err)
	}
	// Two runs that start at once must not both take a backup's place.
	_, release := lockDir(fsys, filepath.Dir(path))
	defer release()
	if err := rotate(fsys, path, backups); err != nil {
		return nil, fmt.Errorf("keeping the previous event log: %w", err)
	}
	f, err := fsys.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, fmt.Errorf("opening the event log: %w", err)
	}
	return f, nil
}

// legacyTarget returns the regular file that path means, or path when nothing is
// there.
func legacyTarget(fsys vfs.FS, path string) (string, error) {
	info, err := fsys.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			info, err = fsys.Lstat(path)
		}
	}
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: vfs.ErrNotRegular}
	}
	return path, err
}

// rotate makes the name path free. It begins at the far end, so that whenever it
// stops no run is lost: at worst one number is missing, and the next rotation
// closes the gap.
func rotate(fsys vfs.FS, path string, backups int) error {
	free, err := freeBackup(fsys, path, backups)
	if err != nil {
		return err
	}
	if backups < 1 {
		return removeIfThere(fsys, path)
	}
	for n := free; n > 0; n-- {
		err := fsys.Rename(backupName(path, n-1), backupName(path, n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// freeBackup returns the first number that is not taken, or the last one that is
// allowed, whose file is then overwritten; 0 when path itself is free.
func freeBackup(fsys vfs.FS, path string, backups int) (int, error) {
	for n := 0; ; n++ {
		_, err := fsys.Lstat(backupName(path, n))
		if errors.Is(err, fs.ErrNotExist) || err == nil && n >= backups {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func removeIfThere(fsys vfs.FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func backupName(path string, n int) string {
	if n == 0 {
		return path
	}
	return path + "." + strconv.Itoa(n)
}
