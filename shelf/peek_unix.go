//go:build unix

package shelf

import (
	"os"
	"syscall"

	"example.org/runshelf/internal/vfs"
)

// peek asks the system itself: ReadAt would ask a second time, to be sure of the end.
func peek(f vfs.File, p []byte, off int64) (int, error) {
	for {
		n, err := syscall.Pread(int(f.Fd()), p, off)
		if err != syscall.EINTR {
			return max(n, 0), os.NewSyscallError("pread", err)
		}
	}
}
