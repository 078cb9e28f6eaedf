package runshelf

import (
	"log/slog"
	"slices"

	"example.org/runshelf/event"
)

// record encodes one event and gives it its place in the log. Its parameters are
// no struct, since one of them is kept and then the compiler would move all of
// them, the attributes included, to the heap.
func (l *EventLogger) record(level slog.Level, cause uint64, eventType string, attrs []slog.Attr) uint64 {
	if l == nil {
		return 0
	}
	setDefault(&eventType, event.DefaultType)
	var body event.Body // set one by one: made in one piece it would be copied
	body.Type, body.Level, body.Cause, body.Attrs = eventType, level, cause, attrs
	if sequence := l.recordUsual(eventType, &body); sequence != 0 {
		return sequence
	}
	e := takeEntry() // if something panics it is not to be used again
	e.kind, e.level = eventType, level
	var needsLine bool
	e.buf, needsLine = event.AppendBodyNeeds(e.buf[:headRoom], &body)
	if needsLine {
		e.findTwin()
	}
	sequence := l.commit(e)
	e.release()
	return sequence
}

// commit gives an encoded event its time and sequence and writes it.
func (l *EventLogger) commit(e *entry) uint64 {
	if l.inert() {
		return 0
	}
	l.shorten(e)
	sequence, end := l.place(e)
	l.journal.wait(end)
	return sequence
}

// lockTries is how often whoever finds the lock taken looks again before he waits as
// others do.
const lockTries = 100

// lockSoon takes the lock. It is held for so short a time that the mutex, which lets a
// processor rest between two looks, would have it rest for several times as long.
func (l *EventLogger) lockSoon() {
	if l.mu.TryLock() {
		return
	}
	l.crowd.meet()
	for range lockTries {
		if l.mu.TryLock() {
			return
		}
	}
	l.mu.Lock()
}

// place does what must be done one event after the other. It returns the
// sequence of the event and where the log ends with it.
func (l *EventLogger) place(e *entry) (sequence uint64, end int64) {
	t := e.at
	if !e.dated {
		t = l.clock.read()
	}
	l.lockSoon()
	defer l.mu.Unlock()
	if l.closed {
		l.late = true
		return 0, 0
	}
	if !e.dated {
		t = l.clock.order(t)
	}
	l.sequence++
	l.crowd.pass(l.sequence)
	l.write(e, t, l.sequence, e.line(&l.tally.stamp, t, l.sequence))
	l.showNow()
	return l.sequence, l.journal.size()
}

// write puts one line into the journal, after the log_gap that is due. What
// cannot be written is counted and its place kept for a log_gap.
func (l *EventLogger) write(e *entry, t instant, sequence uint64, line []byte) {
	l.tally.cutFull()
	if l.gap.open() {
		gap := l.gapLine(t)
		switch {
		case l.goesWithNext(gap):
			l.writeBehindGap(gap, e, t, sequence, line)
			return
		case !l.fillGap(t):
			l.gap.add(sequence, l.gap.cause)
			return
		}
		l.tally.cutFull()
	}
	if err := l.journal.append(line, l.tally.sums()); err != nil {
		l.gap.add(sequence, err)
		return
	}
	l.note(e.kind, e.level, t, sequence, line, e.aside)
}

// goesWithNext reports whether a log_gap is written together with the line behind it. A
// stream takes nothing back, and one event a Write; and when the gap fills a block of the
// index, the next one begins between the two.
func (l *EventLogger) goesWithNext(gap []byte) bool {
	return l.file != nil && !l.tally.block.fullWith(len(gap))
}

// writeBehindGap writes the log_gap that is due and a line behind it, both or none: a
// log_gap alone fits where many a line does not, and then the next gap would begin there.
func (l *EventLogger) writeBehindGap(gap []byte, e *entry, t instant, sequence uint64, line []byte) {
	if err := l.journal.append(slices.Concat(gap, line), nil); err != nil {
		l.gap.add(sequence, err)
		return
	}
	l.closeGap(t, gap)
	l.note(e.kind, e.level, t, sequence, line, e.aside)
}

// fillGap writes the log_gap that is due, by itself, and reports whether it could.
func (l *EventLogger) fillGap(t instant) bool {
	gap := l.gapLine(t)
	l.tally.cutFull()
	if err := l.journal.append(gap, l.tally.sums()); err != nil {
		l.gap.cause = err
		return false
	}
	l.closeGap(t, gap)
	return true
}

// gapLine returns the log_gap that stands for the lost events, under the sequence
// number of the last of them.
func (l *EventLogger) gapLine(t instant) []byte {
	body := event.Body{Type: typeGap, Level: slog.LevelWarn, Attrs: l.gap.attrs()}
	return event.AppendLine(nil, t.time(), l.gap.last, body)
}

func (l *EventLogger) closeGap(t instant, line []byte) {
	last := l.gap.last
	l.gap.close()
	l.note(typeGap, slog.LevelWarn, t, last, line, false)
}

// note counts a written line and has it shown to people where it belongs. aside
// says that the console has shown it already.
func (l *EventLogger) note(eventType string, level slog.Level, t instant, sequence uint64, line []byte, aside bool) {
	if kind := l.tally.add(eventType, t, sequence, 1, len(line)); l.forPeople(kind, level) {
		l.show(level, t, line, aside)
	}
}

// forPeople reports whether events of a type and level are shown to people.
func (l *EventLogger) forPeople(kind *kind, level slog.Level) bool {
	return l.readable != nil && (kind.readable || level >= slog.LevelWarn)
}

// show shows a line to people, where its level belongs.
func (l *EventLogger) show(level slog.Level, t instant, line []byte, aside bool) {
	if where := l.placesOf(level, aside); where != 0 {
		l.readable.show(t.time(), level, line, where)
	}
}

// placesOf returns where a line for people of a level is shown.
func (l *EventLogger) placesOf(level slog.Level, aside bool) (where places) {
	if level >= min(l.opts.ReadableLevel, slog.LevelWarn) {
		where = inLog
	}
	if l.opts.Console != nil && level >= l.opts.ConsoleLevel && !aside {
		where |= onConsole
	}
	return where
}

// showNow writes the lines for people that wait.
func (l *EventLogger) showNow() {
	if l.readable != nil {
		l.readable.flush()
	}
}
