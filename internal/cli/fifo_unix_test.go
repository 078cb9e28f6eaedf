//go:build unix

package cli

import "syscall"

// makeFIFO makes a pipe with a name.
func makeFIFO(path string) error { return syscall.Mkfifo(path, 0o600) }
