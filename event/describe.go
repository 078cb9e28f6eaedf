package event

import (
	"fmt"
	"reflect"
)

// Bounds of the text of a value that cannot be encoded: it says what was there,
// and must end even when the value contains itself.
const (
	describeBytes = 4096
	describeDepth = 8
)

// describe returns the %v text of a value, cut short when it is long. It never
// panics: fmt catches what the methods of a value do, and values with parts,
// for which fmt would run for ever when they contain themselves, are walked
// here.
func describe(v any) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("%T", v)
		}
	}()
	b := appendDescription(nil, reflect.ValueOf(v), 0)
	if len(b) > describeBytes {
		b = append(b[:describeBytes], "…"...)
	}
	return string(b)
}

func appendDescription(dst []byte, v reflect.Value, depth int) []byte {
	switch {
	case !v.IsValid():
		return append(dst, "<nil>"...)
	case len(dst) > describeBytes || depth > describeDepth:
		return append(dst, "…"...)
	case speaks(v):
		return fmt.Append(dst, v.Interface())
	}
	switch v.Kind() {
	case reflect.Interface:
		return appendDescription(dst, v.Elem(), depth)
	case reflect.Pointer:
		return describePointer(dst, v, depth)
	case reflect.Map:
		return describeMap(dst, v, depth)
	case reflect.Slice, reflect.Array:
		return describeList(dst, v, depth)
	case reflect.Struct:
		return describeStruct(dst, v, depth)
	}
	return fmt.Append(dst, v) // fmt looks into a reflect.Value
}

// speaks reports whether fmt would ask the value itself for its text.
func speaks(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case fmt.Formatter, fmt.Stringer, error:
		return true
	}
	return false
}

// describePointer follows only the outermost pointer, as %v does.
func describePointer(dst []byte, v reflect.Value, depth int) []byte {
	if v.IsNil() {
		return append(dst, "<nil>"...)
	}
	if depth == 0 {
		switch v.Elem().Kind() {
		case reflect.Array, reflect.Slice, reflect.Struct, reflect.Map:
			return appendDescription(append(dst, '&'), v.Elem(), depth+1)
		}
	}
	return fmt.Appendf(dst, "%#x", v.Pointer())
}

func describeMap(dst []byte, v reflect.Value, depth int) []byte {
	dst = append(dst, "map["...)
	var pairs []pair[reflect.Value]
	for iter := v.MapRange(); iter.Next() && len(pairs) < describeBytes; {
		key := string(appendDescription(nil, iter.Key(), depth+1))
		pairs = append(pairs, pair[reflect.Value]{key, iter.Value()})
	}
	for i, p := range sortPairs(pairs) {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, p.key...), ':')
		if dst = appendDescription(dst, p.value, depth+1); len(dst) > describeBytes {
			break
		}
	}
	return append(dst, ']')
}

func describeList(dst []byte, v reflect.Value, depth int) []byte {
	dst = append(dst, '[')
	for i := 0; i < v.Len() && len(dst) <= describeBytes; i++ {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendDescription(dst, v.Index(i), depth+1)
	}
	return append(dst, ']')
}

func describeStruct(dst []byte, v reflect.Value, depth int) []byte {
	dst = append(dst, '{')
	for i := 0; i < v.NumField() && len(dst) <= describeBytes; i++ {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendDescription(dst, v.Field(i), depth+1)
	}
	return append(dst, '}')
}
