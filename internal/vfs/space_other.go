//go:build !(linux || darwin || freebsd)

package vfs

import "errors"

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
func FreeSpace(string) (Space, error) { return Space{}, errors.ErrUnsupported }
