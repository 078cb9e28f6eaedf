package capture

import (
	"log/slog"

	"example.org/runshelf/event"
)

// known is what a detector knows of the lines of one shape: where the members stand
// that matter, and what the last one was taken for.
type known struct {
	set     uint32 // of slots, as in facts
	members []slotMember
	judged  bool
	kinds   uint64 // of the values of the line that was judged last
	dialect int    // its place
}

// slotMember is a slot and which member of the line has it.
type slotMember struct {
	slot   slot
	member int
}

// know returns what follows from the names of the line that was read last.
func (d *Detector) know() *known {
	k := &known{set: d.facts.set}
	for s := range slots {
		if d.facts.has(s) {
			k.members = append(k.members, slotMember{s, d.facts.member[s]})
		}
	}
	return k
}

// lineAgain is Line for a line whose object f has read again, and of whose shape k is
// known.
func (d *Detector) lineAgain(line []byte, k *known, f *event.Foreign, a *Adopted) {
	d.lines++
	d.facts.set = k.set
	kinds := uint64(0)
	for _, m := range k.members {
		value := f.Value(line, m.member)
		d.facts.value[m.slot] = value
		kinds = kinds<<kindBits | kindOf(value)
	}
	if !k.judged || k.kinds != kinds || len(k.members) > mostKinds {
		k.judged, k.kinds, k.dialect = true, kinds, d.decide()
	}
	d.decided(line, k.dialect, a)
}

// The kind of a value is all that the dialects look at in it; see newDialects.
const (
	kindText    = 1
	kindNumber  = 2
	kindObject  = 3
	kindUpper   = 1 << 2 // the second byte is a capital letter
	kindTwo     = 1 << 3 // it has two bytes
	kindSpaced  = 1 << 4 // a blank stands behind the date, as Python writes a time
	kindBits    = 5
	mostKinds   = 64 / kindBits
	spacedAfter = len(`"2006-01-02`)
)

func kindOf(value []byte) uint64 {
	kind := uint64(0)
	switch c := value[0]; {
	case c == '"':
		kind = kindText
	case isDigit(c):
		kind = kindNumber
	case c == '{':
		kind = kindObject
	}
	switch {
	case len(value) == 2:
		kind |= kindTwo
	case len(value) > spacedAfter+2 && value[spacedAfter] == ' ':
		kind |= kindSpaced
	}
	if isUpper(value) {
		kind |= kindUpper
	}
	return kind
}

// slotSet returns the slots of some lists, one bit each.
func slotSet(lists ...[]slot) (set uint32) {
	for _, list := range lists {
		for _, s := range list {
			if s == slotLevelNumber {
				s = slotLevel
			}
			set |= 1 << s
		}
	}
	return set
}

// levelMemo is the last level that was read and what it was read from.
type levelMemo struct {
	by    *dialect
	set   uint32 // the one slot that has it
	room  [longestMemo]byte
	size  int
	level slog.Level
}

// longestMemo is up to how long a value is remembered, in bytes.
const longestMemo = 24

// holds reports whether the level is that of a value.
func (m *levelMemo) holds(by *dialect, set uint32, value []byte) bool {
	return m.by == by && m.set == set && string(m.room[:m.size]) == string(value)
}

// keep remembers the level of a value, unless that is long.
func (m *levelMemo) keep(by *dialect, set uint32, value []byte, level slog.Level) {
	if len(value) <= longestMemo {
		m.by, m.set, m.size, m.level = by, set, copy(m.room[:], value), level
	}
}
