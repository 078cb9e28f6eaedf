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
	return scanBlocks(blocksFrom(events, offset, events.Size()), f, within(run, fn))
}

// blocksFrom cuts the part of a file between two places.
func blocksFrom(src io.ReaderAt, from, to int64) *blocks {
	b := newBlocks(src, to)
	b.base = min(max(0, from), to)
	return b
}
