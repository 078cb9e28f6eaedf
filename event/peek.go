package event

import (
	"log/slog"
	"math"
	"reflect"
	"runtime"
	"unsafe"
)

// peeked is a [slog.Value] as it lies in memory. Its methods ask for the kind with a
// jump that processors foresee badly, and then again with each access, which takes as
// long as writing the value does. See decision 010.
type peeked struct {
	number uint64         // or the length of a text or a group
	form   unsafe.Pointer // what the value is, as the variables below say
	data   unsafe.Pointer // the text, the members of the group, or the kind of the number
}

func peek(v *slog.Value) *peeked { return (*peeked)(unsafe.Pointer(v)) }

// kind is the kind of a value whose form is numberForm.
func (p *peeked) kind() slog.Kind { return *(*slog.Kind)(p.data) }

// text is that of a value whose form is textForm.
func (p *peeked) text() string { return unsafe.String((*byte)(p.data), p.number) }

// group is that of a value whose form is groupForm.
func (p *peeked) group() []slog.Attr { return unsafe.Slice((*slog.Attr)(p.data), p.number) }

var (
	textForm   = formOf(slog.StringValue("text"))
	numberForm = formOf(slog.Int64Value(1))
	groupForm  = formOf(slog.GroupValue(slog.Int("a", 1)))
)

// formOf returns the form of a value, nil where none can be seen.
func formOf(v slog.Value) unsafe.Pointer {
	if !layoutKnown() {
		return nil
	}
	return peek(&v).form
}

// layoutKnown reports whether a value consists of a number and of an interface without
// methods behind it, made by the compiler whose interfaces are two pointers.
func layoutKnown() bool {
	t, a := reflect.TypeFor[slog.Value](), reflect.TypeFor[slog.Attr]()
	if runtime.Compiler != "gc" || t.Size() != unsafe.Sizeof(peeked{}) ||
		unsafe.Offsetof(slog.Attr{}.Value) != unsafe.Sizeof("") || a.Size() != unsafe.Sizeof("")+unsafe.Sizeof(peeked{}) {
		return false
	}
	number, ok := t.FieldByName("num")
	form, also := t.FieldByName("any")
	return ok && also && number.Type.Kind() == reflect.Uint64 && number.Offset == unsafe.Offsetof(peeked{}.number) &&
		form.Type == reflect.TypeFor[any]() && form.Offset == unsafe.Offsetof(peeked{}.form)
}

// peeksRight reports whether values lie in memory as peeked says. It tries the kinds
// that are looked at.
func peeksRight() bool {
	if !layoutKnown() || textForm == numberForm || textForm == groupForm || numberForm == groupForm {
		return false
	}
	const some = "some text"
	text := slog.StringValue(some)
	if v := behind(text); v.Kind() != reflect.Pointer || v.UnsafePointer() != unsafe.Pointer(unsafe.StringData(some)) || peek(&text).text() != some {
		return false
	}
	members := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}
	group := slog.GroupValue(members...)
	if v := behind(group); v.Kind() != reflect.Pointer || v.UnsafePointer() != unsafe.Pointer(&members[0]) || len(peek(&group).group()) != len(members) {
		return false
	}
	for _, v := range []slog.Value{
		slog.Int64Value(math.MinInt64), slog.Int64Value(3), slog.Float64Value(-0.5), slog.BoolValue(true), slog.BoolValue(false),
		slog.Uint64Value(math.MaxUint64), slog.DurationValue(-5),
	} {
		if p := peek(&v); p.form != numberForm || !p.agrees(v) {
			return false
		}
	}
	return true
}

// agrees reports whether the number of a value is the one that its methods tell.
func (p *peeked) agrees(v slog.Value) bool {
	// The form says that the data is a kind only if that is how kinds are kept.
	if behind(v).Type() != reflect.TypeFor[slog.Kind]() || p.kind() != v.Kind() {
		return false
	}
	switch v.Kind() {
	case slog.KindInt64:
		return int64(p.number) == v.Int64()
	case slog.KindUint64:
		return p.number == v.Uint64()
	case slog.KindDuration:
		return int64(p.number) == int64(v.Duration())
	case slog.KindFloat64:
		return math.Float64frombits(p.number) == v.Float64()
	case slog.KindBool:
		return p.number <= 1 && (p.number == 1) == v.Bool()
	}
	return false
}

// behind is what the interface in a value holds.
func behind(v slog.Value) reflect.Value { return reflect.ValueOf(v).FieldByName("any").Elem() }
