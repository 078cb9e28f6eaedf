package vfs

import (
	"errors"
	"os"
	"time"
)

// Ahead sets space aside for a file that grows fast, some megabytes at a time, so that
// the file system need not look for it at each of its blocks: on ext4 that is a third of
// what a write costs. It is a favour: what it cannot do it leaves, and it leaves all
// where it has not been measured. Writing goes on the same either way.
//
// The zero value is ready. It is used from one goroutine at a time.
type Ahead struct {
	end    int64 // what has been set aside, or written before
	pieces int
	off    bool // it cannot be done here
}

// Sizes of what is set aside, in bytes.
const (
	aheadFrom  = 1 << 20   // the size of a file that grows fast
	aheadPiece = 4 << 20   // what is set aside at once; who is killed leaves that over, and what was to be written
	aheadSpare = 512 << 20 // the free space below which nothing is
)

// AheadFile is what Ahead needs of a file; [File] and [os.File] are such.
type AheadFile interface {
	Fd() uintptr
	Truncate(size int64) error
}

// Grow is told before n bytes are written to the end of a file of so many bytes, by
// somebody who writes much.
func (a *Ahead) Grow(f AheadFile, size int64, n int) {
	if size < aheadFrom || a.off || size+int64(n) <= a.end {
		return
	}
	a.end = max(a.end, size)
	if a.off = !setAside(f, a.end, aheadPiece); !a.off {
		a.end += aheadPiece
		a.pieces++
	}
}

// Trim gives back what was set aside and not used. The file has so many bytes, and
// grows no more.
func (a *Ahead) Trim(f AheadFile, size int64) {
	if a.pieces > 0 && a.end > size {
		// What cannot be given back is given back with the file.
		_ = f.Truncate(size)
	}
	a.off = true
}

// GiveBack gives back what [Ahead] has set aside for a file whose writer was killed
// before it could do so, and returns how many bytes that were: 0 when there is nothing.
// What is in the file stays, and so does the time at which it was last written. A link
// is not followed. Nobody else may be writing the file.
func GiveBack(fsys FS, path string) (n int64, err error) {
	if n, err = SetAside(fsys, path); n == 0 || err != nil {
		return 0, err
	}
	f, err := fsys.OpenFile(path, os.O_RDWR|NoFollow|NonBlock, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err := f.Truncate(info.Size()); err != nil {
		return 0, err
	}
	_ = os.Chtimes(path, time.Time{}, info.ModTime()) // a favour to whoever looks at it
	return n - spare(f, info.Size()), nil
}

// SetAside returns how many bytes of space a regular file takes beyond its end. It is 0
// where a system or a file system does not tell.
func SetAside(fsys FS, path string) (int64, error) {
	f, err := OpenRegular(fsys, path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return spare(f, info.Size()), nil
}
