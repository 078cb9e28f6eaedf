package rules

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// maxKeys bounds what is kept for the keys of one sum or one rule.
const maxKeys = 1 << 20

// book is a running sum: one for each key, or a single one.
type book struct {
	values amounts
	total  any
}

func newBook() *book { return &book{values: amounts{}, total: 0} }

// amounts are the sums by key. What is zero is not kept. To expressions they are an
// object in which every key is.
type amounts map[string]any

// Member is the sum of a key, 0 when nothing has been added to it.
func (a amounts) Member(key any) any {
	if v, ok := a[keyText(key)]; ok {
		return v
	}
	return 0
}

// change adds to the sum of a key, or sets it. It is false when value is no number.
func (b *book) change(key, value any, set bool) bool {
	if !isNumber(value) {
		return false
	}
	text, old := keyText(key), b.values.Member(key)
	after := value
	if !set {
		after = plus(old, value)
	}
	b.total = plus(b.total, plus(after, negative(old)))
	if isZero(after) {
		delete(b.values, text)
	} else {
		b.values[text] = after
	}
	return true
}

// keyText is the text under which a key is kept: 5, 5.0 and "5" are one key.
func keyText(key any) string {
	switch k := key.(type) {
	case string:
		return k
	case float64:
		if k == math.Trunc(k) && math.Abs(k) < 1<<53 {
			return strconv.FormatInt(int64(k), 10)
		}
	}
	return fmt.Sprint(key)
}

// isNumber reports whether a value can be added to a sum.
func isNumber(v any) bool {
	switch x := v.(type) {
	case int, *big.Float:
		return true
	case float64:
		return !math.IsNaN(x)
	}
	return false
}

func isZero(v any) bool { return v == 0 || v == 0.0 }

// plus adds two numbers. Integers of 64 bits stay exact as long as their sum is one.
func plus(a, b any) any {
	x, isX := a.(int)
	y, isY := b.(int)
	if sum := x + y; isX && isY && (sum > x) == (y > 0) {
		return sum
	}
	return float(a) + float(b)
}

func negative(v any) any {
	if n, ok := v.(int); ok && n != math.MinInt {
		return -n
	}
	return -float(v)
}

func float(v any) float64 {
	switch x := v.(type) {
	case int:
		return float64(x)
	case float64:
		return x
	case *big.Float:
		f, _ := x.Float64()
		return f
	}
	return math.NaN()
}

// shown is a value as a message has it.
func shown(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case *big.Float:
		return x.Text('g', 40)
	}
	if b, err := json.Marshal(v); err == nil {
		return string(b)
	}
	return fmt.Sprint(v)
}
