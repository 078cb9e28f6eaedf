package cli

import (
	"io"
	"strconv"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// eventWriter is where events are printed to.
type eventWriter interface {
	io.Writer
	io.ByteWriter
}

// eventPrinter prints events in one of the forms there are.
type eventPrinter struct {
	out      eventWriter
	form     func(*eventPrinter, *query.Line) error
	fields   []string
	stored   bool // events are printed as they are stored
	terminal bool
	colored  bool
	buf      []byte
	printed  int64
	day      day // on which the run started
	clock    clock
}

// day is a date here.
type day struct {
	year  int
	month time.Month
	day   int
}

func dayOf(t time.Time) (d day) {
	d.year, d.month, d.day = t.Date()
	return d
}

// of tells the printer whose events come. An imported log has times of its own, of any
// day.
func (p *eventPrinter) of(run *shelf.Run) {
	p.day = day{}
	if run.Manifest.Kind != kindImport {
		p.day = dayOf(run.Start.Local())
	}
}

// newEventPrinter chooses the form that the flags ask for. The printer must be told whose
// events it prints.
func (a *app) newEventPrinter(out eventWriter, o *eventOptions) *eventPrinter {
	p := &eventPrinter{out: out, fields: o.fields, terminal: a.stdoutTerminal(), colored: a.stdoutColor()}
	switch {
	case o.count:
		p.form = func(*eventPrinter, *query.Line) error { return nil }
	case o.raw:
		p.form, p.stored = (*eventPrinter).raw, true
	case o.json.on() && len(o.fields) > 0:
		p.form = (*eventPrinter).jsonFields
	case o.json.on():
		p.form, p.stored = (*eventPrinter).json, !p.terminal
	case len(o.fields) > 0:
		p.form = (*eventPrinter).columns
	default:
		p.form = (*eventPrinter).readable
	}
	return p
}

// jsonFields prints an object of some fields.
func (p *eventPrinter) jsonFields(l *query.Line) error {
	e, err := l.Decode()
	if err != nil {
		return err
	}
	var picked event.Object
	for _, field := range p.fields {
		value, _ := query.Field(&e, field)
		picked = append(picked, event.Member{Key: field, Value: value})
	}
	p.buf = appendJSON(p.buf, event.AppendValue(nil, picked), p.terminal)
	return p.flushLine()
}

// columns prints some fields with tabs between them, nothing for a missing one.
func (p *eventPrinter) columns(l *query.Line) error {
	e, err := l.Decode()
	if err != nil {
		return err
	}
	for i, field := range p.fields {
		if i > 0 {
			p.buf = append(p.buf, '\t')
		}
		if value, ok := query.Field(&e, field); ok {
			p.buf = event.AppendSafe(p.buf, valueText(value))
		}
	}
	return p.flushLine()
}

// readable prints time, sequence, level and text.
func (p *eventPrinter) readable(l *query.Line) error {
	e, err := l.Decode()
	if err != nil {
		return err
	}
	level, color := levelText(e)
	if p.colored {
		p.buf = append(p.buf, paint(true, colorFaint, string(p.clock.appendTime(nil, e.Time, p.day)))...)
	} else {
		p.buf = p.clock.appendTime(p.buf, e.Time, p.day)
	}
	p.buf = append(appendPadded(append(p.buf, ' '), e.Sequence, 6), ' ')
	p.buf = append(append(p.buf, paint(p.colored, color, level)...), ' ')
	p.buf = event.AppendText(p.buf, e)
	return p.flushLine()
}

// appendPadded appends a number, with blanks in front up to a width.
func appendPadded(dst []byte, n uint64, width int) []byte {
	for least := uint64(10); width > 1; width-- {
		if n < least {
			dst = append(dst, ' ')
		}
		least *= 10
	}
	return strconv.AppendUint(dst, n, 10)
}

// clock is a time of the day as it is shown. Events mostly come within the second of the
// one before, of which only the milliseconds are new.
type clock struct {
	second int64 // since 1970
	text   []byte
	on     day
}

// appendTime appends the local time of an event, with its date when that is not the one
// of the start: a run that goes on over midnight has a time twice.
func (c *clock) appendTime(dst []byte, t time.Time, start day) []byte {
	if t.IsZero() {
		return append(dst, "--:--:--.---"...)
	}
	if second := t.Unix(); len(c.text) == 0 || second != c.second || c.on != start {
		local, layout := t.Local(), "15:04:05."
		if dayOf(local) != start {
			layout = "2006-01-02 15:04:05."
		}
		c.second, c.on, c.text = second, start, local.AppendFormat(c.text[:0], layout)
	}
	ms := t.Nanosecond() / int(time.Millisecond)
	return append(append(dst, c.text...), byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
}

// levelText is the level, as wide as the widest, and its colour.
func levelText(e event.Event) (text, color string) {
	switch name := event.LevelName(e.Level); name {
	case "ERROR":
		return name, colorRed
	case "WARN":
		return name + " ", colorYellow
	case "DEBUG":
		return name, colorFaint
	}
	return "INFO ", colorNone
}
