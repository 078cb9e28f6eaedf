package main

import (
	"os"
	"syscall"
)

// largestMemory is the largest resident memory of a process that has ended, in
// bytes. It is never less than what this program had when it started it.
func largestMemory(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return u.Maxrss << 10
}
