package capture

import (
	"errors"
	"fmt"
	"os"

	"example.org/runshelf/internal/vfs"
)

// logFile keeps the bytes of one stream. A failure to write never reaches the
// program: it is counted, and the next bytes are tried again.
type logFile struct {
	file *os.File
	size int64 // bytes kept
	lost int64 // bytes that could not be
	err  error // why, the first time

	ahead vfs.Ahead
}

// createLog makes the file, which must be new.
func createLog(path string) (*logFile, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &logFile{file: file}, nil
}

func (l *logFile) write(p []byte) {
	l.ahead.Grow(l.file, l.size, len(p))
	n, err := l.file.Write(p)
	l.size += int64(n)
	l.lost += int64(len(p) - n)
	if err != nil && l.err == nil {
		l.err = err
	}
}

// close closes the file and tells what is missing in it. With sync it first
// waits until the bytes are on the disk.
func (l *logFile) close(sync bool) (err error) {
	if sync {
		err = l.file.Sync()
	}
	l.ahead.Trim(l.file, l.size)
	err = errors.Join(err, l.file.Close())
	if l.lost > 0 {
		return fmt.Errorf("%d bytes of output are missing: %w", l.lost, l.err)
	}
	return err
}
