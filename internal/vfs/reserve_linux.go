package vfs

import "syscall"

// Reserve asks the file system to set aside the first size bytes of f without
// changing its length, so that overwriting it later needs no new space. It is a
// favour: where a system or a file system cannot do it, it is an error and
// nothing has changed.
func Reserve(f File, size int64) error {
	const keepSize = 1
	for {
		if err := syscall.Fallocate(int(f.Fd()), keepSize, 0, size); err != syscall.EINTR {
			return err
		}
	}
}
