package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"

	"example.org/runshelf/internal/vfs"
)

// ErrPinned is what is wrapped when a pinned run is to be removed.
var ErrPinned = errors.New("the run is pinned")

// Remove moves the run of an id to the trash. The id must be given in full: any
// other name is [ErrNoRun]. A pinned run is refused with [ErrPinned], one that
// lives, or may live on another machine, with [ErrLives].
func (s *Shelf) Remove(id string) error {
	if err := s.CheckRemove(id); err != nil {
		return err
	}
	if err := s.remove(id, nil, false); err != nil {
		return fmt.Errorf("removing run %s: %w", id, err)
	}
	return nil
}

// CheckRemove reports why Remove would refuse a run now.
func (s *Shelf) CheckRemove(id string) error {
	r, err := s.removable(id)
	if err != nil {
		return err
	}
	if err := r.mayGo(s.host); err != nil {
		return fmt.Errorf("removing run %s: %w", id, err)
	}
	return nil
}

// removable returns the run that bears an id in full.
func (s *Shelf) removable(id string) (*Run, error) {
	if ValidateID(id) != nil {
		return nil, noRun(id)
	}
	return s.open(filepath.Join(s.dir, id), id)
}

// mayGo refuses runs that stay.
func (r *Run) mayGo(host machine) error {
	switch {
	case r.Manifest.Pinned:
		return ErrPinned
	case r.Status == StatusRunning, r.Manifest.Status == StatusRunning && r.elsewhere(host):
		return ErrLives
	}
	return nil
}

// remove takes a run off the shelf. Its lock keeps away whoever would complete or
// repair it, the lock of its directory whoever is about to pin it, and the lock
// of the shelf whoever moves "latest".
func (s *Shelf) remove(id string, doomed map[string]bool, purge bool) error {
	dir := filepath.Join(s.dir, id)
	release, err := holdRun(s.fs, dir)
	if err != nil {
		return err
	}
	defer release()
	r, err := openRun(dir, s.host.free())
	if err != nil {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	if err := r.mayGo(s.host); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		release() // a directory with an open file in it cannot be renamed there
	}
	gone, err := s.moveAway(id, doomed, purge)
	if err != nil || !purge {
		return err
	}
	return removeTree(s.fs, gone)
}

// holdRun takes the lock of a run, if it has one, and that of its directory. It
// makes nothing: what is removed comes back as it was.
func holdRun(fsys vfs.FS, dir string) (release func(), err error) {
	lock, err := takeLock(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrNotRegular) {
		lock, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, releaseDir := lockDir(fsys, dir)
	return sync.OnceFunc(func() {
		releaseDir()
		if lock != nil {
			lock.Close()
		}
	}), nil
}

// moveAway renames a run into the trash, after "latest" has left it.
func (s *Shelf) moveAway(id string, doomed map[string]bool, purge bool) (to string, err error) {
	trash, err := s.makeTrash()
	if err != nil {
		return "", err
	}
	locked, release := lockDir(s.fs, s.dir)
	defer release()
	if err := s.leaveLatest(id, doomed, locked); err != nil {
		return "", err
	}
	if purge {
		to = filepath.Join(trash, goneName(id))
	} else if to, err = freeTrashName(s.fs, trash, id); err != nil {
		return "", err
	}
	if err := s.fs.Rename(filepath.Join(s.dir, id), to); err != nil {
		return "", err
	}
	return to, errors.Join(s.fs.SyncDir(trash), s.fs.SyncDir(s.dir))
}

// leaveLatest makes "latest" name another run than the one that goes: the newest
// of those that stay, else the newest of all others. When there is none the link
// goes. Since that is done and synced first, it never names what is not there.
func (s *Shelf) leaveLatest(id string, doomed map[string]bool, locked bool) error {
	if named, err := readLatest(s.fs, s.dir); err != nil || named != id {
		return err
	}
	if err := s.moveLatestFrom(id, doomed, locked); err != nil {
		return err
	}
	return s.fs.SyncDir(s.dir)
}

func (s *Shelf) moveLatestFrom(id string, doomed map[string]bool, locked bool) error {
	runs, err := s.Runs()
	if err != nil {
		return err
	}
	next := ""
	for _, r := range runs {
		switch {
		case r.ID == id:
		case !doomed[r.ID]:
			return s.pointLatest(r.ID, locked)
		case next == "":
			next = r.ID
		}
	}
	if next != "" {
		return s.pointLatest(next, locked)
	}
	return errors.Join(s.removeLink(LatestLink), s.removeLink(latestText))
}

// mendLatest makes "latest" name a run that is there, if it names one that is not.
func (s *Shelf) mendLatest() error {
	id, err := readLatest(s.fs, s.dir)
	if err != nil || id == "" {
		return err
	}
	if there, err := isDir(s.fs, filepath.Join(s.dir, id)); err != nil || there {
		return err
	}
	locked, release := lockDir(s.fs, s.dir)
	defer release()
	return s.leaveLatest(id, nil, locked)
}

// pointLatest makes "latest" name a run, whatever it named before. What is no link
// is left alone.
func (s *Shelf) pointLatest(id string, locked bool) error {
	c := &creation{CreateOptions: CreateOptions{FS: s.fs}, shelf: s.dir, id: id}
	link := filepath.Join(s.dir, LatestLink)
	if info, err := s.fs.Lstat(link); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	err := c.placeLink(link, locked)
	if cannotLink(err) {
		return c.placeText(locked)
	}
	return err
}

// removeLink removes what names the newest run, if that is a link or a file that
// stands in for one.
func (s *Shelf) removeLink(name string) error {
	path := filepath.Join(s.dir, name)
	info, err := s.fs.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	link := info.Mode()&fs.ModeSymlink != 0
	if name == LatestLink && !link || name == latestText && !info.Mode().IsRegular() {
		return nil
	}
	return removeIfThere(s.fs, path)
}

// treeSize adds up the lengths of all regular files below dir. Links are not
// followed.
func treeSize(fsys vfs.FS, dir string) (int64, error) {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return 0, nil // it went meanwhile, or nobody may look
		}
		return 0, err
	}
	var total int64
	for _, e := range entries {
		switch {
		case e.IsDir():
			size, err := treeSize(fsys, filepath.Join(dir, e.Name()))
			if err != nil {
				return 0, err
			}
			total += size
		case e.Type().IsRegular():
			if info, err := e.Info(); err == nil {
				total += info.Size()
			}
		}
	}
	return total, nil
}

// removeTree removes dir and all below it. A link is removed and not followed.
func removeTree(fsys vfs.FS, dir string) error {
	info, err := fsys.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		entries, err := fsys.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if err := removeTree(fsys, filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return removeIfThere(fsys, dir)
}
