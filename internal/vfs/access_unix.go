//go:build linux || darwin || freebsd

package vfs

import (
	"io/fs"
	"syscall"
)

// MayWrite returns why nothing can be made in a directory, nil when something can. It
// writes nothing to find out; what quotas and full disks refuse it does not know.
func MayWrite(dir string) error {
	const writeAndSearch = 2 | 1 // W_OK and X_OK of access(2)
	if err := syscall.Access(dir, writeAndSearch); err != nil {
		return &fs.PathError{Op: "access", Path: dir, Err: err}
	}
	return nil
}
