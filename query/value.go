package query

import (
	"cmp"
	"encoding/json"
	"math"
	"math/big"
	"strconv"

	"example.org/runshelf/event"
)

// maxDigits bounds the digits of a number that count: beyond them, numbers are
// told apart only by their size.
const maxDigits = 4096

// valueOf returns a stored value as expressions have it: nil, bool, string, int,
// float64, *big.Float for a number that neither holds, []any or map[string]any.
// Nothing stored is nil.
func valueOf(stored []byte) any {
	if len(stored) == 0 {
		return nil
	}
	switch c := stored[0]; {
	case c == '"':
		s, _ := stringOf(stored)
		return s
	case c == '-' || isDigit(c):
		return numberOf(stored)
	case c == 't' || c == 'f':
		return c == 't'
	case c == 'n':
		return nil
	}
	v, err := event.DecodeValue(stored)
	if err != nil {
		return nil // never: the line was read before
	}
	return plainOf(v)
}

// plainOf turns a decoded value into maps, lists and numbers of Go. Of equal keys
// the last counts.
func plainOf(v any) any {
	switch x := v.(type) {
	case event.Object:
		m := make(map[string]any, len(x))
		for _, member := range x {
			m[member.Key] = plainOf(member.Value)
		}
		return m
	case []any:
		for i := range x {
			x[i] = plainOf(x[i])
		}
		return x
	case json.Number:
		return numberOf([]byte(x))
	}
	return v
}

// numberOf returns a stored number.
func numberOf(stored []byte) any {
	if n, ok := intOf(stored); ok {
		return n
	}
	text := string(stored)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && int64(int(n)) == n {
		return int(n)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err == nil && math.Abs(x) < maxExact {
		return x
	}
	digits := len(stored)
	if err == nil {
		digits += 309 // an exponent may stand for so many
	}
	precision := uint(4 * min(digits, maxDigits)) // more than the digits need
	if wide, _, err := big.ParseFloat(text, 10, max(64, precision), big.ToNearestEven); err == nil {
		return wide
	}
	return x // an infinity
}

// intOf reads an integer of up to 18 digits.
func intOf(stored []byte) (int, bool) {
	digits := stored
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 18 || math.MaxInt < math.MaxInt64 {
		return 0, false
	}
	n := 0
	for _, c := range digits {
		if !isDigit(c) {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	if len(digits) < len(stored) {
		n = -n
	}
	return n, true
}

// compareNumbers orders two numbers by value, without rounding either. ok is
// false when one is no number or NaN.
func compareNumbers(a, b any) (c int, ok bool) {
	if x, isInt := a.(int); isInt {
		if y, isInt := b.(int); isInt {
			return cmp.Compare(x, y), true
		}
	}
	x, xSmall := smallFloat(a)
	y, ySmall := smallFloat(b)
	if xSmall && ySmall {
		return cmp.Compare(x, y), true
	}
	wideX, isX := toBig(a)
	wideY, isY := toBig(b)
	if !isX || !isY {
		return 0, false
	}
	return wideX.Cmp(wideY), true
}

// smallFloat returns a number that a float64 holds exactly because it is small.
func smallFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), int64(x) > -maxExact && int64(x) < maxExact
	case float64:
		return x, math.Abs(x) < maxExact
	}
	return 0, false
}

// toBig returns a number without rounding it. NaN is none.
func toBig(v any) (*big.Float, bool) {
	switch x := v.(type) {
	case int:
		return new(big.Float).SetPrec(64).SetInt64(int64(x)), true
	case float64:
		if math.IsNaN(x) {
			return nil, false
		}
		return big.NewFloat(x), true
	case *big.Float:
		return x, true
	}
	return nil, false
}
