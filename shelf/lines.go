package shelf

import (
	"bytes"
	"io"
)

// lineChunk is how much LastLines and FirstLine read at once.
const lineChunk = 64 << 10

// LastLines returns the last n whole lines of the first size bytes of r, each
// with its line end. Bytes behind the last line end are a torn line and left
// out. It reads from the end, so its time depends on the length of those lines
// and not on size.
func LastLines(r io.ReaderAt, size int64, n int) ([][]byte, error) {
	var tail []byte
	for start := size; start > 0 && bytes.Count(tail, newline) <= n; {
		length := min(start, max(lineChunk, int64(len(tail))))
		start -= length
		chunk := make([]byte, length, length+int64(len(tail)))
		if _, err := r.ReadAt(chunk, start); err != nil && err != io.EOF {
			return nil, err
		}
		tail = append(chunk, tail...)
	}
	lines := bytes.SplitAfter(tail, newline)
	lines = lines[:len(lines)-1]
	return lines[max(0, len(lines)-max(0, n)):], nil
}

// FirstLine returns the first line of r with its line end, or io.EOF when there
// is no whole line in the first limit bytes.
func FirstLine(r io.ReaderAt, limit int64) ([]byte, error) {
	var head []byte
	for int64(len(head)) < limit {
		chunk := make([]byte, min(lineChunk, limit-int64(len(head))))
		n, err := r.ReadAt(chunk, int64(len(head)))
		if i := bytes.IndexByte(chunk[:n], '\n'); i >= 0 {
			return append(head, chunk[:i+1]...), nil
		}
		head = append(head, chunk[:n]...)
		if err != nil {
			return nil, err
		}
	}
	return nil, io.EOF
}

var newline = []byte{'\n'}
