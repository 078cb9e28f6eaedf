package runshelf

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// shorten moves the long strings of an oversized event into artifacts/blobs.
// When that fails the event stays as long as it is: nothing is cut away.
func (l *EventLogger) shorten(e *entry) {
	limit := l.opts.MaxEventBytes
	if limit < 0 {
		return
	}
	if len(e.buf)-headRoom <= limit-headRoom {
		return
	}
	object := append([]byte{'{'}, e.buf[headRoom:]...)
	short, err := event.Shorten(object, limit-headRoom, l.storeBlob)
	if err != nil {
		return
	}
	e.buf = append(e.buf[:headRoom], short[1:]...)
}

// storeBlob keeps content under its digest. A blob that is there already is the
// same one.
func (l *EventLogger) storeBlob(sum string, content []byte) error {
	dir := l.live.Path(filepath.Join(shelf.ArtifactsDir, "blobs"))
	if err := l.opts.fs.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	path := filepath.Join(dir, sum)
	if _, err := l.opts.fs.Lstat(path); err == nil {
		return nil
	}
	return l.writeBlob(path, content)
}

// writeBlob makes the file whole or not at all, so that a digest that exists can
// be trusted. Two goroutines with the same content may meet here: the second
// finds the temporary name taken and writes under its own.
func (l *EventLogger) writeBlob(path string, content []byte) error {
	fsys := l.opts.fs
	var temp string
	for n := 0; ; n++ {
		temp = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+strconv.Itoa(n)+".tmp")
		file, err := fsys.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		err = errors.Join(err, file.Sync(), file.Close())
		if err == nil {
			err = fsys.Rename(temp, path)
		}
		if err != nil {
			_ = fsys.Remove(temp)
		}
		return err
	}
}
