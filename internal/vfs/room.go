package vfs

// Lacks reports whether a file of size bytes surely cannot take n more: the rest of its
// last block and what its file system has free are less. False means nothing: only a
// write tells that there is space.
func Lacks(f interface{ Fd() uintptr }, size int64, n int) bool { return lacks(f.Fd(), size, n) }
