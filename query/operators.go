package query

import (
	"math"
	"math/big"
	"reflect"
	"regexp"
	"strings"
)

// operator is a function that stands for an operator of the language.
type operator struct {
	call      func(args ...any) (any, error)
	signature any // a pointer to a function type
}

type (
	testSignature  = func(any, any) bool
	valueSignature = func(any, any) any
)

// operators returns the functions by the names that rewritten trees call.
func operators() map[string]operator {
	test := func(f func(a, b any) bool) operator {
		return operator{func(args ...any) (any, error) { return f(args[0], args[1]), nil }, new(testSignature)}
	}
	value := func(f func(a, b any) any) operator {
		return operator{func(args ...any) (any, error) { return f(args[0], args[1]), nil }, new(valueSignature)}
	}
	ordered := func(holds func(c int) bool) operator {
		return test(func(a, b any) bool { c, ok := compare(a, b); return ok && holds(c) })
	}
	return map[string]operator{
		"$eq": test(equal), "$ne": test(differ),
		"$lt": ordered(func(c int) bool { return c < 0 }), "$le": ordered(func(c int) bool { return c <= 0 }),
		"$gt": ordered(func(c int) bool { return c > 0 }), "$ge": ordered(func(c int) bool { return c >= 0 }),
		"$in": test(isIn), "$contains": test(contains), "$matches": test(matchesPattern),
		"$startsWith": test(texts(strings.HasPrefix)), "$endsWith": test(texts(strings.HasSuffix)),
		"$get": value(memberOf), "$add": value(add), "$sub": value(arithmetic(sub)), "$mul": value(arithmetic(mul)),
		"$div": value(arithmetic(div)), "$mod": value(arithmetic(mod)), "$pow": value(arithmetic(math.Pow)),
		"$truth": {func(args ...any) (any, error) { return args[0] == true, nil }, new(func(any) bool)},
	}
}

// equal reports whether two values are the same: numbers by value, lists and
// objects by what they hold. Values of unlike kinds are not.
func equal(a, b any) bool {
	if c, ok := compare(a, b); ok {
		return c == 0
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool:
		return b == x
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && equalMaps(x, y)
	}
	x, y := listOf(a), listOf(b)
	return x.IsValid() && y.IsValid() && equalLists(x, y)
}

// differ reports whether two values of one kind are not the same, or one of them
// is nil and the other is not.
func differ(a, b any) bool {
	if a == nil || b == nil {
		return a != nil || b != nil
	}
	return kindOf(a) == kindOf(b) && !equal(a, b)
}

// kindOf names what is compared with what.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case bool:
		return "bool"
	case string:
		return "text"
	case int, float64, *big.Float:
		return "number"
	case map[string]any:
		return "object"
	}
	return "list"
}

func equalMaps(x, y map[string]any) bool {
	for key, v := range x {
		if w, ok := y[key]; !ok || !equal(v, w) {
			return false
		}
	}
	return len(x) == len(y)
}

func equalLists(x, y reflect.Value) bool {
	if x.Len() != y.Len() {
		return false
	}
	for i := range x.Len() {
		if !equal(x.Index(i).Interface(), y.Index(i).Interface()) {
			return false
		}
	}
	return true
}

// listOf returns a list of any element type, the zero Value for what is none.
func listOf(v any) reflect.Value {
	if r := reflect.ValueOf(v); r.IsValid() && (r.Kind() == reflect.Slice || r.Kind() == reflect.Array) {
		return r
	}
	return reflect.Value{}
}

// compare orders two texts by their bytes, or two numbers by value. ok is false
// for anything else, and for NaN.
func compare(a, b any) (c int, ok bool) {
	if x, isText := a.(string); isText {
		y, isText := b.(string)
		return strings.Compare(x, y), isText
	}
	return compareNumbers(a, b)
}

// isIn reports whether a value is in a list, or a text is a key of an object.
func isIn(a, b any) bool {
	if m, ok := b.(map[string]any); ok {
		key, isText := a.(string)
		_, found := m[key]
		return isText && found
	}
	list := listOf(b)
	if !list.IsValid() {
		return inSet(a, b)
	}
	for i := range list.Len() {
		if equal(a, list.Index(i).Interface()) {
			return true
		}
	}
	return false
}

// inSet looks into the maps that the compiler makes of constant lists.
func inSet(a, b any) bool {
	m := reflect.ValueOf(b)
	if !m.IsValid() || m.Kind() != reflect.Map {
		return false
	}
	for _, key := range m.MapKeys() {
		if equal(a, key.Interface()) {
			return true
		}
	}
	return false
}

// contains reports whether a text contains another, or a list a value.
func contains(a, b any) bool {
	if text, ok := a.(string); ok {
		part, ok := b.(string)
		return ok && strings.Contains(text, part)
	}
	return listOf(a).IsValid() && isIn(b, a)
}

// texts makes an operator of a function of two texts.
func texts(f func(a, b string) bool) func(a, b any) bool {
	return func(a, b any) bool {
		x, isX := a.(string)
		y, isY := b.(string)
		return isX && isY && f(x, y)
	}
}

// matchesPattern reports whether a text matches a regular expression. Patterns
// that are constants are done without this; one that is a field is compiled each
// time, and one that is wrong matches nothing.
func matchesPattern(a, b any) bool {
	text, isText := a.(string)
	pattern, isPattern := b.(string)
	if !isText || !isPattern {
		return false
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(text)
}

// memberOf returns a member of an object or, counted from the end when the place
// is negative, of a list; nil when there is none.
func memberOf(a, key any) any {
	if k, ok := a.(Keyed); ok {
		return k.Member(key)
	}
	if m, ok := a.(map[string]any); ok {
		name, _ := key.(string)
		return m[name]
	}
	list := listOf(a)
	i, ok := key.(int)
	if !list.IsValid() || !ok {
		return nil
	}
	if i < 0 {
		i += list.Len()
	}
	if i < 0 || i >= list.Len() {
		return nil
	}
	return list.Index(i).Interface()
}

// add adds numbers and joins texts.
func add(a, b any) any {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x + y
		}
		return nil
	}
	return arithmetic(func(x, y float64) float64 { return x + y })(a, b)
}

func sub(x, y float64) float64 { return x - y }
func mul(x, y float64) float64 { return x * y }
func div(x, y float64) float64 { return x / y }
func mod(x, y float64) float64 { return math.Mod(x, y) }

// maxExact is the largest integer up to which all are exact in a float64.
const maxExact = 1 << 53

// arithmetic makes an operator of a function of two numbers. Integers stay
// integers where the result is one and exact; a value that is no number gives
// nil.
func arithmetic(f func(x, y float64) float64) func(a, b any) any {
	return func(a, b any) any {
		x, isX := toFloat(a)
		y, isY := toFloat(b)
		if !isX || !isY {
			return nil
		}
		z := f(x, y)
		if math.Abs(z) < maxExact && z == math.Trunc(z) && math.Abs(x) < maxExact && math.Abs(y) < maxExact {
			return int(z)
		}
		return z
	}
}

// toFloat returns a number as a float64, the nearest one when it has none.
func toFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case float64:
		return x, true
	case *big.Float:
		f, _ := x.Float64()
		return f, true
	}
	return 0, false
}
