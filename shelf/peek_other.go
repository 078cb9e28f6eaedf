//go:build !unix

package shelf

import (
	"io"

	"example.org/runshelf/internal/vfs"
)

// peek reads until the file ends.
func peek(f vfs.File, p []byte, off int64) (int, error) {
	n, err := f.ReadAt(p, off)
	if err == io.EOF {
		err = nil
	}
	return n, err
}
