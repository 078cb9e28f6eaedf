package runshelftest

import (
	"fmt"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// CheckRun fails the test, without ending it, unless the run directory dir is
// sound. See [Verify].
func CheckRun(t testing.TB, dir string) {
	t.Helper()
	if err := Verify(dir); err != nil {
		t.Error(err)
	}
}

// Verify holds the run directory dir against the format and returns nil when it is
// sound, a *[FaultsError] when it is not, and another error when there is no run
// to judge. It reads everything and writes nothing. What must hold:
//
//   - every event, those of the tail of a killed run included, is one strict JSON
//     object on a line of its own, with a whole envelope: times of the exact form
//     that never run backwards, sequences without gaps but for a log_gap whose
//     figures fit, a type, a level other than INFO, a cause that came before, and no
//     name twice;
//   - every blob that an event names is there, with its length and digest;
//   - the manifest can be read, and when it says that the run has ended, its
//     account of the events is true to the byte;
//   - after that end there is no tail and no temporary file;
//   - run.log holds nothing that a terminal would act on;
//   - no file is executable, and all are of a kind that a reader can open.
//
// A run that was killed may end with a part of a line, if it logged at a level
// without a tail: the event was never said to be there.
func Verify(dir string) error {
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return fmt.Errorf("verifying a run: %w", err)
	}
	c := &check{run: run, dir: run.Dir, found: &FaultsError{Dir: dir}}
	c.all()
	if len(c.found.Faults) > 0 {
		return c.found
	}
	return nil
}

// check is one verification on its way.
type check struct {
	run   *shelf.Run
	dir   string
	found *FaultsError
	log   account
}

func (c *check) all() {
	if err := shelf.ValidateID(c.run.ID); err != nil {
		c.fault("", 0, "%v", err)
	}
	c.manifest()
	if c.events() && c.ended() {
		c.counts()
	}
	c.tail()
	c.files()
	c.readable()
}

// ended says whether the manifest states that the writer came to its end.
func (c *check) ended() bool {
	switch c.run.Manifest.Status {
	case shelf.StatusCompleted, shelf.StatusFailed, shelf.StatusInterrupted:
		return true
	}
	return false
}

func (c *check) fault(file string, line int64, format string, args ...any) {
	c.found.add(file, line, format, args...)
}

func (c *check) path(name string) string { return filepath.Join(c.dir, filepath.FromSlash(name)) }
