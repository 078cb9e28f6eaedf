package event

import (
	"math"
	"math/bits"
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

// appendInt appends an integer.
func appendInt(dst []byte, v int64) []byte {
	if v < 0 {
		return appendUint(append(dst, '-'), -uint64(v))
	}
	return appendUint(dst, uint64(v))
}

// appendUint appends an integer, two digits at a time from the last.
func appendUint(dst []byte, u uint64) []byte {
	if u < 10000 {
		return appendFew(dst, u)
	}
	n := digits(u)
	dst = room(dst, n)
	dst = dst[:len(dst)+n]
	at := len(dst)
	for u >= 100 {
		pair := u % 100 * 2
		u /= 100
		at -= 2
		dst[at], dst[at+1] = pairs[pair], pairs[pair+1]
	}
	if u >= 10 {
		dst[at-2], dst[at-1] = pairs[u*2], pairs[u*2+1]
	} else {
		dst[at-1] = '0' + byte(u)
	}
	return dst
}

// appendFew appends an integer of at most four digits.
func appendFew(dst []byte, u uint64) []byte {
	high, low := u/100*2, u%100*2
	switch {
	case u < 10:
		return append(dst, '0'+byte(u))
	case u < 100:
		return append(dst, pairs[low], pairs[low+1])
	case u < 1000:
		return append(dst, pairs[high+1], pairs[low], pairs[low+1])
	}
	return append(dst, pairs[high], pairs[high+1], pairs[low], pairs[low+1])
}

// digits returns how many decimal digits a number has that is not 0. 1233/4096 is
// a little more than the logarithm of 2 (Warren, Hacker's Delight, section 11-4).
func digits(u uint64) int {
	n := bits.Len64(u) * 1233 >> 12
	if u >= powers[n] {
		n++
	}
	return n
}

var powers = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// wholeLimit is up to where a number without a fraction is written as an integer.
// All of its digits are needed there: its neighbours are not farther than one.
const wholeLimit = 1e15

// appendFloat appends a number as encoding/json spells it: the shortest digits
// that give the same value back (Steele and White 1990), with an exponent below
// 1e-6 and from 1e21 on. NaN and the infinities, which JSON cannot spell, become
// strings.
func appendFloat(dst []byte, f float64, size int) []byte {
	if size == 64 {
		if n := int64(f); float64(n) == f && uint64(n+wholeLimit) <= 2*wholeLimit && (n != 0 || !math.Signbit(f)) {
			return appendInt(dst, n)
		}
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
	if abs == 0 || exponentFree(abs, size) {
		return strconv.AppendFloat(dst, f, 'f', -1, size)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, size)
	return shortExponent(dst)
}

// exponentFree reports whether a positive number is written without an
// exponent. The bounds of a float32 are those of its own precision.
func exponentFree(abs float64, size int) bool {
	if size == 32 {
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

// appendShortDecimal appends a number that has a fraction of at most six decimals
// and at most 15 digits, the usual case, without the general algorithm. Such a
// decimal, when it reads back as f, is the only one of at most 15 digits that
// does, and hence the shortest: doubles tell all decimals of 15 digits apart. The
// division is correctly rounded, so it reads the decimal as a parser would.
func appendShortDecimal(dst []byte, f float64) ([]byte, bool) {
	const scale = 1e6
	abs := math.Abs(f)
	if !(abs >= 1e-5 && abs < 1e9) {
		return dst, false
	}
	n := int64(abs*scale + 0.5)
	if float64(n)/scale != abs {
		return dst, false
	}
	if f < 0 {
		dst = append(dst, '-')
	}
	whole, part := uint64(n)/scale, uint64(n)%scale
	return appendDecimals(appendUint(dst, whole), part), true
}

// appendDecimals appends a point and a number of millionths, which is not 0,
// without the zeros at its end.
func appendDecimals(dst []byte, part uint64) []byte {
	last := part / 10000
	dst = append(dst, '.', pairs[last*2], pairs[last*2+1])
	for rest := part % 10000; rest != 0; rest = rest % 100 * 100 {
		last = rest / 100
		dst = append(dst, pairs[last*2], pairs[last*2+1])
	}
	if last%10 == 0 {
		return dst[:len(dst)-1]
	}
	return dst
}
