package shelf

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"example.org/runshelf/internal/vfs"
)

// keepLink keeps a file as it is under the name with .damaged behind it: as a
// second name of the same file, which takes no space and no time, since the file
// is going to be replaced and not changed.
func (j *repairing) keepLink(name string) error {
	kept, same, err := j.keptName(name)
	if err != nil || same {
		return err
	}
	err = j.fs.Link(filepath.Join(j.run.Dir, name), filepath.Join(j.run.Dir, kept))
	if err == nil {
		return j.fs.SyncDir(j.run.Dir)
	}
	return j.copyFile(name, kept)
}

// keepCopy keeps a copy of a file that is going to be changed in place.
func (j *repairing) keepCopy(name string) error {
	kept, same, err := j.keptName(name)
	if err != nil || same {
		return err
	}
	return j.copyFile(name, kept)
}

// setAside gives what stands under a name another one, when there is anything.
func (j *repairing) setAside(name string) error {
	path := filepath.Join(j.run.Dir, name)
	if _, err := j.fs.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	kept, err := j.freeName(name + damagedSuffix)
	if err != nil {
		return err
	}
	if err := j.fs.Rename(path, filepath.Join(j.run.Dir, kept)); err != nil {
		return err
	}
	j.done.Kept = append(j.done.Kept, kept)
	return nil
}

// keptName returns the name under which a file is kept: the first that is free,
// or that a repair which was stopped has used for the same content already. It is
// noted as kept.
func (j *repairing) keptName(name string) (kept string, same bool, err error) {
	for n := 1; ; n++ {
		kept = name + damagedSuffix
		if n > 1 {
			kept += "." + strconv.Itoa(n)
		}
		same, err = sameContent(j.fs, filepath.Join(j.run.Dir, name), filepath.Join(j.run.Dir, kept))
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
			break
		}
		if err != nil || same {
			break
		}
	}
	if err == nil {
		j.done.Kept = append(j.done.Kept, kept)
	}
	return kept, same, err
}

// freeName returns name, or with a number behind it the first that is free.
func (j *repairing) freeName(name string) (string, error) {
	for n, free := 1, name; ; n++ {
		if n > 1 {
			free = name + "." + strconv.Itoa(n)
		}
		_, err := j.fs.Lstat(filepath.Join(j.run.Dir, free))
		if errors.Is(err, fs.ErrNotExist) {
			return free, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// sameContent compares two files. The error is fs.ErrNotExist when the second one
// does not exist.
func sameContent(fsys vfs.FS, first, second string) (bool, error) {
	if info, err := fsys.Lstat(second); err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	a, sizeA, err := sumFile(fsys, first)
	if err != nil {
		return false, errors.New("reading " + first + ": " + err.Error())
	}
	b, sizeB, err := sumFile(fsys, second)
	return err == nil && sizeA == sizeB && bytes.Equal(a[:], b[:]), err
}

// copyFile copies a file of the run to a new name, whole or not at all.
func (j *repairing) copyFile(name, to string) error {
	f, err := vfs.OpenRegular(j.fs, filepath.Join(j.run.Dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := j.store(func(w io.Writer) error { _, err := io.Copy(w, f); return err }, j.run.Dir, to); err != nil {
		return err
	}
	return j.fs.SyncDir(j.run.Dir)
}

// store makes a file of dir from what write writes: whole, synced, and then under its
// name. The directory is left to be synced.
func (j *repairing) store(write func(io.Writer) error, dir, name string) error {
	var f vfs.File
	temp, err := makeTemp(j.fs, dir, name, true, func(name string) (err error) {
		f, err = j.fs.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		return err
	})
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = j.fs.Rename(temp, filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, removeIfThere(j.fs, temp))
	}
	return nil
}
