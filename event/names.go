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
	s := string(encoded)
	switch name {
	case KeyTimestamp:
		return o.timestamp != "" && s == `"`+o.timestamp+`"`
	case KeySequence:
		return o.sequence != 0 && s == strconv.FormatUint(o.sequence, 10)
	case KeyCause:
		return o.body.Cause != 0 && s == strconv.FormatUint(o.body.Cause, 10)
	case KeyLevel:
		level := LevelName(o.body.Level)
		return level != "" && s == `"`+level+`"`
	}
	return s == string(appendString(nil, o.body.Type))
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

// keySet tells quickly whether a key may have been seen before in an object. Two
// keys that differ may share a bit; equal keys always do.
type keySet uint64

// add reports whether the bit of a key, which is not empty, was set already.
func (s *keySet) add(key string) bool {
	n := len(key)
	bit := keySet(1) << ((uint(key[0]) + 3*uint(key[n-1]) + 7*uint(key[n/2]) + 5*uint(n)) & 63)
	seen := *s&bit != 0
	*s |= bit
	return seen
}

// ordinary reports whether all names can be written as they are: not empty, not
// reserved (at top level), plain ASCII, and no two alike.
func ordinary(attrs []slog.Attr, top bool) bool {
	var seen keySet
	for i := range attrs {
		key := attrs[i].Key
		if key == "" || top && isReserved(key) || !isPlain(key) {
			return false
		}
		if seen.add(key) && repeated(attrs[:i], key) {
			return false
		}
	}
	return true
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
	taken := names{}
	if own != nil {
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
