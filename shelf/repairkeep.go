package shelf

import (
	"bytes"
	"errors"
	"fmt"
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
	return j.store(f, j.run.Dir, to)
}

// store writes what r has into a file of dir: whole, synced, and then under its
// name.
func (j *repairing) store(r io.Reader, dir, name string) error {
	var f vfs.File
	temp, err := makeTemp(j.fs, dir, name, true, func(name string) (err error) {
		f, err = j.fs.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = j.fs.Rename(temp, filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, removeIfThere(j.fs, temp))
	}
	return j.fs.SyncDir(dir)
}

// quarantine keeps each range of the log that does not become a part of the new
// one, and each in which index or digest tell that bytes were changed though they still
// make events, in a file that bears its place in the damaged log. A long log of which
// nothing is known but that it was changed is not kept twice.
func (j *repairing) quarantine(damaged string) error {
	ranges := j.badRanges()
	for _, c := range j.changed() {
		if c.Length < j.seen.survey.size || c.Length <= 2*IndexBlockBytes {
			ranges = append(ranges, span{offset: c.Offset, end: c.Offset + c.Length})
		}
	}
	if len(ranges) == 0 {
		return nil
	}
	dir := filepath.Join(j.run.Dir, quarantineDir)
	if err := j.fs.Mkdir(dir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := j.fs.Lstat(dir); err != nil || !info.IsDir() {
		return errors.Join(err, fmt.Errorf("%s is no directory", dir))
	}
	if err := j.fs.SyncDir(j.run.Dir); err != nil {
		return err
	}
	for _, b := range ranges {
		name := fmt.Sprintf("%s.%d-%d", damaged, b.offset, b.end)
		if err := j.store(io.NewSectionReader(j.log, b.offset, b.length()), dir, name); err != nil {
			return err
		}
		j.done.Kept = append(j.done.Kept, quarantineDir+"/"+name)
	}
	return nil
}

// changed are the ranges of the log in which bytes were changed that still make
// events. Nothing tells which, so they stay, and what is known of them is kept.
func (j *repairing) changed() []changedRange {
	var ranges []changedRange
	for _, f := range j.found.Faults {
		if f.Kind == FaultChanged && f.File == EventsFile {
			ranges = append(ranges, changedRange{f.Offset, f.Length})
		}
	}
	return ranges
}

// badRanges are the ranges that are left out. Behind the end of a log that is
// otherwise whole everything is one range.
func (j *repairing) badRanges() []span {
	if s := j.seen.seal; s.begins(j.seen.survey) {
		return []span{{offset: s.Bytes, end: j.seen.survey.size}}
	}
	var ranges []span
	for _, b := range j.seen.survey.bad {
		if b.length() > 0 { // else a line end is missing there
			ranges = append(ranges, b.span)
		}
	}
	return append(ranges, j.seen.plan.unused...)
}
