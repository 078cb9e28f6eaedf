package capture

import (
	"bytes"
	"log/slog"
	"math/bits"
	"time"

	"example.org/runshelf/event"
)

// Names of the members that are added to a captured line.
const (
	keyMessage    = "message"
	keySourceTime = "source_time"
)

// mostTypes bounds how many event types a detector remembers. Past that each
// line pays for the text of its own.
const mostTypes = 1024

// Detector makes events of the lines of one stream. It knows the dialect of each
// line by its shape, or is told it, and counts them to say what the stream is
// written in. It is used from one goroutine.
type Detector struct {
	// Zone is where times without a zone were written. NewDetector sets it to
	// that of this machine.
	Zone *time.Location

	all    []dialect
	fixed  int   // place of the dialect that was asked for, or -1
	counts []int // of lines, by dialect
	now    int   // place of the dialect of the newest line
	lines  int
	types  map[string]string
	facts  facts
	take   func(event.RawMember) // of facts
	extra  [4]slog.Attr
	newest levelMemo
	times  timeMemo
	typed  []byte // the value that named a type last, and
	typeOf string // which
}

// Adopted is what a line becomes. It is valid until the next line, and as long
// as the line itself.
type Adopted struct {
	// Type is the line's event_type, event, eventName or type, the first that is
	// one word (see [event.IsWord]); else its message, when that is one word;
	// else "log".
	Type  string
	Level slog.Level
	// Time is the line's own time, or zero.
	Time time.Time
	// Object is the text of the line.
	Object []byte
	// Extra holds message and source_time, where the line has none of the name
	// but says as much under another. There is room for one more.
	Extra []slog.Attr
}

// NewDetector returns a detector for a stream in the dialect with the name, one
// of [Dialects], or in any when the name is empty or "auto".
func NewDetector(name string) (*Detector, error) {
	d := &Detector{Zone: time.Local, all: newDialects(), fixed: -1, types: map[string]string{}}
	d.counts = make([]int, len(d.all))
	any := d.any()
	for i := range d.all {
		by := &d.all[i]
		by.timeSet, by.levelSet, by.messageSet = slotSet(by.time, any.time), slotSet(by.level, any.level), slotSet(by.message, any.message)
	}
	d.take = d.facts.take
	if name == "" || name == "auto" {
		return d, nil
	}
	var err error
	d.fixed, err = dialectNamed(d.all, name)
	return d, err
}

// Dialect returns the dialect that was asked for, or the one that most lines so
// far were written in: DialectPlain when none was a JSON object, and "" before
// the first line.
func (d *Detector) Dialect() string {
	switch {
	case d.fixed >= 0:
		return d.all[d.fixed].name
	case d.lines == 0:
		return ""
	}
	best := len(d.all) - 1
	for i, n := range d.counts {
		if n > d.counts[best] {
			best = i
		}
	}
	return d.all[best].name
}

// Line looks at one line, without its end. It reports false when the line is no
// JSON object, or all lines are to be taken for text.
func (d *Detector) Line(line []byte) (a Adopted, ok bool) {
	ok = d.lineBy(line, event.EachMember, &a)
	return a, ok
}

// lineBy is Line with another way to read the members of an object.
func (d *Detector) lineBy(line []byte, read func([]byte, func(event.RawMember)) error, a *Adopted) bool {
	d.lines++
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if d.wantsText() || !beginsObject(line) {
		return false
	}
	d.facts.reset()
	if read(line, d.take) != nil {
		return false
	}
	d.decided(line, d.decide(), a)
	return true
}

// decide returns the place of the first dialect that fits.
func (d *Detector) decide() (i int) {
	if d.fixed >= 0 {
		return d.fixed
	}
	for !d.all[i].fits(&d.facts) {
		i++
	}
	return i
}

// decided adopts a line of the i-th dialect.
func (d *Detector) decided(line []byte, i int, a *Adopted) {
	if d.fixed < 0 {
		d.counts[i]++
	}
	d.now = i
	d.adopt(line, &d.all[i], a)
}

// wantsText reports that every line is to be taken for text.
func (d *Detector) wantsText() bool { return d.fixed == len(d.all)-1 }

func beginsObject(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r")
	return len(line) > 0 && line[0] == '{'
}

// adopt reads what the line says about itself.
func (d *Detector) adopt(line []byte, by *dialect, a *Adopted) {
	var said said
	if by.nested {
		said = d.inside(line, by)
	}
	if said.message == nil {
		said.message = d.message(by)
	}
	if said.time.IsZero() {
		said.time = d.time(by)
	}
	if !said.leveled {
		said.level = d.level(by)
	}
	a.Type, a.Level, a.Time, a.Object, a.Extra = d.eventType(said.name, said.message), said.level, said.time, line, d.extra[:0]
	if said.message != nil && !d.facts.has(slotMessage) {
		a.Extra = append(a.Extra, slog.String(keyMessage, asString(said.message)))
	}
	if !said.time.IsZero() && !d.facts.has(slotSourceTime) {
		a.Extra = append(a.Extra, slog.Time(keySourceTime, said.time.UTC()))
	}
}

// typeSlots are the members that may name the type, the first that does.
var typeSlots = [...]slot{slotEventType, slotEvent, slotEventName, slotType}

// eventType returns the type in memory of its own, which it shares with earlier
// events of the type.
func (d *Detector) eventType(name, message []byte) string {
	for _, s := range typeSlots {
		if !d.facts.has(s) {
			continue
		}
		if t := d.typeIn(d.facts.value[s]); t != "" {
			return t
		}
	}
	if t := d.word(name); t != "" {
		return t
	}
	if t := d.word(message); t != "" {
		return t
	}
	return event.DefaultType
}

// typeIn returns the type that a value names, or "". That of the newest line is
// remembered: it is often the same.
func (d *Detector) typeIn(value []byte) string {
	if d.typeOf != "" && string(value) == string(d.typed) {
		return d.typeOf
	}
	t := d.word(text(value))
	if t != "" {
		d.typed, d.typeOf = append(d.typed[:0], value...), t
	}
	return t
}

// word returns a text that can name a type, or "".
func (d *Detector) word(b []byte) string {
	if t, ok := d.types[string(b)]; ok {
		return t
	}
	if len(b) == 0 || bytes.IndexByte(b, ' ') >= 0 || !event.IsWord(string(b)) {
		return ""
	}
	t := string(b)
	if len(d.types) < mostTypes {
		d.types[t] = t
	}
	return t
}

// each calls read for the slots of a dialect and then those of any, until it
// reports true.
func (d *Detector) each(own, any []slot, read func(slot) bool) {
	for _, s := range own {
		if (s > slots || d.facts.has(s)) && read(s) {
			return
		}
	}
	for _, s := range any {
		if d.facts.has(s) && read(s) {
			return
		}
	}
}

// any is the dialect that knows all names.
func (d *Detector) any() *dialect { return &d.all[len(d.all)-2] }

func (d *Detector) message(by *dialect) (message []byte) {
	if d.facts.set&by.messageSet == 0 {
		return nil
	}
	d.each(by.message, d.any().message, func(s slot) bool {
		message = text(d.facts.value[s])
		return message != nil
	})
	return message
}

func (d *Detector) time(by *dialect) (t time.Time) {
	if d.facts.set&by.timeSet == 0 {
		return t
	}
	d.each(by.time, d.any().time, func(s slot) (ok bool) {
		t, ok = parseTime(d.facts.value[s], d.Zone)
		return ok
	})
	return t
}

// level reads the level. What one member alone tells is remembered: programs have few
// levels.
func (d *Detector) level(by *dialect) (level slog.Level) {
	set := d.facts.set & by.levelSet
	if set == 0 {
		return level
	}
	if set&(set-1) != 0 {
		return d.readLevel(by)
	}
	value := d.facts.value[bits.TrailingZeros32(set)]
	if d.newest.holds(by, set, value) {
		return d.newest.level
	}
	level = d.readLevel(by)
	d.newest.keep(by, set, value, level)
	return level
}

func (d *Detector) readLevel(by *dialect) (level slog.Level) {
	d.each(by.level, d.any().level, func(s slot) (ok bool) {
		level, ok = d.levelIn(s)
		return ok
	})
	return level
}

// levelIn reads the level in one member.
func (d *Detector) levelIn(s slot) (slog.Level, bool) {
	switch s {
	case slotLevelNumber:
		if d.facts.numeric(slotLevel) {
			return tenfoldLevel(d.facts.value[slotLevel], 0)
		}
		return 0, false
	case slotLevelNo:
		return tenfoldLevel(d.facts.value[slotLevelNo], 10)
	case slotLog:
		return nestedLevel(d.facts.value[slotLog])
	}
	return namedLevel(text(d.facts.value[s]))
}
