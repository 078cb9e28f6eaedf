package event

import (
	"log/slog"
	"slices"
	"strconv"
	"time"
)

// encoder is the state of one line, or of one value, while it is encoded.
type encoder struct {
	depth   int    // of the objects and arrays that are open
	calls   int    // of LogValue so far
	problem string // why a part of the current member could not be encoded
	careful bool   // names at top level needed care
	fatal   bool   // the current member must be given up as a whole
	seen    map[visit]bool
}

// attrs appends the members of an object after what already stands in it, each
// with a comma in front. own is nil for all but the top level.
//
// Names are checked as they are copied. At the first that cannot stand as it is
// all members are written anew, by the rules for such names. No code of the
// program may be called twice for that, so before the first value that may have
// such code, the names still to come are checked too. The names of a large object
// are checked before anything is written.
//
// The usual members are written by fast or quick, which stop at the first that is
// another.
func (e *encoder) attrs(dst []byte, attrs []slog.Attr, own *envelope) []byte {
	start, top := len(dst), own != nil
	if len(attrs) > manyNames && !distinct(attrs, top) {
		return e.named(dst, e.flatten(nil, attrs), own)
	}
	done := 0
	if fastHere {
		dst, done = fast(dst, attrs, reservedFor(top), levelsOf(top))
	}
	return e.attrsFrom(dst, start, attrs, done, own)
}

// levelsOf returns how deep groups may be that fast and quick write.
func levelsOf(top bool) int {
	if top {
		return quickLevels
	}
	return 0
}

// attrsFrom is attrs where the first members are written, so many, from start on.
func (e *encoder) attrsFrom(dst []byte, start int, attrs []slog.Attr, done int, own *envelope) []byte {
	if done == len(attrs) {
		return dst
	}
	top := own != nil
	seen, checked := newKeySet(top), len(attrs) > manyNames
	seen.addAll(attrs[:done])
	if quickHere {
		var more int
		dst, more, seen = quick(dst, attrs[done:], seen, levelsOf(top))
		done += more
	}
	var taken names
	for i := done; i < len(attrs); i++ {
		a := &attrs[i]
		out, word, plain := appendPlain(append(dst, ','), a.Key)
		if !checked && (!plain || seen.addWord(word) && clashes(attrs[:i], a.Key, top)) {
			return e.named(out[:start], e.flatten(nil, attrs), own)
		}
		out = append(out, ':')
		switch v := a.Value; v.Kind() {
		case slog.KindString:
			dst = appendString(out, v.String())
		case slog.KindInt64:
			dst = appendInt(out, v.Int64())
		case slog.KindUint64:
			dst = appendUint(out, v.Uint64())
		case slog.KindFloat64:
			dst = appendFloat(out, v.Float64(), 64)
		case slog.KindBool:
			dst = strconv.AppendBool(out, v.Bool())
		case slog.KindDuration:
			dst = appendInt(out, int64(v.Duration()))
		case slog.KindTime:
			dst = appendTime(out, v.Time())
		default:
			if !checked && !ordinaryFrom(attrs, i+1, seen, top) {
				return e.named(out[:start], e.flatten(nil, attrs), own)
			}
			checked = true
			dst, taken = e.compound(out, len(dst), attrs, i, taken)
			if quickHere {
				dst, done, seen = quick(dst, attrs[i+1:], seen, 0)
				i += done
			}
		}
	}
	return dst
}

// compound appends the value of a member whose name stands already, from mark
// on, and beside it the reason when it could not be encoded. taken holds all
// names of the object, or nothing before they are needed.
func (e *encoder) compound(dst []byte, mark int, attrs []slog.Attr, i int, taken names) ([]byte, names) {
	value := len(dst)
	switch v := attrs[i].Value; v.Kind() {
	case slog.KindGroup:
		dst = e.group(dst, v.Group())
	case slog.KindLogValuer:
		dst = e.logValuer(dst, v.LogValuer())
	default:
		dst = e.any(dst, v.Any())
	}
	if e.problem == "" {
		if len(dst) == value {
			dst = dst[:mark] // an empty group leaves no trace
		}
		return dst, taken
	}
	if taken == nil {
		taken = namesOf(attrs)
	}
	return e.settle(dst, value, attrs[i].Key, attrs[i].Value, taken), taken
}

func namesOf(attrs []slog.Attr) names {
	taken := names{}
	for i := range attrs {
		if v := attrs[i].Value; v.Kind() != slog.KindGroup || len(v.Group()) > 0 {
			taken.take(attrs[i].Key)
		}
	}
	return taken
}

// flatten resolves the attributes as slog handlers do: empty ones go, empty groups
// too, so that they take no name from others, and a group without a name gives its
// members to the object around it.
func (e *encoder) flatten(members []member, attrs []slog.Attr) []member {
	for _, a := range attrs {
		if a.Key != "" {
			if v, some := e.settled(a.Value); some {
				members = append(members, member{key: validName(a.Key), value: v})
			}
			continue
		}
		v, problem := e.resolve(a.Value)
		switch {
		case problem != "":
			members = append(members, member{value: a.Value})
		case v.Kind() == slog.KindGroup:
			members = e.flatten(members, v.Group())
		case v.Kind() != slog.KindAny || v.Any() != nil:
			members = append(members, member{value: v})
		}
	}
	return members
}

// settled returns a value and whether it leaves anything in a line: a group without
// members leaves nothing. Where only a LogValuer can tell, the value that is returned
// has in its place what it stands for, since it is asked once.
func (e *encoder) settled(v slog.Value) (_ slog.Value, some bool) {
	v, problem := e.resolve(v)
	switch {
	case problem != "":
		return slog.AnyValue(unresolved{v.Any(), problem}), true
	case v.Kind() != slog.KindGroup || certain(v.Group(), maxDepth):
		return v, true
	}
	kept := e.leaving(v.Group())
	return slog.GroupValue(kept...), len(kept) > 0
}

// leaving returns those of some attributes that leave something in a line, settled.
func (e *encoder) leaving(attrs []slog.Attr) (kept []slog.Attr) {
	for _, a := range attrs {
		v, some := e.settled(a.Value)
		if some && (a.Key != "" || v.Kind() != slog.KindAny || v.Any() != nil) {
			kept = append(kept, slog.Attr{Key: a.Key, Value: v})
		}
	}
	return kept
}

// unresolved is a value that could not be resolved, and why.
type unresolved struct {
	value   any
	problem string
}

// certain reports whether some of the members of a group leave something in a line
// whatever the LogValuers among them stand for. Groups are looked into down to so many
// levels, as deep as they are written.
func certain(attrs []slog.Attr, levels int) bool {
	return levels == 0 || slices.ContainsFunc(attrs, func(a slog.Attr) bool {
		switch a.Value.Kind() {
		case slog.KindLogValuer:
			return false
		case slog.KindGroup:
			return certain(a.Value.Group(), levels-1)
		}
		return a.Key != "" || a.Value.Kind() != slog.KindAny || a.Value.Any() != nil
	})
}

// member appends one member under a name that is its own, and beside it the
// reason when the value could not be encoded.
func (e *encoder) member(dst []byte, key string, v slog.Value, taken names) []byte {
	mark := len(dst)
	dst = appendName(dst, key)
	value := len(dst)
	dst = e.slogValue(dst, v)
	if e.problem != "" {
		return e.settle(dst, value, key, v, taken)
	}
	if len(dst) == value {
		return dst[:mark]
	}
	return dst
}

// settle finishes a member with a problem. A value given up as a whole, from
// start on, is replaced by its text.
func (e *encoder) settle(dst []byte, start int, key string, v slog.Value, taken names) []byte {
	if e.fatal {
		given := v.Any()
		if u, ok := given.(unresolved); ok {
			given = u.value
		}
		dst = appendString(dst[:start], describe(given))
	}
	dst = appendName(dst, taken.take(key+".error"))
	dst = appendString(dst, e.problem)
	e.problem, e.fatal = "", false
	clear(e.seen)
	return dst
}

// appendName appends a comma and the name of a member.
func appendName(dst []byte, name string) []byte {
	return append(appendString(append(dst, ','), name), ':')
}

// appendKey is appendName with a comma only when one is needed: not for the first
// member, when the brace stands already.
func appendKey(dst []byte, key string) []byte {
	if n := len(dst); n > 0 && dst[n-1] != '{' {
		dst = append(dst, ',')
	}
	return append(appendString(dst, key), ':')
}

// slogValue appends a value. An empty group appends nothing.
func (e *encoder) slogValue(dst []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindGroup:
		return e.group(dst, v.Group())
	case slog.KindLogValuer:
		return e.logValuer(dst, v.LogValuer())
	case slog.KindAny:
		return e.any(dst, v.Any())
	}
	dst, _ = appendSimple(dst, v)
	return dst
}

// appendSimple appends a value of slog's own kinds. It does nothing and reports
// false for groups and for what is of no such kind.
func appendSimple(dst []byte, v slog.Value) ([]byte, bool) {
	switch v.Kind() {
	case slog.KindString:
		return appendString(dst, v.String()), true
	case slog.KindInt64:
		return appendInt(dst, v.Int64()), true
	case slog.KindUint64:
		return appendUint(dst, v.Uint64()), true
	case slog.KindFloat64:
		return appendFloat(dst, v.Float64(), 64), true
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool()), true
	case slog.KindDuration:
		return appendInt(dst, int64(v.Duration())), true
	case slog.KindTime:
		return appendTime(dst, v.Time()), true
	}
	return dst, false
}

// appendTime appends a time with its zone and its nanoseconds. The layout holds
// nothing that a JSON string must escape.
func appendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

// group appends a group as an object, or nothing when it has no members. The
// brace takes the place of the first member's comma.
func (e *encoder) group(dst []byte, attrs []slog.Attr) []byte {
	if len(attrs) == 0 || !e.enter(visit{}) {
		return dst
	}
	start := len(dst)
	dst = e.attrs(dst, attrs, nil)
	e.depth--
	if len(dst) == start {
		return dst
	}
	return closeObject(dst, start)
}

// logValuer appends what a LogValuer stands for.
func (e *encoder) logValuer(dst []byte, lv slog.LogValuer) []byte {
	v, problem := e.resolve(slog.AnyValue(lv))
	if problem != "" {
		return e.giveUp(dst, problem)
	}
	return e.slogValue(dst, v)
}

// maxCalls bounds how often LogValue is called for one line, in case a value
// stands for itself for ever.
const maxCalls = 1000

// resolve follows LogValue until it gives something else. A nil pointer whose
// method cannot bear it resolves to null.
func (e *encoder) resolve(v slog.Value) (result slog.Value, problem string) {
	for v.Kind() == slog.KindLogValuer {
		if e.calls++; e.calls > maxCalls {
			return v, "LogValue called too often"
		}
		next, panicked := callLogValue(v.LogValuer())
		if panicked != "" {
			if isNil(v.LogValuer()) {
				return slog.Value{}, ""
			}
			return v, panicked
		}
		v = next
	}
	return v, ""
}

func callLogValue(lv slog.LogValuer) (v slog.Value, panicked string) {
	defer func() {
		if r := recover(); r != nil {
			panicked = "LogValue panicked: " + describe(r)
		}
	}()
	return lv.LogValue(), ""
}
