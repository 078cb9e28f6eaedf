//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package vfs

import "errors"

// Map maps the first size bytes of an open file into memory. This system has no
// mappings that package syscall knows, and the answer is errors.ErrUnsupported.
func Map(File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

// Unmap ends a mapping that [Map] made.
func Unmap([]byte) error { return errors.ErrUnsupported }
