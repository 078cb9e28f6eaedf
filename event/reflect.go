package event

import (
	"encoding"
	"encoding/json"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
)

// reflected appends a value by its kind, as encoding/json would, and what
// encoding/json refuses as text.
func (e *encoder) reflected(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Invalid:
		return append(dst, "null"...)
	case reflect.String:
		return e.stringKind(dst, v)
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.AppendUint(dst, v.Uint(), 10)
	case reflect.Float32:
		return appendFloat(dst, v.Float(), 32)
	case reflect.Float64:
		return appendFloat(dst, v.Float(), 64)
	case reflect.Array:
		return e.elements(dst, v, visit{})
	case reflect.Struct:
		return e.structure(dst, v)
	}
	return e.reference(dst, v)
}

// stringKind appends a string, or a number that is spelled in one: a type made
// from json.Number is a mere string, as for encoding/json.
func (e *encoder) stringKind(dst []byte, v reflect.Value) []byte {
	if n, ok := v.Interface().(json.Number); ok {
		return e.number(dst, n)
	}
	return appendString(dst, v.String())
}

// reference appends a value of a kind that can be nil, which is null.
func (e *encoder) reference(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Complex64, reflect.Complex128:
		return e.unable(dst, describe(v.Interface()), "cannot encode a "+v.Type().String())
	}
	if v.IsNil() {
		return append(dst, "null"...)
	}
	switch v.Kind() {
	case reflect.Interface:
		return e.part(dst, v.Elem())
	case reflect.Pointer:
		return e.pointer(dst, v)
	case reflect.Map:
		return e.reflectedMap(dst, v)
	case reflect.Slice:
		if isBytes(v.Type().Elem()) {
			return appendBase64(dst, v.Bytes())
		}
		return e.elements(dst, v, e.visit(v))
	}
	return e.unable(dst, describe(v.Interface()), "cannot encode a "+v.Type().String())
}

// visit tells the place of v when it is needed.
func (e *encoder) visit(v reflect.Value) visit {
	if !e.deep() {
		return visit{}
	}
	return visitOf(v)
}

// part appends a value inside of another: by its own methods if it has any, also
// those of its pointer where it can be pointed at, else by its kind.
func (e *encoder) part(dst []byte, v reflect.Value) []byte {
	if e.fatal || !v.IsValid() {
		return append(dst, "null"...)
	}
	if hasMethods(v.Type()) || v.Type() == numberType {
		return e.any(dst, v.Interface())
	}
	if v.CanAddr() && hasMethods(reflect.PointerTo(v.Type())) {
		return e.any(dst, v.Addr().Interface())
	}
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return e.any(dst, v.Elem().Interface())
	}
	return e.reflected(dst, v)
}

var (
	numberType    = reflect.TypeFor[json.Number]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
	errorType     = reflect.TypeFor[error]()
	logValuerType = reflect.TypeFor[slog.LogValuer]()
	slogValueType = reflect.TypeFor[slog.Value]()
	objectType    = reflect.TypeFor[Object]()
	slogAttrType  = reflect.TypeFor[slog.Attr]()
)

// hasMethods reports whether a value of type t may speak for itself.
func hasMethods(t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Interface || t.NumMethod() == 0:
		return false
	case t == slogValueType || t == slogAttrType || t == objectType:
		return true
	}
	return t.Implements(marshalerType) || t.Implements(textType) ||
		t.Implements(errorType) || t.Implements(logValuerType)
}

// isBytes reports whether a list of elements of type t is written as base64.
func isBytes(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() == reflect.Uint8 && !p.Implements(marshalerType) && !p.Implements(textType)
}

// pointer appends what v points at.
func (e *encoder) pointer(dst []byte, v reflect.Value) []byte {
	w := e.visit(v)
	w.length = 1
	if !e.enter(w) {
		return dst
	}
	dst = e.part(dst, v.Elem())
	e.leave(w)
	return dst
}

func (e *encoder) elements(dst []byte, v reflect.Value, w visit) []byte {
	if !e.enter(w) {
		return dst
	}
	dst = append(dst, '[')
	for i := 0; i < v.Len() && !e.fatal; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.part(dst, v.Index(i))
	}
	e.leave(w)
	return append(dst, ']')
}

// reflectedMap appends a map with keys of any type in the order of their text.
func (e *encoder) reflectedMap(dst []byte, v reflect.Value) []byte {
	w := e.visit(v)
	if !e.enter(w) {
		return dst
	}
	pairs := e.reflectedPairs(v)
	dst = append(dst, '{')
	for i := 0; i < len(pairs) && !e.fatal; i++ {
		dst = appendKey(dst, pairs[i].key)
		dst = e.part(dst, pairs[i].value)
	}
	e.leave(w)
	return append(dst, '}')
}

// reflectedPairs returns the members of a map in the order of their names. Keys
// of several types may have one text: these are put in the order of their types,
// so that no order of iteration shows.
func (e *encoder) reflectedPairs(v reflect.Value) []pair[reflect.Value] {
	pairs := make([]pair[reflect.Value], 0, v.Len())
	mixed := v.Type().Key().Kind() == reflect.Interface
	for iter := v.MapRange(); iter.Next(); {
		key := e.mapKey(iter.Key())
		if mixed {
			key += "\x00" + kindOf(iter.Key().Elem())
		}
		pairs = append(pairs, pair[reflect.Value]{key, iter.Value()})
	}
	pairs = sortPairs(pairs)
	for i := range pairs {
		if mixed {
			pairs[i].key = pairs[i].key[:strings.LastIndexByte(pairs[i].key, 0)]
		}
	}
	uniqueNames(pairs)
	return pairs
}

func kindOf(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	return v.Type().String()
}

// mapKey returns the name of a key: its text if it is one or can make one, the
// digits of an integer, and the %v text of anything else.
func (e *encoder) mapKey(k reflect.Value) string {
	if k.Kind() == reflect.Interface {
		k = k.Elem()
	}
	if !k.IsValid() {
		return "null"
	}
	if k.Kind() == reflect.String {
		return k.String()
	}
	v := k.Interface()
	if m, ok := v.(encoding.TextMarshaler); ok && !isNil(v) {
		text, problem := callText(v, func() (string, error) { b, err := m.MarshalText(); return string(b), err })
		if problem == "" {
			return text
		}
		e.unable(nil, "", problem)
	}
	switch {
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10)
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10)
	}
	return describe(v)
}

// structure appends the exported fields of a struct by the rules of their tags.
func (e *encoder) structure(dst []byte, v reflect.Value) []byte {
	if !e.enter(visit{}) {
		return dst
	}
	dst = append(dst, '{')
	for _, f := range fieldsOf(v.Type()) {
		part, ok := f.value(v)
		if !ok || e.fatal {
			continue
		}
		dst = appendKey(dst, f.name)
		dst = e.field(dst, f, part)
	}
	e.depth--
	return append(dst, '}')
}

// field appends the value of a field; a number or the like whose tag asks for a
// string is written inside one.
func (e *encoder) field(dst []byte, f field, v reflect.Value) []byte {
	if !f.quoted || v.Kind() == reflect.Pointer && v.IsNil() {
		return e.part(dst, v)
	}
	inner := e.part(nil, v)
	if len(inner) > 0 && inner[0] == '"' && v.Kind() != reflect.String {
		return append(dst, inner...) // NaN is a string by itself
	}
	return appendString(dst, string(inner))
}
