package runshelf

import (
	"log/slog"
	"slices"
	"time"

	"example.org/runshelf/event"
)

// At says when the events happened that are added from now on, as
// [EventLogger.LogObjectAt] has it: their timestamp is that time, cut to microseconds,
// and may lie before that of the event in front of them. A batch of which it was once
// asked has no other events.
func (b *Batch) At(t time.Time) { b.setTime(instantOf(t)) }

// setTime is At for a time as a timestamp has it.
func (b *Batch) setTime(t instant) {
	if !b.dated {
		b.Flush()
		b.dated = true
	} else if t == b.own {
		return
	}
	b.own = t
	if len(b.ends) > 0 {
		b.stamp.HeadAt(int64(t), b.next+uint64(len(b.ends)))
	}
}

// LogObjectAt adds an event as [EventLogger.LogObjectAt] records it.
func (b *Batch) LogObjectAt(at time.Time, level slog.Level, cause uint64, eventType string, object []byte, extra ...slog.Attr) {
	b.At(at)
	setDefault(&eventType, event.DefaultType)
	if b.adds(event.Body{Type: eventType, Level: level, Cause: cause, Attrs: extra}, object) {
		return
	}
	b.Flush()
	if n := b.logger.LogObjectAt(at, level, cause, eventType, object, extra...); n > 0 {
		b.next = n + 1
	}
}

// adds adds an event whose data is the text of an object. It reports false, and adds
// nothing, when the text is none, and when the event is too long for the log or so large
// that it is not to be held here as well.
func (b *Batch) adds(body event.Body, object []byte) bool {
	if len(object) > keepBytes || slices.ContainsFunc(body.Attrs, isLarge) {
		return false
	}
	return b.addsBody(body, func(dst []byte) ([]byte, bool) {
		dst, err := event.AppendObjectBody(dst, body, object)
		return dst, err == nil
	})
}

func isLarge(a slog.Attr) bool {
	return a.Value.Kind() == slog.KindString && len(a.Value.String()) > keepBytes
}

// LogForeignAt adds an event whose data is the object that f has read, as LogObjectAt
// does. It reports false, and adds nothing, when only that can: names in the object meet
// each other, or the event is too long for the log.
func (b *Batch) LogForeignAt(at time.Time, level slog.Level, cause uint64, eventType string, f *event.Foreign, extra ...slog.Attr) bool {
	b.At(at)
	body := event.Body{Type: eventType, Level: level, Cause: cause, Attrs: extra}
	setDefault(&body.Type, event.DefaultType)
	return b.addsBody(body, func(dst []byte) ([]byte, bool) { return f.AppendBody(dst, body) })
}

// addsBody adds an event whose body write appends, if that can and if it is not too long
// for the log.
func (b *Batch) addsBody(body event.Body, write func(dst []byte) ([]byte, bool)) bool {
	start, from := len(b.lines), b.begin()
	lines, ok := write(b.lines)
	if limit := b.logger.opts.MaxEventBytes; !ok || limit >= 0 && len(lines)-from > limit-headRoom {
		b.lines = lines[:start]
		return false
	}
	b.lines = lines
	b.added(body.Level, body.Type, from)
	return true
}

// LogPatternAt is LogPattern where each line tells the time of its event, which at
// returns: it is asked once for the lines that were made since it was asked last, in
// their order.
func (b *Batch) LogPatternAt(level slog.Level, eventType string, p *event.Pattern, chunk []byte, at func(lines int) []time.Time) (taken, lines int) {
	setDefault(&eventType, event.DefaultType)
	return b.logMany(chunk, func(t *event.TextLines, chunk []byte) int {
		return b.stamp.AppendPattern(t, p, chunk)
	}, func(count int) { b.redate(level, eventType, at(count)) })
}

// redate gives the newest events their times, and counts them. They were made with that
// of an event before them.
func (b *Batch) redate(level slog.Level, eventType string, times []time.Time) {
	made, first := b.own, len(b.ends)-len(times)
	for i, t := range times {
		b.own = instantOf(t)
		head := b.stamp.HeadAt(int64(b.own), b.next+uint64(first+i))
		if b.own != made {
			event.Retime(b.lines[b.startOf(first+i):], head)
		}
		b.extend(level, eventType, first+i+1)
	}
}

// timeOf is the time of the events of a series in a batch of a time.
func (b *Batch) timeOf(s *series, t instant) instant {
	if b.dated {
		return s.at
	}
	return t
}
