//go:build unix

package vfs

import "syscall"

// Flags for OpenFile that keep a reader from following a link at the end of a
// name and from waiting at a FIFO. They are 0 where a system has no such flag.
const (
	NoFollow = syscall.O_NOFOLLOW
	NonBlock = syscall.O_NONBLOCK
)

const canSyncDirs = true
