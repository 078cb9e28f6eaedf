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
	lines  []byte // whole; what is wrong in the heads is put right in the end
	events []batched
	next   uint64 // the sequence of the first event, if no others come before it
	stamp  event.Stamp
	spare  []byte // memory for lines
	aside  bool
}

// batched is one event of a batch.
type batched struct {
	kind  string
	level slog.Level
	body  int // where its body begins in lines
	end   int // where its line does
}

// Batch returns an empty batch of events for this log.
func (l *EventLogger) Batch() *Batch { return &Batch{logger: l, next: 1} }

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
	body := b.begin()
	b.lines = event.AppendBody(b.lines, event.Body{Type: eventType, Level: level, Attrs: attrs})
	b.added(level, eventType, body)
}

// begin begins the line of an event and returns where its body is to begin. The
// head is a guess: its time is not known yet, and its sequence may turn out to be
// another one.
func (b *Batch) begin() int {
	b.lines = b.stamp.AppendHead(b.lines, time.Time{}, b.next+uint64(len(b.events)))
	return len(b.lines)
}

// LogObject adds an event whose data is the text of a JSON object, as
// [EventLogger.LogObject] does. When the text is none the batch stays as it was,
// and the error says why.
func (b *Batch) LogObject(level slog.Level, eventType string, object []byte, extra ...slog.Attr) error {
	setDefault(&eventType, event.DefaultType)
	start, body := len(b.lines), b.begin()
	lines, err := event.AppendObjectBody(b.lines, event.Body{Type: eventType, Level: level, Attrs: extra}, object)
	if err != nil {
		b.lines = lines[:start]
		return err
	}
	b.lines = lines
	b.added(level, eventType, body)
	return nil
}

// LogForeign adds an event whose data is the object that f has read. It reports
// false, and adds nothing, when only LogObject can: names in it meet each other.
func (b *Batch) LogForeign(level slog.Level, eventType string, f *event.Foreign, extra ...slog.Attr) bool {
	setDefault(&eventType, event.DefaultType)
	start, body := len(b.lines), b.begin()
	lines, ok := f.AppendBody(b.lines, event.Body{Type: eventType, Level: level, Attrs: extra})
	if !ok {
		b.lines = lines[:start]
		return false
	}
	b.lines = lines
	b.added(level, eventType, body)
	return true
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
	body := b.begin()
	b.lines = append(b.lines, f.head...)
	b.lines = event.AppendString(b.lines, text)
	b.lines = append(b.lines, f.tail...)
	b.added(f.level, f.kind, body)
}

// added takes the event whose line has just been written. One that is too long for
// the log goes its own way, behind those before it.
func (b *Batch) added(level slog.Level, eventType string, body int) {
	if limit := b.logger.opts.MaxEventBytes; limit >= 0 && len(b.lines)-body > limit-headRoom {
		long := append([]byte(nil), b.lines[body:]...)
		b.lines = b.lines[:b.startOf(len(b.events))]
		b.Flush()
		b.recordBody(level, eventType, long)
		return
	}
	b.events = append(b.events, batched{eventType, level, body, len(b.lines)})
	if len(b.lines) > batchBytes {
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
	b.events, b.lines = b.events[:0], b.lines[:0]
	if cap(b.lines) > 4*batchBytes {
		b.lines, b.spare = nil, nil
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
	b.complete(t, first)
	l.sequence += uint64(len(b.events))
	b.next = l.sequence + 1
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
	if !l.gap.open() && l.journal.append(b.lines[from:b.events[end-1].end]) == nil {
		b.note(t, first, start, end)
		return end
	}
	for i := start; i < end; i++ {
		// One by one, so that what there is room for is kept.
		e := &b.events[i]
		l.write(&entry{kind: e.kind, level: e.level, aside: b.aside}, t, first+uint64(i), b.lines[b.startOf(i):e.end])
	}
	return end
}

// note counts the events from the start-th to before the end-th, which are written,
// and has them shown to people. Most of the time one is like the one before it.
func (b *Batch) note(t time.Time, first uint64, start, end int) {
	for start < end {
		kind, level, next := b.events[start].kind, b.events[start].level, start+1
		for next < end && b.events[next].kind == kind && b.events[next].level == level {
			next++
		}
		length := b.events[next-1].end - b.startOf(start)
		known := b.logger.tally.add(kind, t, first+uint64(start), uint64(next-start), length)
		if b.logger.forPeople(known, level) {
			for i := start; i < next; i++ {
				b.logger.show(level, t, b.lines[b.startOf(i):b.events[i].end], b.aside)
			}
		}
		start = next
	}
}

// startOf is where the i-th line begins.
func (b *Batch) startOf(i int) int {
	if i == 0 {
		return 0
	}
	return b.events[i-1].end
}

// complete puts the heads right: the time, and the sequences when other events have
// come between.
func (b *Batch) complete(t time.Time, first uint64) {
	if first != b.next {
		b.renumber(t, first)
		return
	}
	head := b.stamp.Head(t, first)
	for i := range b.events {
		event.Retime(b.lines[b.startOf(i):], head)
	}
}

// renumber writes the lines anew with other heads.
func (b *Batch) renumber(t time.Time, first uint64) {
	lines := b.spare[:0]
	for i := range b.events {
		e := &b.events[i]
		lines = b.stamp.AppendHead(lines, t, first+uint64(i))
		body := len(lines)
		lines = append(lines, b.lines[e.body:e.end]...)
		e.body, e.end = body, len(lines)
	}
	b.lines, b.spare = lines, b.lines
}
