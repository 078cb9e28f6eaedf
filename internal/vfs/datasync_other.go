//go:build !linux

package vfs

import "os"

// datasync is a full sync: package syscall offers nothing lighter here.
func datasync(f *os.File) error { return f.Sync() }
