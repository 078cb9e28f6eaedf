//go:build unix

package shelf

import (
	"os"
	"syscall"
)

func makeFIFO(path string) error { return syscall.Mkfifo(path, 0o666) }

// suspend stops a process until it is told to go on, or killed.
func suspend(p *os.Process) error { return p.Signal(syscall.SIGSTOP) }
