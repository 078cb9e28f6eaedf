//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vfs

import (
	"fmt"
	"syscall"
)

// Map maps the first size bytes of an open file into memory, shared with the
// file: what is stored there is in the file as soon as it is stored, and stays
// when the process is killed. The space must have been allocated before, or a
// full disk becomes a SIGBUS. The mapping does not depend on f staying open. A
// system or a file system without mappings is an error.
func Map(f File, size int) ([]byte, error) {
	const access = syscall.PROT_READ | syscall.PROT_WRITE
	mem, err := syscall.Mmap(int(f.Fd()), 0, size, access, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", f.Name(), err)
	}
	return mem, nil
}

// Unmap ends a mapping that [Map] made.
func Unmap(mem []byte) error { return syscall.Munmap(mem) }
