package runshelf

import (
	"log/slog"
	"path"
	"slices"

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
	e.buf[headRoom-1] = '{' // in place of the head, which is not there yet
	short, err := event.Shorten(e.buf[headRoom-1:], limit-headRoom, l.storeBlob)
	if err != nil || len(short) == len(e.buf)-headRoom+1 {
		return
	}
	e.buf = append(e.buf[:headRoom], short[1:]...)
}

// shortenTexts is shorten for texts that are too long for an event by themselves, before
// they are encoded, which would take as much memory again. It returns the attributes as
// they then are.
func (l *EventLogger) shortenTexts(attrs []slog.Attr) []slog.Attr {
	tooLong := func(a slog.Attr) bool {
		return a.Value.Kind() == slog.KindString && len(a.Value.String()) > l.opts.MaxEventBytes
	}
	if l.opts.MaxEventBytes < 0 || !slices.ContainsFunc(attrs, tooLong) || l.isClosed() {
		return attrs
	}
	attrs = slices.Clone(attrs)
	for i, a := range attrs {
		if tooLong(a) {
			// When it cannot be stored it stays, as in shorten.
			attrs[i].Value, _ = event.StoreString(a.Value.String(), l.storeBlob)
		}
	}
	return attrs
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
