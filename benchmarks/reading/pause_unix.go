//go:build unix

package main

import "syscall"

// pause stops the program for a while, or lets it go on.
func (f *follower) pause(stopped bool) {
	signal := syscall.SIGCONT
	if stopped {
		signal = syscall.SIGSTOP
	}
	_ = f.cmd.Process.Signal(signal) // one that has ended shows nothing, which is told
}
