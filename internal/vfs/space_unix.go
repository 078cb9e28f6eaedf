//go:build linux || darwin || freebsd

package vfs

import (
	"io/fs"
	"syscall"
)

// Space is what a file system has left.
type Space struct {
	// Bytes is what may be written without special rights.
	Bytes uint64
	// Files is how many files may be made; 0 as well where a file system has no
	// such limit, which HasFiles tells.
	Files    uint64
	HasFiles bool
}

// FreeSpace returns what the file system of a path has left. Where a system does
// not tell, the error is errors.ErrUnsupported.
func FreeSpace(path string) (Space, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return Space{}, &fs.PathError{Op: "statfs", Path: path, Err: err}
	}
	return Space{Bytes: uint64(s.Bavail) * uint64(s.Bsize), Files: uint64(s.Ffree), HasFiles: s.Files > 0}, nil
}
