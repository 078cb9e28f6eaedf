package runshelf

import (
	"log/slog"
	"time"

	"example.org/runshelf/event"
)

// record encodes one event and gives it its place in the log.
func (l *EventLogger) record(body event.Body) uint64 {
	e := takeEntry()
	defer e.release()
	setDefault(&body.Type, event.DefaultType)
	e.body = body
	e.buf = event.AppendBody(e.buf[:headRoom], body)
	if event.NeedsLine(body.Attrs) {
		e.findTwin()
	}
	return l.commit(e)
}

// commit gives an encoded event its time and sequence and writes it.
func (l *EventLogger) commit(e *entry) uint64 {
	l.shorten(e)
	sequence, end := l.place(e)
	l.journal.wait(end)
	return sequence
}

// place does what must be done one event after the other. It returns the
// sequence of the event and where the log ends with it.
func (l *EventLogger) place(e *entry) (sequence uint64, end int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		l.late = true
		return 0, 0
	}
	l.sequence++
	t := l.clock.next()
	l.write(e.body, t, l.sequence, e.line(&l.tally.stamp, t, l.sequence))
	return l.sequence, l.journal.size()
}

// write puts one line into the journal, after the log_gap that is due. What
// cannot be written is counted and its place kept for a log_gap.
func (l *EventLogger) write(body event.Body, t time.Time, sequence uint64, line []byte) {
	if l.gap.open() && !l.fillGap(t) {
		l.gap.add(sequence, l.gap.cause)
		return
	}
	if err := l.journal.append(line); err != nil {
		l.gap.add(sequence, err)
		return
	}
	l.note(body, t, sequence, line)
}

// fillGap writes the log_gap that stands for the lost events, under the sequence
// number of the last of them, and reports whether it could.
func (l *EventLogger) fillGap(t time.Time) bool {
	body := event.Body{Type: typeGap, Level: slog.LevelWarn, Attrs: l.gap.attrs()}
	line := event.AppendLine(nil, t, l.gap.last, body)
	if err := l.journal.append(line); err != nil {
		l.gap.cause = err
		return false
	}
	last := l.gap.last
	l.gap.close()
	l.note(body, t, last, line)
	return true
}

// note counts a written line and shows it in the readable log where it belongs.
func (l *EventLogger) note(body event.Body, t time.Time, sequence uint64, line []byte) {
	kind := l.tally.add(body.Type, sequence, line)
	if l.readable != nil && (body.Level >= slog.LevelWarn || kind.readable && body.Level >= l.opts.ReadableLevel) {
		l.readable.show(t, body.Level, line)
	}
}
