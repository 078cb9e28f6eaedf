package event

import (
	"math/bits"
	"unicode/utf8"
)

// Eight bytes are looked at as one word. In special, the first byte marked from
// the low end is exact; a mark above it may be false, because a subtraction
// borrows from the next byte only at a byte that is marked itself. (Mycroft's
// test for a zero byte; see Warren, Hacker's Delight, section 6-1.)
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the bytes of a word that do not stand for themselves in a JSON
// string, or need a closer look: below 0x20, quote, backslash, and 0x80 and up.
func special(x uint64) uint64 {
	quote := x ^ (ones * '"')
	slash := x ^ (ones * '\\')
	return ((x - ones*0x20) | (quote - ones) | (slash - ones) | x) & highs
}

// load reads eight bytes of s from i on. The compiler makes one load of it.
func load(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plainEnd returns the first index from i on whose byte is special, or len(s).
func plainEnd(s string, i int) int {
	for ; i+32 <= len(s); i += 32 {
		a, b := special(load(s, i)), special(load(s, i+8))
		c, d := special(load(s, i+16)), special(load(s, i+24))
		if a|b|c|d != 0 {
			break
		}
	}
	for ; i+8 <= len(s); i += 8 {
		if m := special(load(s, i)); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// isPlain reports whether s can stand in a JSON string as it is and is ASCII.
func isPlain(s string) bool { return plainEnd(s, 0) == len(s) }

// plain tells for each byte whether it is ASCII that stands for itself.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendString appends s as a JSON string. Bytes that are no UTF-8 become
// U+FFFD. The characters of HTML stay as they are; U+2028 and U+2029, which end
// a line in some languages, are escaped.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// appendEscaped appends the inside of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	start, i := 0, plainEnd(s, 0)
	for i < len(s) {
		if s[i] >= utf8.RuneSelf {
			if n := runsOfRunes(s[i:]); n > 0 {
				i = plainEnd(s, i+n)
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		var size int
		dst, size = appendEscape(dst, s[i:])
		start = i + size
		i = plainEnd(s, start)
	}
	return append(dst, s[start:]...)
}

// runsOfRunes returns the length of the runes beyond ASCII at the start of s
// that stand for themselves: valid, and neither U+2028 nor U+2029.
func runsOfRunes(s string) int {
	i := 0
	for i < len(s) && s[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && size == 1) || r == '\u2028' || r == '\u2029' {
			break
		}
		i += size
	}
	return i
}

const hexDigits = "0123456789abcdef"

// appendEscape appends the first character of s, which cannot stand for itself,
// and returns how many bytes of s it took.
func appendEscape(dst []byte, s string) ([]byte, int) {
	switch c := s[0]; {
	case c == '\n':
		return append(dst, '\\', 'n'), 1
	case c == '"' || c == '\\':
		return append(dst, '\\', c), 1
	case c == '\t':
		return append(dst, '\\', 't'), 1
	case c == '\r':
		return append(dst, '\\', 'r'), 1
	case c == '\b':
		return append(dst, '\\', 'b'), 1
	case c == '\f':
		return append(dst, '\\', 'f'), 1
	case c < 0x20:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15]), 1
	}
	switch r, size := utf8.DecodeRuneInString(s); r {
	case '\u2028':
		return append(dst, `\u2028`...), size
	case '\u2029':
		return append(dst, `\u2029`...), size
	}
	return append(dst, "\uFFFD"...), 1
}
