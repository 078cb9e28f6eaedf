package runshelf

import (
	"log/slog"
	"math"

	"example.org/runshelf/event"
)

// batchBytes is about how much a batch holds before it hands itself over.
const batchBytes = 1 << 20

// Batch gathers events and hands them to the logger together: one time, one turn
// and one write for all of them. It is for those who have many at once, such as
// the lines of a program's output; nothing of it is safe or to be seen before
// Flush. The time is that of the first event, or a later one when others were logged
// meanwhile. Other events may come between those of two flushes, never into one.
//
// Make one with [EventLogger.Batch]. It is used from one goroutine at a time.
type Batch struct {
	logger *EventLogger
	lines  []byte // whole; what is wrong in the heads is put right in the end
	ends   []int  // of the lines
	series []series
	at     instant // of all events, if no others come before them
	next   uint64  // the sequence of the first, likewise
	stamp  event.Stamp
	spare  []byte // memory for lines
	texts  event.TextLines
	aside  bool
	dated  bool    // the events have times of their own; see At
	own    instant // that of the next one

	bulk bulkJournal // nil when the journal is none
	back chan []byte // memory whose lines have been counted
}

// series are events of a batch that follow each other and are alike.
type series struct {
	kind  string
	level slog.Level
	at    instant // their time, where they have one of their own
	end   int     // in the number of events
}

// Batch returns an empty batch of events for this log. That of a nil logger records
// nothing.
func (l *EventLogger) Batch() *Batch {
	if l.inert() {
		l = nowhere()
	}
	b := &Batch{logger: l, next: 1}
	b.bulk, _ = l.journal.(bulkJournal)
	return b
}

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
// head is a guess: other events may come before it.
func (b *Batch) begin() int {
	b.lines = b.stamp.AppendNext(b.lines, b.take())
	return len(b.lines)
}

// take returns the sequence of the next event, and takes the time when it is the
// first.
func (b *Batch) take() uint64 {
	sequence := b.next + uint64(len(b.ends))
	if len(b.ends) == 0 {
		if b.at = b.own; !b.dated {
			b.at = b.logger.clock.read()
		}
		b.stamp.HeadAt(int64(b.at), sequence)
	}
	return sequence
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
	level         slog.Level
	kind          string
	before, after string // of the inside of the text
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
	head = append(event.AppendString(head, key), `:"`...)
	return TextForm{level: level, kind: eventType, before: string(head), after: `"` + string(tail)}
}

// LogText adds an event of a form.
func (b *Batch) LogText(f *TextForm, text string) {
	start, sequence := len(b.lines), b.take()
	b.lines = b.stamp.AppendText(b.lines, sequence, f.before, text, f.after)
	b.added(f.level, f.kind, start+b.stamp.Len())
}

// LogLines adds an event of a form for each of the lines at the beginning of chunk, as
// LogText does, and returns how many bytes they took, with their ends, and how many
// they were. It stops, maybe at once, where a line needs a closer look; see
// [event.Stamp.AppendLines].
func (b *Batch) LogLines(f *TextForm, chunk []byte) (taken, lines int) {
	b.texts.Before, b.texts.After = f.before, f.after
	return b.logMany(chunk, b.stamp.AppendLines, func(int) { b.extend(f.level, f.kind, len(b.ends)) })
}

// LogPattern adds an event for each of the lines at the beginning of chunk that are of a
// pattern, with the level and the type for which it was made, and returns how many bytes
// they took, with their ends, and how many they were. It stops, maybe at once, where a line
// needs a closer look; see [event.Stamp.AppendPattern].
func (b *Batch) LogPattern(level slog.Level, eventType string, p *event.Pattern, chunk []byte) (taken, lines int) {
	setDefault(&eventType, event.DefaultType)
	return b.logMany(chunk, func(t *event.TextLines, chunk []byte) int {
		return b.stamp.AppendPattern(t, p, chunk)
	}, func(int) { b.extend(level, eventType, len(b.ends)) })
}

// logMany adds the events that add makes of the lines at the beginning of chunk; made is
// told how many they are.
func (b *Batch) logMany(chunk []byte, add func(*event.TextLines, []byte) int, made func(count int)) (taken, lines int) {
	for {
		n, count := b.many(chunk[taken:], add)
		if count > 0 {
			made(count)
		}
		taken, lines = taken+n, lines+count
		if n == 0 || len(b.lines) < batchBytes {
			return taken, lines
		}
		b.Flush()
	}
}

// many is logMany for what there is room for.
func (b *Batch) many(chunk []byte, add func(*event.TextLines, []byte) int) (taken, lines int) {
	b.makeRoom(4 * len(chunk))
	t := &b.texts
	t.Lines, t.Ends, t.Sequence = b.lines, b.ends, b.take()
	if t.Limit = math.MaxInt; b.logger.opts.MaxEventBytes >= 0 {
		t.Limit = b.logger.opts.MaxEventBytes - headRoom
	}
	taken, lines = add(t, chunk), len(t.Ends)-len(b.ends)
	b.lines, b.ends = t.Lines, t.Ends
	return taken, lines
}

// makeRoom makes room for about n bytes of lines, if that is not more than a batch holds.
func (b *Batch) makeRoom(n int) {
	const step = 256 << 10 // so that chunks of a size do not need a little more each time
	if need := min(len(b.lines)+n, batchBytes); cap(b.lines) < need {
		need = (need + step - 1) / step * step
		b.lines = append(make([]byte, 0, need+batchBytes/8), b.lines...)
	}
}

// added takes the event whose line has just been written. One that is too long for
// the log goes its own way, behind those before it.
func (b *Batch) added(level slog.Level, eventType string, body int) {
	if limit := b.logger.opts.MaxEventBytes; limit >= 0 && len(b.lines)-body > limit-headRoom {
		long := append([]byte(nil), b.lines[body:]...)
		b.lines = b.lines[:b.startOf(len(b.ends))]
		b.Flush()
		b.recordBody(level, eventType, long)
		return
	}
	b.ends = append(b.ends, len(b.lines))
	b.extend(level, eventType, len(b.ends))
	if len(b.lines) > batchBytes {
		b.Flush()
	}
}

// extend lets the series go on to before the end-th line.
func (b *Batch) extend(level slog.Level, eventType string, end int) {
	if last := len(b.series) - 1; last >= 0 && b.series[last].level == level && b.series[last].at == b.own && b.series[last].kind == eventType {
		b.series[last].end = end
	} else {
		b.series = append(b.series, series{eventType, level, b.own, end})
	}
}

// recordBody records an event whose body is encoded.
func (b *Batch) recordBody(level slog.Level, eventType string, body []byte) {
	e := takeEntry()
	defer e.release()
	e.kind, e.level, e.aside, e.dated, e.at = eventType, level, b.aside, b.dated, b.own
	e.buf = append(e.buf[:headRoom], body...)
	b.logger.commit(e)
}
