//go:build !unix

package vfs

// Flags for OpenFile that keep a reader from following a link at the end of a
// name and from waiting at a FIFO. They are 0 where a system has no such flag.
const (
	NoFollow = 0
	NonBlock = 0
)

const canSyncDirs = false
