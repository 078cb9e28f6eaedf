package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FileName is the name of a configuration file.
const FileName = "runshelf.yaml"

// maxFileBytes bounds a configuration file. A real one has a few kilobytes.
const maxFileBytes = 1 << 20

// Sources says where [Registry.Load] looks. The zero value is the environment and
// the files of the current process, without flags.
type Sources struct {
	// File, when given, is read instead of searching upwards for a runshelf.yaml.
	File string
	// Dir is where the search upwards starts. Empty means the current directory.
	Dir string
	// UserDir is the user's configuration directory of this program. Empty means
	// runshelf inside [os.UserConfigDir].
	UserDir string
	// Env holds the environment as [os.Environ] does. Nil means that of the
	// process. A variable with an empty value counts as not set.
	Env []string
	// Flags holds values by key, each as text or in the type of the setting. A
	// key without a section belongs to the model's section. They are stronger than
	// Set.
	Flags map[string]any
	// Set holds key=value pairs. A key without a section belongs to the model's
	// section. Of two pairs with one key the later holds.
	Set []string
	// Section is the model's section. Empty means the resolved simulation.model.
	Section string
}

// readProject reads the file named on the command line, or the one found upwards.
func (l *loading) readProject() error {
	if l.sources.File != "" {
		return l.readFile(l.sources.File, placeName(l.sources.File), "")
	}
	if found, err := l.readHere(); found || err != nil {
		return err
	}
	dir, err := filepath.Abs(cmp.Or(l.sources.Dir, "."))
	if err != nil {
		return nil // the current directory is gone, and with it anything above it
	}
	path, err := searchUpwards(dir)
	if err != nil || path == "" {
		return err
	}
	base := filepath.Dir(path)
	if cwd, err := os.Getwd(); err == nil && cwd == base {
		return l.readFile(path, FileName, "") // what is relative stays so, and short
	}
	return l.readFile(path, placeName(path), base)
}

// readHere reads the file of the current directory when that is where the search
// starts, and reports whether there is one. It is named without a directory: who was
// put into a place below one that may not be entered can open it in no other way.
func (l *loading) readHere() (bool, error) {
	if l.sources.Dir != "" {
		return false, nil
	}
	found, err := present(FileName)
	if found {
		err = l.readFile(FileName, FileName, "")
	}
	return found, err
}

// searchUpwards returns the nearest runshelf.yaml in dir or above it, or "".
func searchUpwards(dir string) (string, error) {
	for {
		path := filepath.Join(dir, FileName)
		found, err := present(path)
		if found || err != nil {
			return path, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// errNotRegular is the cause when something else bears the name of a file.
var errNotRegular = errors.New("not a regular file")

// present reports whether there is a configuration file. What nobody named must be
// a regular file: opening a FIFO would wait for ever. Behind a directory that may not
// be entered there are no settings of this user, whose home may be that of another
// one after su or setpriv.
func present(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR):
		return false, nil
	case err != nil:
		return false, readError(placeName(path), err)
	case !info.Mode().IsRegular():
		return false, readError(placeName(path), errNotRegular)
	}
	return true, nil
}

// readUser reads the file in the user's configuration directory, if there is one.
func (l *loading) readUser() error {
	dir := l.sources.UserDir
	if dir == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return nil // a user without a home has no such file
		}
		dir = filepath.Join(base, "runshelf")
	}
	path := filepath.Join(dir, FileName)
	if found, err := present(path); !found {
		return err
	}
	return l.readFile(path, placeName(path), "")
}

// readFile applies one file. Relative paths in it are joined to base, unless that
// is empty.
func (l *loading) readFile(path, place, base string) error {
	data, err := readBounded(path)
	if err != nil {
		return readError(place, err)
	}
	found, err := l.registry.parseFile(place, data)
	if err != nil {
		return err
	}
	for _, f := range found {
		s, _ := l.registry.Lookup(f.key)
		l.put(f.key, rebase(s, f.value, base), "file "+lineOf(place, f.line))
	}
	return nil
}

// rebase makes a relative path relative to base.
func rebase(s Setting, v any, base string) any {
	path, ok := v.(string)
	if !ok || !s.FileRelative || base == "" || filepath.IsAbs(path) {
		return v
	}
	return filepath.Join(base, path)
}

// errTooLarge is the cause when a file is longer than maxFileBytes.
var errTooLarge = fmt.Errorf("larger than %d bytes, which no settings are", maxFileBytes)

// readBounded reads a file, or a pipe that the caller named, of at most
// maxFileBytes.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // only read from
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err == nil && len(data) > maxFileBytes {
		err = errTooLarge
	}
	return data, err
}

// readError says that a file could not be read, in one line.
func readError(place string, err error) error {
	cause := err
	if p := new(fs.PathError); errors.As(err, &p) {
		cause = p.Err
	}
	return &Error{File: place, Message: "cannot read the settings: " + cause.Error(), Err: err}
}
