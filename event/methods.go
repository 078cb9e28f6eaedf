package event

import (
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
)

// other appends a value of any other type. Whatever goes wrong in the code of
// that type stays in here.
func (e *encoder) other(dst []byte, v any) (out []byte) {
	start, depth := len(dst), e.depth
	defer func() {
		if r := recover(); r != nil {
			e.depth = depth
			out = e.giveUp(dst[:start], fmt.Sprintf("encoding a %T panicked", v))
		}
	}()
	if out, ok := e.byMethod(dst, v); ok {
		return out
	}
	return e.reflected(dst, reflect.ValueOf(v))
}

// byMethod lets a value speak for itself, by the first of these that it has:
// LogValue (also inside of maps and lists, since it may hide a secret),
// MarshalJSON, Error, MarshalText. A nil pointer is null.
func (e *encoder) byMethod(dst []byte, v any) ([]byte, bool) {
	var text string
	var problem string
	switch x := v.(type) {
	case slog.LogValuer:
		n := len(dst)
		if dst = e.logValuer(dst, x); len(dst) == n && !e.fatal {
			dst = append(dst, "{}"...)
		}
		return dst, true
	case json.Marshaler:
		if isNil(v) {
			return append(dst, "null"...), true
		}
		return e.marshaler(dst, x), true
	case error:
		text, problem = callText(v, func() (string, error) { return x.Error(), nil })
	case encoding.TextMarshaler:
		text, problem = callText(v, func() (string, error) { b, err := x.MarshalText(); return string(b), err })
	default:
		return dst, false
	}
	switch {
	case problem == "":
		return appendString(dst, text), true
	case isNil(v):
		return append(dst, "null"...), true
	}
	return e.unable(dst, describe(v), problem), true
}

// callText calls a method of v that gives its text.
func callText(v any, method func() (string, error)) (text, problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprintf("the text of a %T panicked: %s", v, describe(r))
		}
	}()
	text, err := method()
	if err != nil {
		problem = fmt.Sprintf("the text of a %T failed: %s", v, describe(err))
	}
	return text, problem
}

// marshaler appends the JSON that a value makes of itself, checked, without
// spaces, and cleaned of invalid bytes.
func (e *encoder) marshaler(dst []byte, m json.Marshaler) []byte {
	b, problem := callMarshal(m)
	if problem != "" {
		return e.unable(dst, describe(m), problem)
	}
	v, err := decodeDeep(string(b), maxDepth-1-e.depth)
	if err != nil {
		return e.unable(dst, describe(m), fmt.Sprintf("the JSON of a %T is not valid: %v", m, err))
	}
	return e.any(dst, v)
}

func callMarshal(m json.Marshaler) (b []byte, problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprintf("MarshalJSON of a %T panicked: %s", m, describe(r))
		}
	}()
	b, err := m.MarshalJSON()
	if err != nil {
		problem = fmt.Sprintf("MarshalJSON of a %T failed: %s", m, describe(err))
	}
	return b, problem
}

// isNil reports whether v is a nil pointer, map, list or the like.
func isNil(v any) bool {
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.Interface, reflect.UnsafePointer:
		return rv.IsNil()
	}
	return !rv.IsValid()
}
