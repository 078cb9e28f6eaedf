package event

import (
	"log/slog"
	"strconv"
	"time"
)

// encoder is the state of one line, or of one value, while it is encoded.
type encoder struct {
	depth   int    // of the objects and arrays that are open
	calls   int    // of LogValue so far
	problem string // why a part of the current member could not be encoded
	fatal   bool   // the current member must be given up as a whole
	seen    map[visit]bool
}

// attrs appends the members of an object after what already stands in it. own is
// nil for all but the top level.
func (e *encoder) attrs(dst []byte, attrs []slog.Attr, own *envelope) []byte {
	if !ordinary(attrs, own != nil) {
		return e.named(dst, e.flatten(nil, attrs), own)
	}
	var taken names
	for i := range attrs {
		a := &attrs[i]
		mark := len(dst)
		dst = appendPlainKey(dst, a.Key)
		value := len(dst)
		dst = e.slogValue(dst, a.Value)
		if e.problem != "" {
			if taken == nil {
				taken = namesOf(attrs)
			}
			dst = e.settle(dst, value, a.Key, a.Value, taken)
		} else if len(dst) == value {
			dst = dst[:mark] // an empty group leaves no trace
		}
	}
	return dst
}

func namesOf(attrs []slog.Attr) names {
	taken := names{}
	for i := range attrs {
		taken.take(attrs[i].Key)
	}
	return taken
}

// flatten resolves the attributes as slog handlers do: empty ones go, and a
// group without a name gives its members to the object around it.
func (e *encoder) flatten(members []member, attrs []slog.Attr) []member {
	for _, a := range attrs {
		if a.Key != "" {
			members = append(members, member{key: validName(a.Key), value: a.Value})
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

// member appends one member under a name that is its own, and beside it the
// reason when the value could not be encoded.
func (e *encoder) member(dst []byte, key string, v slog.Value, taken names) []byte {
	mark := len(dst)
	dst = appendKey(dst, key)
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
		dst = appendString(dst[:start], describe(v.Any()))
	}
	dst = appendKey(dst, taken.take(key+".error"))
	dst = appendString(dst, e.problem)
	e.problem, e.fatal = "", false
	clear(e.seen)
	return dst
}

// appendPlainKey appends a comma when one is needed, and a key of plain ASCII.
func appendPlainKey(dst []byte, key string) []byte {
	n := len(dst)
	if dst[n-1] != '{' {
		dst = append(dst, ',')
		n++
	}
	if cap(dst)-n < len(key)+3 {
		return append(appendQuoted(dst, key), ':')
	}
	dst = dst[:n+len(key)+3]
	dst[n] = '"'
	copy(dst[n+1:], key)
	tail := dst[n+1+len(key):]
	tail[0], tail[1] = '"', ':'
	return dst
}

func appendKey(dst []byte, key string) []byte {
	if n := len(dst); n > 0 && dst[n-1] != '{' {
		dst = append(dst, ',')
	}
	dst = appendString(dst, key)
	return append(dst, ':')
}

// slogValue appends a value. An empty group appends nothing.
func (e *encoder) slogValue(dst []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindString:
		return appendString(dst, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(dst, v.Uint64(), 10)
	case slog.KindFloat64:
		return appendFloat(dst, v.Float64(), 64)
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case slog.KindDuration:
		return strconv.AppendInt(dst, int64(v.Duration()), 10)
	case slog.KindTime:
		return appendTime(dst, v.Time())
	case slog.KindGroup:
		return e.group(dst, v.Group())
	case slog.KindLogValuer:
		return e.logValuer(dst, v.LogValuer())
	}
	return e.any(dst, v.Any())
}

// appendTime appends a time with its zone and its nanoseconds. The layout holds
// nothing that a JSON string must escape.
func appendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

// group appends a group as an object, or nothing when it has no members.
func (e *encoder) group(dst []byte, attrs []slog.Attr) []byte {
	if len(attrs) == 0 || !e.enter(visit{}) {
		return dst
	}
	start := len(dst)
	dst = e.attrs(append(dst, '{'), attrs, nil)
	e.depth--
	if len(dst) == start+1 {
		return dst[:start]
	}
	return append(dst, '}')
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
