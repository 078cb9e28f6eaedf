package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"example.org/runshelf/internal/vfs"
)

// latestTextLimit is how much of latest.txt is read, in bytes.
const latestTextLimit = 1 << 10

// moveLatest makes "latest" name this run, unless it names one that started
// later. The lock of the shelf keeps two runs that start at once from each
// reading the link before the other has moved it.
func (c *creation) moveLatest() error {
	locked, release := lockDir(c.FS, c.shelf)
	defer release()
	link := filepath.Join(c.shelf, LatestLink)
	switch info, err := c.FS.Lstat(link); {
	case err == nil && info.Mode()&fs.ModeSymlink == 0:
		c.Warn(fmt.Sprintf("%s is not a link and is left alone; it does not name the new run", link))
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if c.isOld(latestID(c.FS, c.shelf)) {
		return nil
	}
	err := c.placeLink(link, locked)
	if cannotLink(err) {
		return c.placeText(locked)
	}
	return err
}

// isOld reports whether the run id started later than this one. A start in the
// future tells only that a clock was wrong.
func (c *creation) isOld(id string) bool {
	if id == "" || id == c.id {
		return false
	}
	start := startOf(c.FS, filepath.Join(c.shelf, id))
	return start.After(c.start) && !start.After(c.Now())
}

// placeLink renames a new link over the old one, so that a reader never finds it
// missing.
func (c *creation) placeLink(link string, locked bool) error {
	temp, err := makeTemp(c.FS, c.shelf, LatestLink, locked, func(name string) error {
		return c.FS.Symlink(c.id, name)
	})
	if err != nil {
		return err
	}
	if err := c.FS.Rename(temp, link); err != nil {
		c.FS.Remove(temp)
		return err
	}
	return nil
}

func (c *creation) placeText(locked bool) error {
	r := replacement{fs: c.FS, dir: c.shelf, name: latestText, data: []byte(c.id + "\n"), locked: locked}
	replaced, err := r.write()
	if replaced {
		return nil
	}
	return err
}

// cannotLink reports whether the file system, or Windows without the privilege,
// has no symbolic links.
func cannotLink(err error) bool {
	const privilegeNotHeld = syscall.Errno(1314)
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EPERM) ||
		runtime.GOOS == "windows" && errors.Is(err, privilegeNotHeld)
}

// latestID returns the id that "latest", or what stands in for it, names, and ""
// when there is none, when it cannot be read or when it leads out of the shelf. The
// run need not exist.
func latestID(fsys vfs.FS, shelf string) string {
	id, err := readLatest(fsys, shelf)
	if err != nil {
		return ""
	}
	return id
}

// readLatest is latestID for who must not take a link that cannot be read for one
// that is not there.
func readLatest(fsys vfs.FS, shelf string) (string, error) {
	link := filepath.Join(shelf, LatestLink)
	info, err := fsys.Lstat(link)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		target, err := fsys.Readlink(link)
		return plainID(filepath.Clean(target)), err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	text, err := vfs.ReadRegular(fsys, filepath.Join(shelf, latestText), latestTextLimit)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrNotRegular) {
		return "", nil
	}
	return plainID(strings.TrimSpace(string(text))), err
}

func plainID(s string) string {
	if ValidateID(s) != nil {
		return ""
	}
	return s
}

// startOf returns when a run started: what its manifest says, else what its id
// says, else when its directory was last changed, else the zero time.
func startOf(fsys vfs.FS, dir string) time.Time {
	m, _, _ := readManifest(fsys, dir)
	return startedAt(fsys, dir, m)
}

func startedAt(fsys vfs.FS, dir string, m Manifest) time.Time {
	if !m.StartedAt.IsZero() {
		return m.StartedAt
	}
	if t, ok := timeOfID(filepath.Base(dir)); ok {
		return t
	}
	info, err := fsys.Lstat(dir)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
