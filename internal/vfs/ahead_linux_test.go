package vfs

import (
	"os"
	"syscall"
	"testing"
)

// checkTrimmed wants a file to take hardly more space than it has bytes.
func checkTrimmed(t *testing.T, file *os.File, size int64) {
	t.Helper()
	var s syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &s); err != nil {
		t.Fatal(err)
	}
	if taken := s.Blocks * 512; taken > size+1<<20 {
		t.Errorf("%d bytes take %d", size, taken)
	}
}
