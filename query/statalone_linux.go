//go:build amd64 || arm64

package query

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// signatureAlone is signatureOf for a path with a zero behind it, which it does not copy.
// The scheduler of Go is not told of the call, and so never takes its processor away from
// who makes ten thousand of them; until each returns, nothing else has that processor.
func signatureAlone(path string) (signature, bool) {
	var st syscall.Stat_t
	here := unix.AT_FDCWD
	_, _, err := syscall.RawSyscall6(unix.SYS_NEWFSTATAT, uintptr(here), uintptr(unsafe.Pointer(unsafe.StringData(path))),
		uintptr(unsafe.Pointer(&st)), unix.AT_SYMLINK_NOFOLLOW, 0, 0)
	if err != 0 {
		return signature{}, false
	}
	return signatureFrom(&st)
}
