package runshelf

import (
	"path"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// shorten moves the long strings of an oversized event into artifacts/blobs.
// When that fails the event stays as long as it is: nothing is cut away.
func (l *EventLogger) shorten(e *entry) {
	limit := l.opts.MaxEventBytes
	if limit < 0 || len(e.buf) <= limit || l.isClosed() {
		return
	}
	object := append([]byte{'{'}, e.buf[headRoom:]...)
	short, err := event.Shorten(object, limit-headRoom, l.storeBlob)
	if err != nil {
		return
	}
	e.buf = append(e.buf[:headRoom], short[1:]...)
}

func (l *EventLogger) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// storeBlob keeps content under its digest, and makes it durable before the event
// that names it is written. A blob that is there already is the same one.
func (l *EventLogger) storeBlob(sum string, content []byte) error {
	name := path.Join(shelf.ArtifactsDir, "blobs", sum)
	if _, err := l.opts.fs.Lstat(l.live.Path(name)); err == nil {
		return nil
	}
	return l.live.Keep(name, content)
}
