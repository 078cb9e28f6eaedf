package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/runshelf/internal/vfs"
)

const (
	// trashDir, in the shelf, holds removed runs. No run can have its name.
	trashDir = ".trash"
	// gonePrefix begins the names of what is on its way out of the trash and
	// cannot be brought back.
	gonePrefix = ".gone-"
	// againMark stands between an id and the number of the run that bore it
	// before. No id can hold it.
	againMark = "~"
)

// ErrTaken is what is wrapped when a run cannot be restored because there is
// another one of its id.
var ErrTaken = errors.New("there is a run of this id")

// Trashed is a run in the trash.
type Trashed struct {
	// Run is the run; its Dir lies in the trash.
	Run *Run
	// ID is the id that it had and will have again.
	ID string
	// Bytes is the length of all its files.
	Bytes int64
}

// Trash returns the runs in the trash, newest first by their start.
func (s *Shelf) Trash() ([]Trashed, error) {
	entries, err := s.trashEntries()
	if err != nil {
		return nil, fmt.Errorf("listing the trash of %s: %w", s.dir, err)
	}
	var all []Trashed
	for _, name := range entries {
		r, _ := s.trashed(name)
		if r == nil {
			continue
		}
		size, err := treeSize(s.fs, r.Dir)
		if err != nil {
			return nil, fmt.Errorf("measuring %s: %w", r.Dir, err)
		}
		all = append(all, Trashed{Run: r, ID: r.ID, Bytes: size})
	}
	slices.SortFunc(all, func(a, b Trashed) int { return compareRuns(a.Run, b.Run) })
	return all, nil
}

// trashed returns the run that lies in the trash under a name, and how often one of its
// id had been removed by then. It is nil for what removing has not put there.
func (s *Shelf) trashed(name string) (*Run, int) {
	id, number, again := strings.Cut(name, againMark)
	n := 1
	if again {
		var err error
		if n, err = strconv.Atoi(number); err != nil || n < 2 || strconv.Itoa(n) != number {
			return nil, 0
		}
	}
	r := &Run{ID: id, Dir: filepath.Join(s.dir, trashDir, name)}
	if ValidateID(id) != nil || !r.load(s.host) {
		return nil, 0
	}
	return r, n
}

// trashEntries returns the names of the directories in the trash.
func (s *Shelf) trashEntries() ([]string, error) {
	trash := filepath.Join(s.dir, trashDir)
	info, err := s.fs.Lstat(trash)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no directory", trash)
	}
	if err != nil {
		return nil, err
	}
	entries, err := s.fs.ReadDir(trash)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Restore brings a run back from the trash. Of several of one id it is the one
// that was removed last. A missing one is [ErrNoRun]; when the id has been taken
// since it is [ErrTaken] and nothing has changed.
func (s *Shelf) Restore(id string) error {
	name, err := s.inTrash(id)
	if err != nil {
		return err
	}
	if err := s.restore(id, name); err != nil {
		return fmt.Errorf("restoring run %s: %w", id, err)
	}
	return nil
}

// inTrash returns under which name the trash has a run.
func (s *Shelf) inTrash(id string) (string, error) {
	entries, err := s.trashEntries()
	if err != nil {
		return "", err
	}
	newest, name := 0, ""
	for _, entry := range entries {
		if base, _, _ := strings.Cut(entry, againMark); base != id {
			continue
		}
		if r, n := s.trashed(entry); r != nil && n > newest {
			newest, name = n, entry
		}
	}
	if name == "" {
		return "", fmt.Errorf("%w in the trash: %q", ErrNoRun, id)
	}
	return name, nil
}

func (s *Shelf) restore(id, name string) error {
	locked, release := lockDir(s.fs, s.dir)
	defer release()
	to := filepath.Join(s.dir, id)
	if _, err := s.fs.Lstat(to); err == nil {
		return ErrTaken
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	trash := filepath.Join(s.dir, trashDir)
	if err := s.fs.Rename(filepath.Join(trash, name), to); err != nil {
		return err
	}
	if err := errors.Join(s.fs.SyncDir(s.dir), s.fs.SyncDir(trash)); err != nil {
		return err
	}
	return s.followLatest(id, locked)
}

// followLatest makes "latest" name a run that is back, if it started after the one
// that is named now.
func (s *Shelf) followLatest(id string, locked bool) error {
	if now := latestID(s.fs, s.dir); now != "" {
		there, err := isDir(s.fs, filepath.Join(s.dir, now))
		if err != nil {
			return err
		}
		if there && !startOf(s.fs, filepath.Join(s.dir, id)).After(startOf(s.fs, filepath.Join(s.dir, now))) {
			return nil
		}
	}
	return s.pointLatest(id, locked)
}

// isDir reports whether path is a directory. What cannot be told is an error.
func isDir(fsys vfs.FS, path string) (bool, error) {
	info, err := fsys.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.IsDir(), err
}

// EmptyTrash removes for ever what Trash lists, and what an earlier removal that
// was stopped has left. It returns how many runs and bytes that was. What cannot
// be removed is told by the error and does not stop the rest.
func (s *Shelf) EmptyTrash() (runs int, bytes int64, err error) {
	all, err := s.Trash()
	if err != nil {
		return 0, 0, err
	}
	var failures []error
	trash := filepath.Join(s.dir, trashDir)
	for _, t := range all {
		err := s.fs.Rename(t.Run.Dir, filepath.Join(trash, goneName(t.ID)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody else does the same
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		runs, bytes = runs+1, bytes+t.Bytes
	}
	if err := errors.Join(append(failures, s.sweep())...); err != nil {
		return runs, bytes, fmt.Errorf("emptying the trash of %s: %w", s.dir, err)
	}
	return runs, bytes, nil
}

// sweep removes what is on its way out, also that of removals that were stopped.
func (s *Shelf) sweep() error {
	entries, err := s.trashEntries()
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range entries {
		if strings.HasPrefix(name, gonePrefix) {
			failures = append(failures, removeTree(s.fs, filepath.Join(s.dir, trashDir, name)))
		}
	}
	return errors.Join(failures...)
}

// makeTrash returns the trash, which it makes if need be. It must not be a link.
func (s *Shelf) makeTrash() (string, error) {
	trash := filepath.Join(s.dir, trashDir)
	err := s.fs.Mkdir(trash, dirMode)
	if err == nil {
		return trash, s.fs.SyncDir(s.dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := s.fs.Lstat(trash)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no directory", trash)
	}
	return trash, err
}

// freeTrashName returns a path in the trash for a run, while the shelf is locked.
func freeTrashName(fsys vfs.FS, trash, id string) (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(trash, id)
		if n > 1 {
			path += againMark + strconv.Itoa(n)
		}
		_, err := fsys.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// goneName returns a name that nothing in the trash has.
func goneName(id string) string { return gonePrefix + id + againMark + newUUID(time.Now()) }
