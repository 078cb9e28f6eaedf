package runshelf

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/runshelf/event"
)

// headRoom is kept free in front of an encoded body for the head of the line,
// which is known only when the event gets its place: time and sequence take at
// most 75 bytes.
const headRoom = 80

// keepBytes is the largest buffer that goes back to the pool, so that one giant
// event does not hold its memory for ever.
const keepBytes = 64 << 10

// entry is one event on its way to the file. The body is encoded before the
// logger's lock is taken, the head under it.
type entry struct {
	body event.Body
	buf  []byte // headRoom bytes, then the encoded body
	// whole says that data bears the name timestamp or sequence, so that the
	// line can only be encoded once its own are known.
	whole bool
}

var entries = sync.Pool{New: func() any { return &entry{buf: make([]byte, headRoom, 1024)} }}

func takeEntry() *entry { return entries.Get().(*entry) }

func (e *entry) release() {
	if cap(e.buf) > keepBytes {
		return
	}
	e.body, e.whole = event.Body{}, false
	entries.Put(e)
}

// line completes the line for its place in the log.
func (e *entry) line(stamp *event.Stamp, t time.Time, sequence uint64) []byte {
	if e.whole {
		e.buf = event.AppendLine(e.buf[:headRoom], t, sequence, e.body)
		return e.buf[headRoom:]
	}
	var room [headRoom]byte
	head := stamp.AppendHead(room[:0], t, sequence)
	start := headRoom - len(head)
	copy(e.buf[start:headRoom], head)
	return e.buf[start:]
}

// headAttrs returns the data of a map as attributes in order of their keys, if
// it bears one of the two names whose values are known only under the lock.
func headAttrs(data map[string]any) ([]slog.Attr, bool) {
	_, hasTime := data[event.KeyTimestamp]
	_, hasSequence := data[event.KeySequence]
	if !hasTime && !hasSequence {
		return nil, false
	}
	attrs := make([]slog.Attr, 0, len(data))
	for key, value := range data {
		attrs = append(attrs, slog.Any(key, value))
	}
	slices.SortFunc(attrs, func(a, b slog.Attr) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return attrs, true
}

// clock gives times that never run backwards, so that the order of timestamps
// is the order of events.
type clock struct {
	now  func() time.Time
	last time.Time
}

func (c *clock) next() time.Time {
	if t := c.now(); t.After(c.last) {
		c.last = t
	}
	return c.last
}
