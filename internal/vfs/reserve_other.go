//go:build !linux

package vfs

import "errors"

// Reserve asks the file system to set aside the first size bytes of f without
// changing its length, so that overwriting it later needs no new space. It is a
// favour: where a system or a file system cannot do it, it is an error and
// nothing has changed.
func Reserve(File, int64) error { return errors.ErrUnsupported }
