package vfs

import "syscall"

// lacks counts the blocks that are kept for root too, since it may be who writes. A block
// that a part of a file may share with others is counted in full, as the file systems do.
func lacks(fd uintptr, size int64, n int) bool {
	var s syscall.Statfs_t
	if syscall.Fstatfs(int(fd), &s) != nil || s.Frsize <= 0 {
		return false
	}
	block := int64(s.Frsize)
	missing := size + int64(n) - (size+block-1)/block*block
	return missing > 0 && uint64(missing-1)/uint64(block) >= s.Bfree
}
