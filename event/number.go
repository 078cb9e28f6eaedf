package event

import (
	"math"
	"strconv"
)

// pairs holds the two digits of each number below 100, one after the other.
const pairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// appendFloat appends a number as encoding/json spells it: the shortest digits
// that give the same value back (Steele and White 1990), with an exponent below
// 1e-6 and from 1e21 on. NaN and the infinities, which JSON cannot spell, become
// strings.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if bits == 64 {
		if out, ok := appendShortDecimal(dst, f); ok {
			return out
		}
	}
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	abs := math.Abs(f)
	if abs == 0 || exponentFree(abs, bits) {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	return shortExponent(dst)
}

// exponentFree reports whether a positive number is written without an
// exponent. The bounds of a float32 are those of its own precision.
func exponentFree(abs float64, bits int) bool {
	if bits == 32 {
		return float32(abs) >= 1e-6 && float32(abs) < 1e21
	}
	return abs >= 1e-6 && abs < 1e21
}

// shortExponent turns e-09 into e-9.
func shortExponent(dst []byte) []byte {
	n := len(dst)
	if n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		return dst[:n-1]
	}
	return dst
}

// appendShortDecimal appends a number that has at most six decimals and 15
// digits, the usual case, without the general algorithm. Such a decimal, when it
// reads back as f, is the only one of at most 15 digits that does, and hence the
// shortest: doubles tell all decimals of 15 digits apart. The division is
// correctly rounded, so it reads the decimal as a parser would.
func appendShortDecimal(dst []byte, f float64) ([]byte, bool) {
	const scale = 1e6
	abs := math.Abs(f)
	if !(abs >= 1e-5 && abs < 1e9) {
		return dst, false
	}
	n := uint64(abs*scale + 0.5)
	if float64(n)/scale != abs {
		return dst, false
	}
	if f < 0 {
		dst = append(dst, '-')
	}
	whole, part := n/scale, uint(n%scale)
	dst = strconv.AppendUint(dst, whole, 10)
	if part == 0 {
		return dst, true
	}
	return appendDecimals(dst, part), true
}

// appendDecimals appends a point and six decimals without the zeros at the end.
func appendDecimals(dst []byte, part uint) []byte {
	high, middle, low := part/10000*2, part/100%100*2, part%100*2
	dst = append(dst, '.', pairs[high], pairs[high+1], pairs[middle], pairs[middle+1], pairs[low], pairs[low+1])
	n := len(dst)
	for dst[n-1] == '0' {
		n--
	}
	return dst[:n]
}
