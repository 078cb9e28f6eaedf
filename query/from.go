package query

import (
	"io"

	"example.org/runshelf/shelf"
)

// ScanFrom is [Scan] from a place in the file on, which is 0 or the end of a line
// as Line.Offset and its bytes tell. Numbers of lines count from there.
func ScanFrom(run *shelf.Run, offset int64, f Filter, fn func(*Line) error) (Report, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	return scanBlocks(blocksFrom(events, offset, events.Size()), f, shifted(offset, fn))
}

// blocksFrom cuts the part of a file between two places. Offsets count from the
// first of them.
func blocksFrom(src io.ReaderAt, from, to int64) *blocks {
	from = min(max(0, from), to)
	return newBlocks(io.NewSectionReader(src, from, to-from), to-from)
}

// shifted gives lines of a part of a file the offset that they have in the whole.
func shifted(by int64, fn func(*Line) error) func(*Line) error {
	return func(l *Line) error {
		l.Offset += max(0, by)
		return fn(l)
	}
}
