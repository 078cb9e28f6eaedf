package capture

import (
	"bytes"
	"log/slog"
	"slices"
	"time"

	"example.org/runshelf/event"
)

// followed counts lines of a dialect that were not looked at one by one.
func (d *Detector) followed(dialect, lines int) {
	d.lines += lines
	if d.fixed < 0 {
		d.counts[dialect] += lines
	}
	d.now = dialect
}

// pattern returns the pattern of the line that was adopted last as a, to which extra is
// added, of whose shape k is known, and of lines with an end; nil when it has none. With
// times the lines tell when the events happened, which is noted there, if timed is true.
func (d *Detector) pattern(k *known, a *Adopted, extra []slog.Attr, end string, times *lineTimes) (made *event.Pattern, timed bool) {
	by := &d.all[d.now]
	if by.nested || a.Type == typeMetrics || len(a.Object) == 0 || a.Object[0] != '{' {
		return nil, false
	}
	r := roles{d: d, set: k.set, free: slotSet(untold)}
	r.types()
	r.messages(by)
	r.times(by, times != nil)
	members, f := r.members(k)
	f.adds(extra)
	f.told = times
	body := event.Body{Type: a.Type, Level: a.Level, Attrs: extra}
	if len(f.values) == 0 {
		return event.NewPattern(a.Object, end, body, members, nil), false
	}
	return event.NewPattern(a.Object, end, body, members, f.finish), times != nil && f.time >= 0
}

// untold are the slots of which it matters only whether a line has them.
var untold = []slot{slotSequence, slotCause, slotSourceTime, slotText, slotECS, slotV, slotPID, slotHostname, slotTaskName}

// roles finds out which values of a line may be others without any change in what becomes
// of it but for these values, and what they must be.
type roles struct {
	d    *Detector
	set  uint32 // of the slots of the line
	free uint32 // of those whose values may be anything
	vary uint32 // of those whose values may vary
	must [slots]telling

	kind          bool   // the type of the event is known from a member
	message, time uint32 // the slot that is taken for it, none or one
}

// telling is what a value must be.
type telling struct {
	kind    uint64 // as kindOf says, in the bits of
	mask    uint64
	spaced  bool // it contains a blank, so that it is no word
	untimed bool // it is no time
}

// Bits of kindOf: those that tell a text, a number and an object, and what the dialects
// look at in a time besides.
const (
	kindMask = 1<<2 - 1
	timeMask = kindMask | kindSpaced
)

func (r *roles) has(s slot) bool { return r.set&(1<<s) != 0 }

// varies lets a value be another, as far as it stays what is told of it.
func (r *roles) varies(s slot, mask uint64, must telling) {
	value := r.d.facts.value[s]
	if c := value[0]; c == '{' || c == '[' {
		return
	}
	must.mask, must.kind = mask, kindOf(value)&mask
	r.vary |= 1 << s
	r.must[s] = must
}

// present returns the slots of two lists that the line has, each once.
func (r *roles) present(own, any []slot) (present []slot) {
	for _, s := range slices.Concat(own, any) {
		if r.has(s) && !slices.Contains(present, s) {
			present = append(present, s)
		}
	}
	return present
}

// types finds the members that could name the type of the event.
func (r *roles) types() {
	for _, s := range typeSlots {
		switch {
		case !r.has(s):
		case r.kind: // by one before it
			r.varies(s, kindMask, telling{})
		case r.d.typeIn(r.d.facts.value[s]) != "":
			r.kind = true
		case s != slotEventType && spaced(r.d.facts.value[s]): // that one has a name that the event has too
			r.varies(s, kindMask, telling{spaced: true})
		}
	}
}

// spaced reports whether a value is a text with a blank.
func spaced(value []byte) bool { return bytes.IndexByte(text(value), ' ') >= 0 }

// messages finds the members that could be the message.
func (r *roles) messages(by *dialect) {
	found := false
	for _, s := range r.present(by.message, r.d.any().message) {
		value := r.d.facts.value[s]
		first := !found && text(value) != nil
		if first {
			r.message = 1 << s
		}
		switch {
		case slices.Contains(typeSlots[:], s): // of which all is known
		case found, first && r.kind:
			r.varies(s, kindMask, telling{})
		case first && spaced(value):
			r.varies(s, kindMask, telling{spaced: true})
		}
		found = found || first
	}
}

// times finds the members that could be the time. It is told as source_time, where the
// line has no such member, unless it is the time of the event.
func (r *roles) times(by *dialect, ofEvent bool) {
	found := r.has(slotSourceTime) && !ofEvent
	for _, s := range r.present(by.time, r.d.any().time) {
		if found {
			r.varies(s, timeMask, telling{})
			continue
		}
		t, is := parseTime(r.d.facts.value[s], r.d.Zone)
		if found = is; !is {
			r.varies(s, timeMask, telling{untimed: true})
		} else if !t.IsZero() { // of a zero time nothing is told
			r.time = 1 << s
			r.varies(s, timeMask, telling{})
		}
	}
}

// members returns the roles of the members of the line, and what finishes it.
func (r *roles) members(k *known) ([]event.Role, *finisher) {
	byPlace := slices.Clone(k.members)
	slices.SortFunc(byPlace, func(a, b slotMember) int { return a.member - b.member })
	f := &finisher{d: r.d, message: -1, time: -1}
	var members []event.Role
	for _, m := range byPlace {
		members = append(members, make([]event.Role, m.member+1-len(members))...)
		bit := uint32(1) << m.slot
		switch {
		case r.vary&bit != 0:
			switch {
			case r.message&bit != 0:
				f.message = len(f.values)
			case r.time&bit != 0:
				f.time = len(f.values)
			}
			members[m.member] = event.Marked
			f.values = append(f.values, r.must[m.slot])
		case r.free&bit == 0:
			members[m.member] = event.Fixed
		}
	}
	return members, f
}

// finisher finishes the lines of a pattern.
type finisher struct {
	d             *Detector
	values        []telling // that vary
	message, time int       // which of them is it; -1 for none
	added         []addition
	told          *lineTimes // takes the time; nil when that is added
}

// lineTimes are the times that lines have told.
type lineTimes struct{ list []time.Time }

// take returns those of the first lines and forgets all.
func (t *lineTimes) take(lines int) []time.Time {
	told := t.list[:lines]
	t.list = t.list[:0]
	return told
}

// addition is something that is added to a line: a text, and behind it maybe one of the
// values, as it is or as a time in UTC.
type addition struct {
	text  string
	value int // -1 for none
	timed bool
}

// adds takes what was added to a line.
func (f *finisher) adds(attrs []slog.Attr) {
	for _, a := range attrs {
		switch {
		case a.Key == keyMessage && f.message >= 0:
			f.added = append(f.added, addition{text: `,"` + keyMessage + `":`, value: f.message})
		case a.Key == keySourceTime && f.time >= 0:
			f.added = append(f.added, addition{text: `,"` + keySourceTime + `":`, value: f.time, timed: true})
		default:
			f.added = append(f.added, addition{text: asMember(a), value: -1})
		}
	}
	if last := len(f.added) - 1; last >= 0 && f.added[last].value < 0 {
		f.added[last].text += "}\n"
	} else {
		f.added = append(f.added, addition{text: "}\n", value: -1})
	}
}

// asMember returns an attribute as it stands in an event.
func asMember(a slog.Attr) string {
	const end = "}\n"
	without := event.AppendBody(nil, event.Body{})
	with := event.AppendBody(nil, event.Body{Attrs: []slog.Attr{a}})
	return string(with[len(without)-len(end) : len(with)-len(end)])
}

// finish is an [event.Finish].
func (f *finisher) finish(dst []byte, marked [][]byte) ([]byte, bool) {
	for i := range f.values {
		if !f.values[i].holds(marked[i], f.d.Zone) {
			return dst, false
		}
	}
	if f.told != nil && f.time >= 0 {
		t, ok := f.d.times.read(marked[f.time], f.d.Zone)
		if !ok {
			return dst, false
		}
		f.told.list = append(f.told.list, t)
	}
	for i := range f.added {
		a := &f.added[i]
		dst = append(dst, a.text...)
		switch {
		case a.value < 0:
		case !a.timed:
			dst = append(dst, marked[a.value]...)
		default:
			var ok bool
			if dst, ok = f.d.times.append(dst, marked[a.value], f.d.Zone); !ok {
				return dst, false
			}
		}
	}
	return dst, true
}

// holds reports whether a value is what it must be.
func (v *telling) holds(value []byte, zone *time.Location) bool {
	if kindOf(value)&v.mask != v.kind || v.spaced && bytes.IndexByte(value, ' ') < 0 {
		return false
	}
	if v.untimed {
		_, is := parseTime(value, zone)
		return !is
	}
	return true
}
