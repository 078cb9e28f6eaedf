package shelf

import (
	"errors"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// moveTail completes the log from its tail. A damaged log is kept first, since it
// is changed in place here; one that is lost is made. Without events in a tail a
// damaged log is left for rewriting, and the tail for dropTail.
func (j *repairing) moveTail() error {
	v, x, err := verifyRun(j.fs, j.run)
	if err != nil {
		return err
	}
	tail, _, err := unmovedTail(j.fs, j.run)
	if err != nil {
		return err
	}
	j.moved = len(tail.content) > 0
	switch {
	case x.survey == nil && len(tail.content) > 0:
		err = j.makeLog()
	case len(tail.content) == 0 && v.Verdict.Sound():
	case len(tail.content) == 0:
		return nil
	case !v.Verdict.Sound() || detached(j.fs, j.run, tail):
		err = j.keepCopy(EventsFile)
	}
	if err != nil {
		return err
	}
	if len(tail.content) > 0 && detached(j.fs, j.run, tail) {
		return j.appendTail(tail)
	}
	return moveTail(j.fs, j.run.Dir)
}

// dropTail removes a tail without events, when the log is as it should be. A line
// that was being written past the tail has been cut off by then.
func (j *repairing) dropTail() error {
	tail, there, err := unmovedTail(j.fs, j.run)
	if err != nil || !there || len(tail.content) > 0 {
		return err
	}
	return removeTail(j.fs, j.run.Dir)
}

// detached reports whether a tail of this run does not fit its log, which was cut
// off before the place where the tail belongs.
func detached(fsys vfs.FS, r *Run, tail tailText) bool {
	log, err := vfs.OpenRegular(fsys, filepath.Join(r.Dir, EventsFile))
	if err != nil {
		return false
	}
	defer log.Close()
	info, err := log.Stat()
	return err == nil && !tail.belongs(log, info.Size(), r.Manifest.UUID)
}

// appendTail puts the lines of a detached tail behind the log, on lines of their
// own. If it is stopped before the tail is gone they are put there again, and
// the second ones are duplicates.
func (j *repairing) appendTail(tail tailText) (err error) {
	log, err := openForUpdate(j.fs, filepath.Join(j.run.Dir, EventsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	info, err := log.Stat()
	if err != nil {
		return err
	}
	content := tail.content
	if info.Size() > 0 && !endsLine(log, info.Size()) {
		content = append([]byte{'\n'}, content...)
	}
	if _, err := log.WriteAt(content, info.Size()); err != nil {
		return err
	}
	if err := log.Sync(); err != nil {
		return err
	}
	return removeTail(j.fs, j.run.Dir)
}

// isBlankTail reports a tail that was being made when its writer was killed.
func isBlankTail(fsys vfs.FS, dir string) bool {
	if !hasTail(fsys, dir) {
		return false
	}
	mem, err := vfs.ReadRegular(fsys, filepath.Join(dir, TailFile), TailSize+1)
	if err != nil || len(mem) > TailSize {
		return false
	}
	for _, c := range mem {
		if c != 0 {
			return false
		}
	}
	return true
}
