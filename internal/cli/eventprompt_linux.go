package cli

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// writeAlone writes to who has room, without telling the scheduler of Go, which costs more
// than the writing: it would have to wake its monitor. It returns how much was written.
func writeAlone(fd uintptr, b []byte) int {
	n, _, err := syscall.RawSyscall(unix.SYS_WRITE, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	if err != 0 {
		return 0
	}
	return int(n)
}

// hasRoom reports whether promptSize bytes can be written without waiting.
func hasRoom(fd uintptr) bool {
	fds, now := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, unix.Timespec{}
	n, _, err := syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return err == 0 && n > 0 && fds[0].Revents == unix.POLLOUT
}
