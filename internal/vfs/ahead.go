package vfs

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
