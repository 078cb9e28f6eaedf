package cli

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// writeAlone writes what a pipe has room for, and never waits. It does not tell the
// scheduler of Go, which costs more than the writing: that would have to wake its monitor.
// It returns how much was written; why that was not all, whoever writes the rest finds out.
func writeAlone(fd uintptr, b []byte) int {
	const present = ^uintptr(0) // the place to write to: where the pipe is
	v := unix.Iovec{Base: &b[0]}
	v.SetLen(len(b))
	n, _, err := syscall.RawSyscall6(unix.SYS_PWRITEV2, fd, uintptr(unsafe.Pointer(&v)), 1, present, present, unix.RWF_NOWAIT)
	runtime.KeepAlive(b)
	if err != 0 {
		return 0
	}
	return int(n)
}
