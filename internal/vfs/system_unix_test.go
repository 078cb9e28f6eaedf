//go:build unix

package vfs

import "syscall"

func makeFIFO(path string) error { return syscall.Mkfifo(path, 0o666) }
