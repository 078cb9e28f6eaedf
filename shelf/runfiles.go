package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf/internal/vfs"
)

// ErrNoFile is what is wrapped when a run has no regular file of a name.
var ErrNoFile = errors.New("no such file in the run")

// RunFile is one file of a run.
type RunFile struct {
	// Name is its path in the run directory, with slashes.
	Name string
	// Bytes is its length; 0 when it is no regular file.
	Bytes int64
	// Changed is when it was last written to.
	Changed time.Time
	// Kind is "file", "link" or "other". Links are not followed.
	Kind string
}

// Files returns the files of the run, in the order of their names (the parts of the
// readable log in that in which they were written), without those
// that belong to the shelf and not to a person: their names begin with a dot. At
// most limit are returned; more reports that there are others.
func (r *Run) Files(limit int) (files []RunFile, more bool, err error) {
	err = filepath.WalkDir(r.Dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is not listed, and stops nothing
		case strings.HasPrefix(d.Name(), ".") && name != r.Dir:
			return skipDir(d)
		case d.IsDir():
			return nil
		case len(files) == limit:
			more = true
			return fs.SkipAll
		}
		rel, err := filepath.Rel(r.Dir, name)
		if err != nil {
			return fmt.Errorf("listing the files of run %s: %w", r.ID, err)
		}
		files = append(files, runFile(filepath.ToSlash(rel), d))
		return nil
	})
	OrderLog(files, func(f RunFile) string { return f.Name })
	return files, more, err
}

// skipDir passes over a directory, and over nothing but itself when it is none.
func skipDir(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// runFile describes a file.
func runFile(name string, d fs.DirEntry) RunFile {
	f := RunFile{Name: name, Kind: "other"}
	info, err := d.Info()
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		f.Kind = "link"
	case err == nil && info.Mode().IsRegular():
		f.Kind, f.Bytes, f.Changed = "file", info.Size(), info.ModTime()
	}
	return f
}

// OpenFile opens a regular file of the run for reading, by its path with slashes.
// No link is followed, not even one that stays within the run, and nothing is
// waited for; what is no regular file is [ErrNoFile], as is what a path leads to
// that is not plain. The caller closes the file.
func (r *Run) OpenFile(name string) (*os.File, error) {
	root, err := os.OpenRoot(r.Dir)
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", r.ID, err)
	}
	defer root.Close()
	if !plainPath(root, name) {
		return nil, fmt.Errorf("%w: %q", ErrNoFile, name)
	}
	// The file may have been replaced since it was looked at: neither a link nor
	// a FIFO that came meanwhile is followed or waited for.
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|vfs.NoFollow|vfs.NonBlock, 0)
	if err != nil {
		return nil, fmt.Errorf("opening %q of run %s: %w", name, r.ID, err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("%w: %q", ErrNoFile, name)
	}
	return f, nil
}

// plainPath reports whether a path leads through directories to a regular file.
func plainPath(root *os.Root, name string) bool {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") {
		return false
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := root.Lstat(filepath.FromSlash(dir)); err != nil || !info.IsDir() {
			return false
		}
	}
	info, err := root.Lstat(filepath.FromSlash(name))
	return err == nil && info.Mode().IsRegular()
}
