package event

import (
	"log/slog"
	"strconv"
)

// envelope knows what the logger itself says in a line, so that data which
// repeats it can be told from data which contradicts it.
type envelope struct {
	body      *Body
	timestamp string // "" when it is not known yet
	sequence  uint64 // 0 when it is not known yet
}

// repeats reports whether encoded is exactly the value that the envelope has
// under a reserved name. What the envelope leaves out repeats nothing.
func (o *envelope) repeats(name string, encoded []byte) bool {
	switch name {
	case KeyTimestamp:
		return o.timestamp != "" && string(encoded) == `"`+o.timestamp+`"`
	case KeySequence:
		return o.sequence != 0 && string(encoded) == strconv.FormatUint(o.sequence, 10)
	case KeyCause:
		return o.body.Cause != 0 && string(encoded) == strconv.FormatUint(o.body.Cause, 10)
	case KeyLevel:
		level := LevelName(o.body.Level)
		return level != "" && string(encoded) == `"`+level+`"`
	}
	var room [maxWord + 2]byte // what a word takes needs no memory of its own
	return string(encoded) == string(appendString(room[:0], o.body.Type))
}

// isReserved reports whether a name belongs to the logger.
func isReserved(name string) bool {
	switch len(name) {
	case 5:
		return name == KeyLevel || name == KeyCause
	case 8:
		return name == KeySequence
	case 9:
		return name == KeyTimestamp
	case 10:
		return name == KeyType
	}
	return false
}

// names gives each member of one object a name of its own. The value for a name
// is the number to try next when it is asked for again.
type names map[string]int

// take returns name, or name with the first suffix "#2", "#3" … that is free.
func (n names) take(name string) string {
	next, taken := n[name]
	if !taken {
		n[name] = 2
		return name
	}
	for {
		candidate := name + "#" + strconv.Itoa(next)
		next++
		if _, taken := n[candidate]; !taken {
			n[name], n[candidate] = next, 2
			return candidate
		}
	}
}

// keySet tells quickly whether a name may have been seen before in an object. It
// has one bit for many names, so those that differ may share one; equal ones
// always do.
type keySet uint64

// newKeySet returns the set in which only the names are seen that no member may
// have: the empty one, and at top level those that are reserved.
func newKeySet(top bool) keySet {
	if top {
		return reservedKeys
	}
	return emptyKey
}

const emptyKey keySet = 1

var reservedKeys = func() keySet {
	s := emptyKey
	for _, name := range []string{KeyTimestamp, KeySequence, KeyType, KeyLevel, KeyCause} {
		s.add(name)
	}
	return s
}()

// add reports whether the bit of a name was set already, and sets it.
func (s *keySet) add(name string) bool { return s.addWord(keyWord(name)) }

// addAll adds the names of some members.
func (s *keySet) addAll(attrs []slog.Attr) {
	for i := range attrs {
		s.add(attrs[i].Key)
	}
}

// addWord is add for a name that has been made a word.
func (s *keySet) addWord(word uint64) bool {
	bit := bitOf(word)
	seen := *s&bit != 0
	*s |= bit
	return seen
}

// bitOf returns the bit of a name that has been made a word, by Fibonacci hashing; see
// Knuth, volume 3, section 6.4.
func bitOf(word uint64) keySet { return 1 << (word * 0x9e3779b97f4a7c15 >> 58) }

// keyWord makes one word of a name, as appendPlain and quick do.
func keyWord(key string) (word uint64) {
	n := len(key)
	switch {
	case n >= 8:
		return load(key, 0) + load(key, n-8)
	case n >= 4:
		return load4(key, 0) | load4(key, n-4)<<32
	case n > 0:
		return uint64(key[0]) | uint64(key[n>>1])<<8 | uint64(key[n-1])<<16 | spaces&^0xffffff
	}
	return 0
}

// ordinary reports whether all names can be written as they are: not empty, not
// reserved (at top level), plain ASCII, and no two alike.
func ordinary(attrs []slog.Attr, top bool) bool {
	if len(attrs) > manyNames {
		return distinct(attrs, top)
	}
	return ordinaryFrom(attrs, 0, newKeySet(top), top)
}

// ordinaryFrom is ordinary for the names from one on. Those before it are
// ordinary, and seen.
func ordinaryFrom(attrs []slog.Attr, from int, seen keySet, top bool) bool {
	for i := from; i < len(attrs); i++ {
		key := attrs[i].Key
		if !isPlain(key) || seen.add(key) && clashes(attrs[:i], key, top) {
			return false
		}
	}
	return true
}

// manyNames is how many members an object may have for each name to be held
// against all before it: of more, that would take time with their square.
const manyNames = 128

// distinct is ordinary for objects of many members.
func distinct(attrs []slog.Attr, top bool) bool {
	seen := make(map[string]struct{}, len(attrs))
	for i := range attrs {
		key := attrs[i].Key
		if key == "" || top && isReserved(key) || !isPlain(key) {
			return false
		}
		seen[key] = struct{}{}
	}
	return len(seen) == len(attrs)
}

// clashes reports whether a name cannot be that of a member behind others.
//
//go:noinline
func clashes(attrs []slog.Attr, key string, top bool) bool {
	return key == "" || top && isReserved(key) || repeated(attrs, key)
}

func repeated(attrs []slog.Attr, key string) bool {
	for i := range attrs {
		if attrs[i].Key == key {
			return true
		}
	}
	return false
}

// validName returns a name as a reader will see it, so that two names which
// differ only in invalid bytes are known to be alike.
func validName(name string) string {
	if isPlain(name) {
		return name
	}
	return string([]rune(name))
}

// member is one name and value of an object whose names need care.
type member struct {
	key     string
	value   slog.Value
	settled bool // the key is final
	skip    bool // the envelope says it already
}

// named encodes the members of an object whose names need care: reserved, empty,
// repeated or not plain. Reserved names are settled first, so that these values
// always stand under "data.<name>"; the others follow in order.
func (e *encoder) named(dst []byte, members []member, own *envelope) []byte {
	taken := make(names, len(members))
	if own != nil {
		e.careful = true
		e.settleReserved(members, own, taken)
	}
	for i := range members {
		if m := &members[i]; !m.settled {
			m.key = taken.take(m.key)
		}
	}
	for i := range members {
		if m := &members[i]; !m.skip {
			dst = e.member(dst, m.key, m.value, taken)
		}
	}
	return dst
}

// settleReserved renames data under reserved names, and drops what only repeats
// the envelope.
func (e *encoder) settleReserved(members []member, own *envelope, taken names) {
	for i := range members {
		m := &members[i]
		if !isReserved(m.key) {
			continue
		}
		m.settled = true
		if v, problem := e.resolve(m.value); problem == "" {
			m.value = v // a LogValuer is asked once
		}
		probe := encoder{depth: e.depth, calls: e.calls}
		if own.repeats(m.key, probe.slogValue(nil, m.value)) {
			m.skip = true
			continue
		}
		m.key = taken.take("data." + m.key)
	}
}
