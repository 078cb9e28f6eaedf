package event

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// field is one member of the object that a struct becomes.
type field struct {
	name      string
	index     []int // the path through embedded structs
	tagged    bool  // the name comes from a tag
	omitEmpty bool
	omitZero  bool
	quoted    bool
}

// fieldsOf lists the fields of a struct as encoding/json sees them: exported,
// those of embedded structs promoted, and of several with one name the least
// deeply embedded, or else the only tagged one, or none.
func fieldsOf(t reflect.Type) []field {
	all := collectFields(nil, t, nil, map[reflect.Type]bool{})
	slices.SortStableFunc(all, func(a, b field) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(len(a.index), len(b.index)), compareBools(b.tagged, a.tagged))
	})
	var kept []field
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].name == all[0].name {
			n++
		}
		if n == 1 || len(all[0].index) != len(all[1].index) || all[0].tagged != all[1].tagged {
			kept = append(kept, all[0])
		}
		all = all[n:]
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// collectFields appends the fields of t and of the structs embedded in it. open
// holds the types around t, so that a type embedded in itself ends.
func collectFields(all []field, t reflect.Type, path []int, open map[reflect.Type]bool) []field {
	if open[t] {
		return all
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := sf.Tag.Get("json")
		if tag == "-" || !sf.IsExported() && !(sf.Anonymous && structOf(sf.Type).Kind() == reflect.Struct) {
			continue
		}
		f := newField(sf, tag, append(slices.Clone(path), i))
		if inner := structOf(sf.Type); sf.Anonymous && !f.tagged && inner.Kind() == reflect.Struct {
			all = collectFields(all, inner, f.index, open)
			continue
		}
		if sf.IsExported() || f.tagged {
			all = append(all, f)
		}
	}
	return all
}

// structOf looks through one pointer.
func structOf(t reflect.Type) reflect.Type {
	if t.Name() == "" && t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func newField(sf reflect.StructField, tag string, index []int) field {
	name, options, _ := strings.Cut(tag, ",")
	f := field{name: name, index: index, tagged: validTag(name)}
	if !f.tagged {
		f.name = sf.Name
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.omitZero = true
		case "string":
			f.quoted = quotable(structOf(sf.Type).Kind())
		}
	}
	return f
}

// validTag reports whether a tag's name counts: letters, digits and the usual
// punctuation, without quote, backslash and comma.
func validTag(name string) bool {
	for _, c := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return name != ""
}

func quotable(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
}

// value finds the field in a struct; false when it is to be left out, or lies
// in an embedded pointer that is nil.
func (f *field) value(v reflect.Value) (reflect.Value, bool) {
	for i, n := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(n)
	}
	if f.omitEmpty && isEmpty(v) || f.omitZero && isZero(v) {
		return v, false
	}
	return v, v.CanInterface()
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// isZero asks the value's own IsZero method first.
func isZero(v reflect.Value) bool {
	if v.CanInterface() && !(v.Kind() == reflect.Pointer && v.IsNil()) {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
		if v.CanAddr() {
			if z, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
				return z.IsZero()
			}
		}
	}
	return v.IsZero()
}
