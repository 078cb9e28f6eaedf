package event

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"reflect"
	"strconv"
	"time"
)

// any appends a value of the types that data mostly consists of, without
// reflection.
func (e *encoder) any(dst []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendString(dst, x)
	case bool:
		return strconv.AppendBool(dst, x)
	case int:
		return appendInt(dst, int64(x))
	case int64:
		return appendInt(dst, x)
	case uint64:
		return appendUint(dst, x)
	case float64:
		return appendFloat(dst, x, 64)
	case map[string]any:
		return e.anyMap(dst, x)
	case []any:
		return e.anyList(dst, x)
	case json.Number:
		return e.number(dst, x)
	case time.Time:
		return appendTime(dst, x)
	case time.Duration:
		return appendInt(dst, int64(x))
	}
	return e.container(dst, v)
}

// container appends the lists and maps that are usual besides.
func (e *encoder) container(dst []byte, v any) []byte {
	switch x := v.(type) {
	case Object:
		return e.object(dst, x)
	case map[string]string:
		return scalarMap(dst, x)
	case map[string]int:
		return scalarMap(dst, x)
	case map[string]int64:
		return scalarMap(dst, x)
	case map[string]float64:
		return scalarMap(dst, x)
	case []string:
		return scalarList(dst, x)
	case []int:
		return scalarList(dst, x)
	case []int64:
		return scalarList(dst, x)
	case []float64:
		return scalarList(dst, x)
	case []byte:
		return appendBase64(dst, x)
	case raw:
		return append(dst, x...)
	case unresolved:
		return e.giveUp(dst, x.problem)
	case slog.Value:
		return e.bare(dst, x)
	case slog.Attr:
		return e.bare(dst, slog.GroupValue(x))
	case []slog.Attr:
		return e.bare(dst, slog.GroupValue(x...))
	}
	return e.other(dst, v)
}

// bare appends a value of slog that stands outside of any group, where even an
// empty group must leave something.
func (e *encoder) bare(dst []byte, v slog.Value) []byte {
	n := len(dst)
	dst = e.slogValue(dst, v)
	if len(dst) == n {
		dst = append(dst, "{}"...)
	}
	return dst
}

// number appends a number with all its digits. The empty one is 0, as for
// encoding/json.
func (e *encoder) number(dst []byte, n json.Number) []byte {
	if n == "" {
		return append(dst, '0')
	}
	if numberEnd(string(n), 0) != len(n) {
		return e.unable(dst, string(n), "not a JSON number")
	}
	return append(dst, n...)
}

// appendBase64 appends bytes as encoding/json does.
func appendBase64(dst, b []byte) []byte {
	if b == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
	return append(dst, '"')
}

// anyMap appends a map in the order of its keys.
func (e *encoder) anyMap(dst []byte, m map[string]any) []byte {
	if m == nil {
		return append(dst, "null"...)
	}
	var room [16]pair[any]
	sorted := sortedPairs(room[:0], m)
	plain := ordinaryPairs(sorted, false)
	if !plain {
		uniqueNames(sorted)
	}
	v := visit{}
	if e.deep() {
		v = visitOf(reflect.ValueOf(m))
	}
	if !e.enter(v) {
		return dst
	}
	start := len(dst)
	for i := 0; i < len(sorted) && !e.fatal; i++ {
		dst = appendPairName(dst, sorted[i].key, plain)
		dst = e.any(dst, sorted[i].value)
	}
	e.leave(v)
	return closeObject(dst, start)
}

// appendPairName is [appendName] for a name that may be known to be plain.
func appendPairName(dst []byte, name string, plain bool) []byte {
	if !plain {
		return appendName(dst, name)
	}
	dst, _, _ = appendPlain(append(dst, ','), name)
	return append(dst, ':')
}

// closeObject ends an object whose members stand from start on. Its brace takes
// the place of the first member's comma.
func closeObject(dst []byte, start int) []byte {
	if len(dst) == start {
		return append(dst, "{}"...)
	}
	dst[start] = '{'
	return append(dst, '}')
}

// uniqueNames gives the members of a map names that readers can tell apart.
func uniqueNames[V any](pairs []pair[V]) {
	taken := make(names, len(pairs))
	for i := range pairs {
		pairs[i].key = taken.take(validName(pairs[i].key))
	}
}

func (e *encoder) anyList(dst []byte, list []any) []byte {
	if list == nil {
		return append(dst, "null"...)
	}
	v := visit{}
	if e.deep() {
		v = visitOf(reflect.ValueOf(list))
	}
	if !e.enter(v) {
		return dst
	}
	dst = append(dst, '[')
	for i := 0; i < len(list) && !e.fatal; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.any(dst, list[i])
	}
	e.leave(v)
	return append(dst, ']')
}

// object appends a decoded object as it is, equal keys included.
func (e *encoder) object(dst []byte, o Object) []byte {
	if o == nil {
		return append(dst, "null"...)
	}
	v := visit{}
	if e.deep() {
		v = visitOf(reflect.ValueOf(o))
	}
	if !e.enter(v) {
		return dst
	}
	dst = append(dst, '{')
	for i := 0; i < len(o) && !e.fatal; i++ {
		dst = appendKey(dst, o[i].Key)
		dst = e.any(dst, o[i].Value)
	}
	e.leave(v)
	return append(dst, '}')
}

// scalar is what needs no encoder: it has no parts and always succeeds.
type scalar interface {
	string | int | int64 | float64
}

func appendScalar[V scalar](dst []byte, v V) []byte {
	switch x := any(v).(type) {
	case string:
		return appendString(dst, x)
	case int:
		return appendInt(dst, int64(x))
	case int64:
		return appendInt(dst, x)
	case float64:
		return appendFloat(dst, x, 64)
	}
	return dst
}

func scalarMap[V scalar](dst []byte, m map[string]V) []byte {
	if m == nil {
		return append(dst, "null"...)
	}
	var room [16]pair[V]
	sorted := sortedPairs(room[:0], m)
	plain := ordinaryPairs(sorted, false)
	if !plain {
		uniqueNames(sorted)
	}
	start := len(dst)
	for i := range sorted {
		dst = appendPairName(dst, sorted[i].key, plain)
		dst = appendScalar(dst, sorted[i].value)
	}
	return closeObject(dst, start)
}

func scalarList[V scalar](dst []byte, list []V) []byte {
	if list == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendScalar(dst, v)
	}
	return append(dst, ']')
}
