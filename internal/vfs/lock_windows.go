package vfs

import (
	"syscall"
	"unsafe"
)

// tryLock locks one byte far behind the end of the file, so that the lock,
// which is mandatory on Windows, keeps nobody from reading the contents.
func tryLock(fd uintptr, exclusive bool) (bool, error) {
	const (
		failImmediately = 1
		exclusiveLock   = 2
		lockViolation   = syscall.Errno(33)
		ioPending       = syscall.Errno(997)
		farBehind       = 1 << 30
	)
	flags := uintptr(failImmediately)
	if exclusive {
		flags |= exclusiveLock
	}
	lockFileEx := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	place := syscall.Overlapped{OffsetHigh: farBehind}
	ok, _, err := lockFileEx.Call(fd, flags, 0, 1, 0, uintptr(unsafe.Pointer(&place)))
	switch {
	case ok != 0:
		return true, nil
	case err == lockViolation || err == ioPending:
		return false, nil
	default:
		return false, err
	}
}
