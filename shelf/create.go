package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf/internal/vfs"
)

// ErrRunExists is what [Shelf.Create] wraps when the id it was given is taken. It
// is an fs.ErrExist too.
var ErrRunExists error = existsError{}

type existsError struct{}

func (existsError) Error() string { return "the run exists already" }

// Is makes it an fs.ErrExist, without that one's words about a file.
func (existsError) Is(target error) bool { return target == fs.ErrExist }

// CreateOptions say how a run begins. The zero value makes a run with a
// generated id.
type CreateOptions struct {
	// FS is the file system; nil means the machine's.
	FS vfs.FS
	// RunID is the id; empty means that one is generated from the start time:
	// run_YYYYMMDD_HHMMSS in UTC, with _2, _3, … behind it when that is taken.
	RunID string
	// Now tells the time; nil means time.Now.
	Now func() time.Time
	// Manifest is what is known of the run. Format, RunID, UUID, Status and
	// StartedAt are filled in.
	Manifest Manifest
	// Warn is told, in one line, what does not keep the run from starting. Nil
	// means that nobody is told.
	Warn func(msg string)
}

func (o CreateOptions) withDefaults(fsys vfs.FS) CreateOptions {
	if o.FS == nil {
		o.FS = fsys
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	return o
}

// Create makes the directory of a new run and returns it with its lock held. In
// this order: the directory, which is made exclusively; .lock; events.jsonl;
// config.json when there is a configuration; run.json, which says running; all of
// it synced; and last the link to the newest run. The shelf is made if need be.
//
// An id that may not be is an *[IDError] and nothing is touched; one that is
// taken is [ErrRunExists] and the older run is not touched. On any other error
// "latest" is where it was and what was made of the run is removed again. That a disk
// cannot sync is no error: Warn is told, and the manifest says so to its end.
//
// Any number of processes may create runs at once.
func (s *Shelf) Create(o CreateOptions) (*Live, error) {
	if o.RunID != "" {
		if err := ValidateID(o.RunID); err != nil {
			return nil, err
		}
	}
	o = o.withDefaults(s.fs)
	c := &creation{CreateOptions: o, shelf: s.dir}
	if err := makeShelf(c.forgiving(), s.dir); err != nil {
		return nil, fmt.Errorf("creating the shelf %s: %w", s.dir, err)
	}
	c.start = o.Now().UTC().Truncate(time.Microsecond)
	live, err := c.run()
	if err != nil {
		return nil, fmt.Errorf("creating a run in %s: %w", s.dir, err)
	}
	return live, nil
}

// makeShelf makes a directory and its parents, and syncs the directories whose
// entries are new, so that a power cut does not take the whole shelf.
func makeShelf(fsys vfs.FS, dir string) error {
	var parents []string
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := fsys.Lstat(d); !errors.Is(err, fs.ErrNotExist) || d == filepath.Dir(d) {
			break
		}
		parents = append(parents, filepath.Dir(d))
	}
	if err := fsys.MkdirAll(dir, dirMode); err != nil {
		return err
	}
	for _, d := range parents {
		if err := fsys.SyncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// creation is one run on its way into being.
type creation struct {
	CreateOptions
	shelf string
	start time.Time
	id    string
	dir   string
	live  Live
	made  []string // what to remove when it fails, in the order of making
	// refused is the first sync that the disk refused.
	refused error
}

func (c *creation) run() (*Live, error) {
	if err := c.makeDir(); err != nil {
		return nil, err
	}
	steps := []func() error{c.lock, c.makeEvents, c.writeConfig, c.writeManifest, c.syncShelf, c.tellUnsynced, c.recoverPrevious, c.moveLatest}
	for _, step := range steps {
		if err := step(); err != nil {
			c.undo()
			return nil, err
		}
	}
	return &c.live, nil
}

const (
	// attempts is how many generated ids are tried.
	attempts = 100_000
	// inTurn is from which on not each is tried in its turn: of thousands of runs that
	// start in one second each would look at all those before it.
	inTurn = 10
)

// makeDir finds an id whose directory it can make.
func (c *creation) makeDir() error {
	for n := 1; ; n++ {
		c.id = c.RunID
		if c.RunID == "" {
			if n == inTurn {
				n = c.firstFree(n)
			}
			c.id = generatedID(c.start, n)
			if n < attempts && c.inTrash(c.id) {
				continue
			}
		}
		c.dir = filepath.Join(c.shelf, c.id)
		err := c.FS.Mkdir(c.dir, dirMode)
		switch {
		case err == nil:
			c.made = append(c.made, c.dir)
			c.live = Live{id: c.id, dir: c.dir, fs: c.FS, startedAt: c.start}
			return nil
		case !errors.Is(err, fs.ErrExist):
			return err
		case c.RunID != "":
			return fmt.Errorf("%s: %w", c.id, ErrRunExists)
		case n == attempts:
			return err
		}
	}
}

// firstFree returns the number of a generated id that is free, where the one before it is
// taken and all below n are. It is looked for by halves.
func (c *creation) firstFree(n int) int {
	taken, free := n-1, n
	for step := 1; c.isTaken(free); step *= 2 {
		taken, free = free, min(free+step, attempts)
		if taken == attempts {
			return attempts
		}
	}
	for free-taken > 1 {
		if middle := (taken + free) / 2; c.isTaken(middle) {
			taken = middle
		} else {
			free = middle
		}
	}
	return free
}

// isTaken reports whether a generated id is that of a run, or of one in the trash.
func (c *creation) isTaken(n int) bool {
	id := generatedID(c.start, n)
	_, err := c.FS.Lstat(filepath.Join(c.shelf, id))
	return err == nil || c.inTrash(id)
}

// inTrash reports whether a run of the id lies in the trash: restore must find the
// id free, and what names the older run must not come to mean the new one.
func (c *creation) inTrash(id string) bool {
	_, err := c.FS.Lstat(filepath.Join(c.shelf, trashDir, id))
	return err == nil
}

// make creates a file of the run exclusively.
func (c *creation) make(name string) (vfs.File, error) {
	path := filepath.Join(c.dir, name)
	f, err := c.FS.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err == nil {
		c.made = append(c.made, path)
	}
	return f, err
}

// lock makes and takes the lock that says that this run lives. A file system
// without locks does not keep the run from starting.
func (c *creation) lock() (err error) {
	if c.live.lock, err = c.make(LockFile); err != nil {
		return err
	}
	held, err := vfs.Lock(c.live.lock, lockWait)
	if err != nil {
		c.Warn(fmt.Sprintf("%v; other programs cannot tell whether this run lives", err))
		return nil
	}
	if !held {
		return fmt.Errorf("locking %s: somebody else holds it", c.live.lock.Name())
	}
	return nil
}

func (c *creation) makeEvents() (err error) {
	if c.live.events, err = c.make(EventsFile); err != nil {
		return err
	}
	return c.forgiving().forgive(c.live.events.Sync())
}

func (c *creation) writeConfig() error {
	if len(c.Manifest.Config) == 0 {
		return nil
	}
	data, err := indent(c.Manifest.Config)
	if err != nil {
		return err
	}
	f, err := c.make(ConfigFile)
	if err != nil {
		return err
	}
	return finish(forgivingFile{f, c.forgiving()}, data)
}

// writeManifest also syncs the run directory, in which everything stands by now.
// Whoever made the directory is alone in it, as if its lock were held.
func (c *creation) writeManifest() error {
	m := c.Manifest.clone()
	m.Format, m.RunID, m.UUID = ManifestFormat, c.id, newUUID(c.start)
	m.Status, m.StartedAt = StatusRunning, c.start
	c.live.manifest = m
	c.made = append(c.made, filepath.Join(c.dir, ManifestFile))
	_, err := writeManifest(c.forgiving(), c.dir, &m, true)
	return err
}

// recoverPrevious completes the log of the run before this one, if that was
// killed: the first who comes by does it, so that other tools soon see all of it.
func (c *creation) recoverPrevious() error {
	id := latestID(c.FS, c.shelf)
	if id == "" || id == c.id {
		return nil
	}
	if err := recoverTail(c.FS, filepath.Join(c.shelf, id)); err != nil {
		c.Warn(err.Error())
	}
	return nil
}

func (c *creation) syncShelf() error { return c.forgiving().SyncDir(c.shelf) }

// undo removes what was made, as far as the file system lets it. A directory in
// which anything else stands by now stays.
func (c *creation) undo() {
	for _, f := range []vfs.File{c.live.events, c.live.lock} {
		if f != nil {
			f.Close()
		}
	}
	for i := len(c.made) - 1; i >= 0; i-- {
		c.FS.Remove(c.made[i])
	}
}
