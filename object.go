package runshelf

import (
	"log/slog"
	"slices"
	"time"

	"example.org/runshelf/event"
)

// LogObject records an event whose data is the text of a JSON object, as another
// program wrote it. Members keep their order, numbers their digits and strings
// their spelling; those under a name of the envelope become data.<name>, and
// extra attributes follow. See [event.AppendObjectBody].
//
// A text that is no JSON object is kept under message, and why it is none under
// message.error. The text is not kept and may be reused.
func (l *EventLogger) LogObject(level slog.Level, cause uint64, eventType string, object []byte, extra ...slog.Attr) uint64 {
	return l.recordObject(time.Time{}, level, cause, eventType, object, extra)
}

// LogObjectAt is LogObject for an event that happened at another time, which a
// run of kind "import" records. Its timestamp is that time, cut to microseconds,
// and may lie before that of the event in front of it.
func (l *EventLogger) LogObjectAt(at time.Time, level slog.Level, cause uint64, eventType string, object []byte, extra ...slog.Attr) uint64 {
	return l.recordObject(at, level, cause, eventType, object, extra)
}

func (l *EventLogger) recordObject(at time.Time, level slog.Level, cause uint64, eventType string, object []byte, extra []slog.Attr) uint64 {
	if l.inert() {
		return 0
	}
	setDefault(&eventType, event.DefaultType)
	e := takeEntry()
	defer e.release()
	e.kind, e.level = eventType, level
	if e.dated = !at.IsZero(); e.dated {
		e.at = instantOf(at)
	}
	extra = l.shortenTexts(extra)
	body := event.Body{Type: eventType, Level: level, Cause: cause, Attrs: extra}
	if len(object) > keepBytes {
		e.buf = slices.Grow(e.buf, len(object)+keepBytes) // at once, since it is seldom longer then
	}
	var err error
	if e.buf, err = event.AppendObjectBody(e.buf[:headRoom], body, object); err != nil {
		body.Attrs = append([]slog.Attr{
			slog.String("message", string(object)),
			slog.String("message.error", err.Error()),
		}, extra...)
		e.buf = event.AppendBody(e.buf[:headRoom], body)
	}
	return l.commit(e)
}
