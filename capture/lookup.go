package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// findProgram returns the path of a program as a shell would find it, or a
// [*StartError].
func findProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil || errors.Is(err, exec.ErrDot) {
		return path, nil
	}
	return "", startError(name, err)
}

// noRoom reports that the machine had no room for a process, which is not the
// program's fault.
func noRoom(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.ENOMEM)
}

// startError sorts what kept a program from starting.
func startError(name string, err error) *StartError {
	var why *exec.Error
	if errors.As(err, &why) {
		err = why.Err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	missing := errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound)
	switch {
	case missing && standsInPath(name):
		return &StartError{CodeNotRunnable, fmt.Errorf("%s: %w", name, fs.ErrPermission)}
	case errors.Is(err, exec.ErrNotFound):
		return &StartError{CodeNotFound, fmt.Errorf("%s: command not found", name)}
	case missing:
		return &StartError{CodeNotFound, fmt.Errorf("%s: %w", name, err)}
	}
	return &StartError{CodeNotRunnable, fmt.Errorf("%s: %w", name, err)}
}

// standsInPath reports whether a plain name is a file in some directory of PATH,
// so that it was found and is not executable.
func standsInPath(name string) bool {
	if strings.ContainsRune(name, filepath.Separator) {
		return false
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}
