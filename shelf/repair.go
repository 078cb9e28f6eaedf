package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

const (
	// damagedSuffix marks what a repair keeps as it was.
	damagedSuffix = ".damaged"
	// quarantineDir holds the bytes that are no events, each range in a file of
	// its own.
	quarantineDir = "quarantine"
)

// ErrLives is what is wrapped when a run cannot be repaired or removed because
// its writer lives, or may live on another machine.
var ErrLives = errors.New("the run is being written")

// NewerError is a run of a format that this version does not know and must not
// change.
type NewerError struct {
	// Format is the version that the manifest tells.
	Format int
}

// Error implements error.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the run is of format %d, and this version knows format %d", e.Format, ManifestFormat)
}

// Repaired is what [Shelf.Repair] found and did.
type Repaired struct {
	// Before and After are what verifying proved.
	Before, After *Verification
	// Kept are the files that hold what was damaged, relative to the run
	// directory.
	Kept []string
	// Lost is the number of events for which the repair left a log_gap.
	Lost uint64
	// Freed is the space, in bytes, that a killed writer had set aside for its files
	// and that is free again.
	Freed int64
}

// Changed reports whether anything was done.
func (r *Repaired) Changed() bool { return r.Before != r.After }

// Repair makes the events of a run readable again:
//
//   - the tail of a killed run is moved into its log;
//   - each line that is an event stays, in the order of the sequences, also behind
//     a damaged place;
//   - where lines are missing a log_gap with the reason "damaged" stands for them;
//   - each range that is no event is kept in quarantine/, and the log as it was in
//     events.jsonl.damaged;
//   - the manifest is made true again, and kept as run.json.damaged if it could not
//     be read; one that is missing is made from the events;
//   - space that a killed writer had set aside for what it was going to write is free
//     again.
//
// A run that is sound is not touched, so a second repair changes nothing. Repair
// can be stopped at any moment, also by a power cut, and done again: it ends with
// the same log. A run that lives is refused with [ErrLives], one of a newer format
// with a *[NewerError]. When Repair returns without an error the run has been
// verified.
func (s *Shelf) Repair(name string) (*Repaired, error) {
	r, err := s.Find(name)
	if err != nil {
		return nil, err
	}
	done, err := s.repair(r)
	if err != nil {
		return nil, fmt.Errorf("repairing run %s: %w", r.ID, err)
	}
	return done, nil
}

func (s *Shelf) repair(r *Run) (*Repaired, error) {
	if err := r.mayChange(s.host); err != nil {
		return nil, err
	}
	before, _, err := verifyRun(s.fs, r)
	if err != nil {
		return nil, err
	}
	done := &Repaired{Before: before, After: before}
	if needed, err := needsRepair(s.fs, r, before); err != nil || !needed {
		return done, err
	}
	lock, err := lockRun(s.fs, r.Dir)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	job := &repairing{fs: s.fs, host: s.host.free(), done: done}
	if job.run, err = openRun(r.Dir, job.host); err != nil {
		return nil, err
	}
	if err := job.do(); err != nil {
		return nil, err
	}
	if job.moved {
		job.indexAnew()
	}
	return done, job.check()
}

// mayChange refuses runs that must be left alone.
func (r *Run) mayChange(host machine) error {
	switch {
	case r.Manifest.Format > ManifestFormat:
		return &NewerError{r.Manifest.Format}
	case r.Status == StatusRunning, r.Manifest.Status == StatusRunning && r.elsewhere(host):
		return ErrLives
	}
	return nil
}

// free returns the machine as it looks to whoever holds the lock of a run: nobody
// else does.
func (m machine) free() machine {
	m.locked = func(string) (bool, error) { return false, nil }
	return m
}

// needsRepair reports whether there is anything to do.
func needsRepair(fsys vfs.FS, r *Run, v *Verification) (bool, error) {
	_, there, err := unmovedTail(fsys, r)
	return v.FaultCount > 0 || there || isBlankTail(fsys, r.Dir) || hasSetAside(fsys, r.Dir), err
}

// unmovedTail returns the tail of a run, also when it does not fit the log, and
// whether there is one. One without events is there too: it may tell of a line that
// was being written past it. Then the manifest must say that it is of this run,
// since no event can.
func unmovedTail(fsys vfs.FS, r *Run) (t tailText, there bool, err error) {
	mem, err := vfs.ReadRegular(fsys, filepath.Join(r.Dir, TailFile), TailSize)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrNotRegular) {
		return tailText{}, false, nil
	}
	if err != nil {
		return tailText{}, false, err
	}
	t, err = parseTail(mem)
	switch {
	case err != nil, r.Manifest.UUID != "" && t.uuid != r.Manifest.UUID:
		return tailText{}, false, nil
	case r.Manifest.UUID == "" && len(t.content) == 0:
		return tailText{}, false, nil
	}
	return t, true, nil
}

// lockRun takes the lock of a run that nobody writes, and makes it if it is lost.
func lockRun(fsys vfs.FS, dir string) (vfs.File, error) {
	f, err := takeLock(fsys, dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	f, err = fsys.OpenFile(filepath.Join(dir, LockFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	return held(f)
}

// takeLock takes the lock of a run that has one.
func takeLock(fsys vfs.FS, dir string) (vfs.File, error) {
	path := filepath.Join(dir, LockFile)
	f, err := openForUpdate(fsys, path)
	if errors.Is(err, fs.ErrPermission) {
		f, err = vfs.OpenRegular(fsys, path)
	}
	if err != nil {
		return nil, err
	}
	return held(f)
}

// held returns the file with its lock taken, or closes it. It is asked for with
// patience, since a run that lives has been told from its status before: a reader
// that asks holds the lock for a moment, and so does a process that is just being
// started by somebody who held it.
func held(f vfs.File) (vfs.File, error) {
	got, err := vfs.Lock(f, lockWait)
	if err == nil && !got {
		err = ErrLives
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// repairing is one repair at work, with the lock of the run held.
type repairing struct {
	fs   vfs.FS
	host machine
	run  *Run
	done *Repaired

	found *Verification
	seen  *examination
	log   *Events
	// locked says that the lock of the directory is held.
	locked bool
	// moved says that the log is not what it was.
	moved bool
}

// do repairs. Each step leaves the run in a state from which a new repair comes
// to the same end.
func (j *repairing) do() error {
	// First of all, since a log that is replaced is kept with all its space.
	j.done.Freed = giveBack(j.fs, j.run.Dir)
	if err := j.moveTail(); err != nil {
		return err
	}
	if err := j.mend(); err != nil {
		return err
	}
	return j.dropTail()
}

// mend makes log and manifest sound, once the tail has been moved.
func (j *repairing) mend() (err error) {
	if j.found, j.seen, err = verifyRun(j.fs, j.run); err != nil || j.found.FaultCount == 0 {
		return err
	}
	if j.seen.survey == nil {
		return j.lackEvents()
	}
	if j.log, err = openLog(j.fs, j.run); err != nil {
		return err
	}
	defer j.log.Close()
	switch {
	case j.seen.logFaults(j.found):
		return j.rewriteLog()
	case j.found.Faults[0].File == ManifestFile:
		var release func()
		j.locked, release = lockDir(j.fs, j.run.Dir)
		defer release()
		return j.rewriteManifest(j.seen.survey, "")
	}
	return nil // a lost text cannot be made again
}

// logFaults reports whether any fault is one of the log.
func (x *examination) logFaults(v *Verification) bool {
	for _, f := range v.Faults {
		if f.File == EventsFile && f.Kind != FaultBlobMissing {
			return true
		}
	}
	return false
}

// check verifies the result.
func (j *repairing) check() error {
	run, err := openRun(j.run.Dir, j.host)
	if err != nil {
		return err
	}
	if j.done.After, _, err = verifyRun(j.fs, run); err != nil {
		return err
	}
	if !j.done.After.Verdict.Sound() {
		return fmt.Errorf("it is still %s: %s", j.done.After.Verdict, j.done.After.Faults[0].Kind)
	}
	if _, there, err := unmovedTail(j.fs, run); err != nil || there {
		return errors.Join(errors.New("its tail is still there"), err)
	}
	return nil
}

// makeLog makes an empty log where there is none. What stands in its place is kept
// beside it.
func (j *repairing) makeLog() error {
	if err := j.setAside(EventsFile); err != nil {
		return err
	}
	f, err := j.fs.OpenFile(filepath.Join(j.run.Dir, EventsFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close(), j.fs.SyncDir(j.run.Dir))
}

// lackEvents accounts for a log that is not there.
func (j *repairing) lackEvents() (err error) {
	if err := j.makeLog(); err != nil {
		return err
	}
	if j.found, j.seen, err = verifyRun(j.fs, j.run); err != nil || j.found.FaultCount == 0 {
		return err
	}
	if j.log, err = openLog(j.fs, j.run); err != nil {
		return err
	}
	defer j.log.Close()
	return j.rewriteLog()
}
