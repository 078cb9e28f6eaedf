package vfs

import "syscall"

// ext4 is the number of ext4 in statfs(2).
const ext4 = 0xef53

// setAside sets n bytes from end on aside, and reports whether it did: on ext4 with much
// free space. Other file systems have ways of their own to look for space in large
// pieces, lose more by it than they gain (btrfs then leaves off compressing), or would
// write zeros.
func setAside(f AheadFile, end int64, n int64) bool {
	const keepSize = 1
	fd := int(f.Fd())
	var s syscall.Statfs_t
	if syscall.Fstatfs(fd, &s) != nil || s.Type != ext4 || int64(s.Bavail) < aheadSpare/int64(s.Bsize) {
		return false
	}
	return syscall.Fallocate(fd, keepSize, end, n) == nil
}
