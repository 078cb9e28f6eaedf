package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"example.org/runshelf/internal/vfs"
)

// Live is the directory of a run whose writer lives, and holds its lock. Its
// methods may be called concurrently.
type Live struct {
	id, dir   string
	fs        vfs.FS
	startedAt time.Time
	events    vfs.File
	lock      vfs.File
	unsynced  string // what the disk said when the beginning of the run could not be synced

	mu       sync.Mutex // guards what is below
	manifest Manifest
	closed   bool
}

// ID returns the id of the run.
func (l *Live) ID() string { return l.id }

// Dir returns the run directory, below the shelf's directory as that was given.
func (l *Live) Dir() string { return l.dir }

// Path returns the path of a file in the run directory.
func (l *Live) Path(name string) string { return filepath.Join(l.dir, name) }

// Events returns events.jsonl, open for reading and writing at any place. It
// belongs to the caller, who closes it.
func (l *Live) Events() vfs.File { return l.events }

// FS returns the file system that the run is written to.
func (l *Live) FS() vfs.FS { return l.fs }

// StartedAt returns the start of the run in UTC, to the microsecond.
func (l *Live) StartedAt() time.Time { return l.startedAt }

// UUID returns the unique number of the run, as the manifest has it.
func (l *Live) UUID() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.manifest.UUID
}

// Update changes the manifest and writes run.json whole: a temporary file,
// synced, renamed over the old one. What a person changed in the meantime (name,
// tags, notes, pin) and the members that nobody here knows are taken over from
// the disk before change is called. On an error the manifest is as it was before,
// in memory and on disk.
//
// When there is no space for a second file, the old one is overwritten in place:
// a run that ends on a full disk should say so, and a torn manifest costs less
// than one that says running for ever.
func (l *Live) Update(change func(*Manifest)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("updating run %s: %w", l.id, fs.ErrClosed)
	}
	locked, release := lockDir(l.fs, l.dir)
	defer release()
	next := l.manifest.clone()
	l.takeOver(&next)
	change(&next)
	l.addUnsynced(&next)
	replaced, err := writeManifest(l.fs, l.dir, &next, locked)
	if replaced {
		l.manifest = next.clone() // change may have put in what it goes on to use
	}
	if err != nil {
		return fmt.Errorf("updating run %s: %w", l.id, err)
	}
	return nil
}

// takeOver sets in m what belongs to persons, and what is not known here, to what
// the disk says. A manifest that cannot be read has nothing to say.
func (l *Live) takeOver(m *Manifest) {
	disk, _, err := readManifest(l.fs, l.dir)
	var misfit *FieldsError
	if err != nil && !errors.As(err, &misfit) {
		return
	}
	m.Name, m.Tags, m.Notes, m.Pinned, m.Extra = disk.Name, disk.Tags, disk.Notes, disk.Pinned, disk.Extra
}

// Keep puts a file into the run directory, under a name that may have folders in
// it, separated by slashes. When it returns nil the file is there whole, also after
// a power cut; after an error it is there whole or not at all. A file that has the
// name is replaced. A name that leads out of the directory, and that of a file which
// the run writes itself, is refused. A run directory that was removed meanwhile is not
// made again, and after Close the error is [fs.ErrClosed].
func (l *Live) Keep(name string, content []byte) error {
	if err := keepable(name); err != nil {
		return fmt.Errorf("keeping %q in run %s: %w", name, l.id, err)
	}
	if err := l.mayKeep(); err != nil {
		return fmt.Errorf("keeping %s in run %s: %w", name, l.id, err)
	}
	path := l.Path(filepath.FromSlash(name))
	if err := makeShelf(l.fs, filepath.Dir(path)); err != nil {
		return fmt.Errorf("keeping %s in run %s: %w", name, l.id, err)
	}
	r := replacement{fs: l.fs, dir: filepath.Dir(path), name: filepath.Base(path), data: content}
	if _, err := r.write(); err != nil {
		return fmt.Errorf("keeping %s in run %s: %w", name, l.id, err)
	}
	return nil
}

// mayKeep says why nothing can be kept any more.
func (l *Live) mayKeep() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fs.ErrClosed
	}
	_, err := l.fs.Lstat(l.dir)
	return err
}

// Close lets the lock go, after which readers take a manifest that still says
// running for a crash. It does not touch the manifest or the events. Further
// calls do nothing.
func (l *Live) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if err := l.lock.Close(); err != nil {
		return fmt.Errorf("closing the lock of run %s: %w", l.id, err)
	}
	return nil
}
