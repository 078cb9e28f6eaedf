package runshelf

import (
	"log/slog"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// batchBytes is about how much a batch holds before it hands itself over. A half
// of the tail takes it at once.
const batchBytes = 48 << 10

// Batch gathers events and hands them to the logger together: one time, one turn
// and one write for all of them. It is for those who have many at once, such as
// the lines of a program's output; nothing of it is safe or to be seen before
// Flush. Other events may come between those of two flushes, never into one.
//
// Make one with [EventLogger.Batch]. It is used from one goroutine at a time.
type Batch struct {
	logger *EventLogger
	bodies []byte // encoded, one after the other
	events []batched
	lines  []byte // heads and bodies, while they are handed over
	aside  bool
}

// batched is one event of a batch.
type batched struct {
	kind  string
	level slog.Level
	end   int // of its body, and then of its line
}

// Batch returns an empty batch of events for this log.
func (l *EventLogger) Batch() *Batch { return &Batch{logger: l} }

// Aside keeps the events of the batch from [Options.Console], which has shown what
// they hold in another way, as it does with the output of a program.
func (b *Batch) Aside() { b.aside = true }

// Log adds an event, as [EventLogger.LogLevel] does.
func (b *Batch) Log(level slog.Level, eventType string, attrs ...slog.Attr) {
	setDefault(&eventType, event.DefaultType)
	if event.NeedsLine(attrs) {
		b.Flush()
		b.logger.record(level, 0, eventType, attrs)
		return
	}
	b.bodies = event.AppendBody(b.bodies, event.Body{Type: eventType, Level: level, Attrs: attrs})
	b.added(level, eventType)
}

// LogObject adds an event whose data is the text of a JSON object, as
// [EventLogger.LogObject] does. When the text is none the batch stays as it was,
// and the error says why.
func (b *Batch) LogObject(level slog.Level, eventType string, object []byte, extra ...slog.Attr) error {
	setDefault(&eventType, event.DefaultType)
	bodies, err := event.AppendObjectBody(b.bodies, event.Body{Type: eventType, Level: level, Attrs: extra}, object)
	b.bodies = bodies
	if err == nil {
		b.added(level, eventType)
	}
	return err
}

// LogForeign adds an event whose data is the object that f has read. It reports
// false, and adds nothing, when only LogObject can: names in it meet each other.
func (b *Batch) LogForeign(level slog.Level, eventType string, f *event.Foreign, extra ...slog.Attr) bool {
	setDefault(&eventType, event.DefaultType)
	bodies, ok := f.AppendBody(b.bodies, event.Body{Type: eventType, Level: level, Attrs: extra})
	b.bodies = bodies
	if ok {
		b.added(level, eventType)
	}
	return ok
}

// TextForm is what events have in common that differ in one text.
type TextForm struct {
	level      slog.Level
	kind       string
	head, tail []byte
}

// NewTextForm returns the form of events of a type that hold a text under key,
// and then attrs. The names must be plain and differ.
func NewTextForm(level slog.Level, eventType, key string, attrs ...slog.Attr) TextForm {
	setDefault(&eventType, event.DefaultType)
	body := event.Body{Type: eventType, Level: level}
	head := event.AppendBody(nil, body)
	head = head[:len(head)-len("}\n")]
	body.Attrs = attrs
	tail := event.AppendBody(nil, body)[len(head):]
	head = append(head, ',')
	head = append(event.AppendString(head, key), ':')
	return TextForm{level: level, kind: eventType, head: head, tail: tail}
}

// LogText adds an event of a form.
func (b *Batch) LogText(f *TextForm, text string) {
	b.bodies = append(b.bodies, f.head...)
	b.bodies = event.AppendString(b.bodies, text)
	b.bodies = append(b.bodies, f.tail...)
	b.added(f.level, f.kind)
}

// added takes the event whose body has just been encoded. One that is too long
// for the log goes its own way, behind those before it.
func (b *Batch) added(level slog.Level, eventType string) {
	start := 0
	if n := len(b.events); n > 0 {
		start = b.events[n-1].end
	}
	if limit := b.logger.opts.MaxEventBytes; limit >= 0 && len(b.bodies)-start > limit-headRoom {
		long := append([]byte(nil), b.bodies[start:]...)
		b.bodies = b.bodies[:start]
		b.Flush()
		b.recordBody(level, eventType, long)
		return
	}
	b.events = append(b.events, batched{eventType, level, len(b.bodies)})
	if len(b.bodies) > batchBytes {
		b.Flush()
	}
}

// recordBody records an event whose body is encoded.
func (b *Batch) recordBody(level slog.Level, eventType string, body []byte) {
	e := takeEntry()
	defer e.release()
	e.kind, e.level, e.aside = eventType, level, b.aside
	e.buf = append(e.buf[:headRoom], body...)
	b.logger.commit(e)
}

// Flush hands over what was gathered. Without an event it does nothing.
func (b *Batch) Flush() {
	if len(b.events) == 0 {
		return
	}
	b.logger.journal.wait(b.place())
	b.events, b.bodies = b.events[:0], b.bodies[:0]
	if cap(b.bodies) > 4*batchBytes {
		b.bodies, b.lines = nil, nil
	}
}

// place does what must be done one batch after the other. It returns where the
// log ends with it.
func (b *Batch) place() int64 {
	l := b.logger
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		l.late = true
		return 0
	}
	t := l.clock.next()
	first := l.sequence + 1
	b.complete(&l.tally.stamp, t, first)
	l.sequence += uint64(len(b.events))
	for start := 0; start < len(b.events); {
		start = b.placeBlock(t, first, start)
	}
	l.showNow()
	return l.journal.size()
}

// placeBlock hands over the events from the start-th on, as many as the present
// block of the index takes, and returns which is the next one.
func (b *Batch) placeBlock(t time.Time, first uint64, start int) int {
	l := b.logger
	l.tally.cutFull()
	from, end := b.startOf(start), start
	for room := shelf.IndexBlockBytes - int(l.tally.block.length); end < len(b.events); {
		end++
		if b.events[end-1].end-from >= room {
			break
		}
	}
	whole := !l.gap.open() && l.journal.append(b.lines[from:b.events[end-1].end]) == nil
	for i := start; i < end; i++ {
		e := &b.events[i]
		line, sequence := b.lines[b.startOf(i):e.end], first+uint64(i)
		if whole {
			l.note(e.kind, e.level, t, sequence, line, b.aside)
		} else {
			// One by one, so that what there is room for is kept.
			l.write(&entry{kind: e.kind, level: e.level, aside: b.aside}, t, sequence, line)
		}
	}
	return end
}

// startOf is where the i-th line begins.
func (b *Batch) startOf(i int) int {
	if i == 0 {
		return 0
	}
	return b.events[i-1].end
}

// complete puts the heads in front of the bodies.
func (b *Batch) complete(stamp *event.Stamp, t time.Time, sequence uint64) {
	b.lines = b.lines[:0]
	start := 0
	for i := range b.events {
		e := &b.events[i]
		b.lines = stamp.AppendHead(b.lines, t, sequence+uint64(i))
		b.lines = append(b.lines, b.bodies[start:e.end]...)
		start, e.end = e.end, len(b.lines)
	}
}
