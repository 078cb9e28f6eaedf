package provenance

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// maxSmall bounds the files that are read whole, in bytes: far more than any of
// them has.
const maxSmall = 1 << 20

// openRegular opens a regular file for reading. Anything else, such as a pipe
// that would wait for a writer, is refused without being waited for.
func openRegular(path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("opening %s: not a regular file", path)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	// It may have been exchanged in between.
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("opening %s: not a regular file", path)
	}
	return f, nil
}

// readSmall returns the content of a regular file without surrounding white
// space. Of a file that is too large it returns the first part.
func readSmall(path string) (string, error) {
	f, err := openRegular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSmall))
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return strings.TrimSpace(string(b)), nil
}
