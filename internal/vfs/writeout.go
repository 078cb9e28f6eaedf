package vfs

// WriteOut has the system begin to bring to the disk what a file has in memory, without
// waiting for it: whoever syncs the file later waits for little. It reports whether that
// could be done. It promises nothing; only a sync does, and that tells what failed.
func WriteOut(f interface{ Fd() uintptr }) bool { return writeOut(f.Fd()) }
