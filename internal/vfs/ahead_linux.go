package vfs

import (
	"math"
	"syscall"
	"unsafe"
)

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

// fiemap is what the system is asked for the pieces of space of a file with, and how it
// answers; see Documentation/filesystems/fiemap.rst in the source of Linux.
type fiemap struct {
	start, length uint64
	flags         uint32
	mapped        uint32 // how many pieces were told
	room          uint32 // for how many there is room
	_             uint32
	extents       [16]extent
}

// extent is one of them.
type extent struct {
	logical, physical, length uint64
	_                         [2]uint64
	flags                     uint32
	_                         [3]uint32
}

// spare returns how many bytes of space a file of so many bytes takes beyond its last
// block, as far as sixteen pieces tell: a writer has set one or two aside.
func spare(f AheadFile, size int64) (n int64) {
	const askForMap = 0xc020660b // FS_IOC_FIEMAP
	var s syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &s); err != nil || s.Blksize <= 0 {
		return 0
	}
	block := int64(s.Blksize)
	end := (size + block - 1) / block * block
	m := fiemap{start: uint64(end), length: math.MaxUint64 - uint64(end)}
	m.room = uint32(len(m.extents))
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), askForMap, uintptr(unsafe.Pointer(&m))); errno != 0 {
		return 0
	}
	for _, e := range m.extents[:min(m.mapped, m.room)] {
		n += max(0, int64(e.logical)+int64(e.length)-max(end, int64(e.logical)))
	}
	return n
}
