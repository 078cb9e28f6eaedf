package event

import (
	"encoding/binary"
	"math/bits"
	"slices"
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

// load4 reads four bytes of s from i on.
func load4(s string, i int) uint64 {
	s = s[i : i+4]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
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
// The last word may overlap the one before it: names and short values take one
// or two looks.
func isPlain(s string) bool {
	n := len(s)
	if n >= 8 {
		for i := 0; i+8 < n; i += 8 {
			if special(load(s, i)) != 0 {
				return false
			}
		}
		return special(load(s, n-8)) == 0
	}
	if n >= 4 {
		return special(load4(s, 0)|load4(s, n-4)<<32) == 0
	}
	for i := range n {
		if !plain[s[i]] {
			return false
		}
	}
	return true
}

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
	if len(s) <= shortString && isPlain(s) {
		return appendQuoted(dst, s)
	}
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// shortString is up to which length a string is looked at as a whole before it
// is copied. Longer ones are copied up to each byte that needs an escape.
const shortString = 64

// appendQuoted appends a plain string in quotes. Where there is room already,
// which is nearly always, it looks at the capacity once.
func appendQuoted(dst []byte, s string) []byte {
	n := len(dst)
	if cap(dst)-n < len(s)+2 {
		dst = append(append(dst, '"'), s...)
		return append(dst, '"')
	}
	dst = dst[:n+len(s)+2]
	dst[n] = '"'
	copy(dst[n+1:], s)
	dst[len(dst)-1] = '"'
	return dst
}

// slack is the room kept beyond what is left of the string: for the longest
// escape, and for a word that is stored whole though only its first bytes count.
const slack = 16

// appendEscaped appends the inside of a JSON string. It stores each word before
// it knows how much of it may stay, then goes on behind the part that may: in
// text with an escape every few words this is quicker than to look first and
// copy later.
func appendEscaped(dst []byte, s string) []byte {
	dst = slices.Grow(dst, len(s)+slack)
	buf, n, i := dst[:cap(dst)], len(dst), 0
	for i+8 <= len(s) {
		x := load(s, i)
		binary.LittleEndian.PutUint64(buf[n:], x)
		m := special(x)
		if m == 0 {
			i, n = copyWords(buf, n+8, s, i+8)
			continue
		}
		clean := bits.TrailingZeros64(m) / 8
		i, n = i+clean, n+clean
		c := s[i]
		if c >= utf8.RuneSelf {
			if i+4 > len(s) {
				break
			}
			if end := runesEnd(buf, n, s, i); end > i {
				i, n = end, n+end-i
				continue
			}
		}
		if len(buf)-n < len(s)-i+slack {
			dst = slices.Grow(buf[:n], len(s)-i+slack)
			buf = dst[:cap(dst)]
		}
		if e := shortEscapes[c]; e != 0 {
			binary.LittleEndian.PutUint16(buf[n:], '\\'|uint16(e)<<8)
			i, n = i+1, n+2
			continue
		}
		out, size := appendEscape(buf[:n], s[i:])
		i, n = i+size, len(out)
	}
	return appendEscapedTail(buf[:n], s[i:])
}

// copyWords copies plain text by four words at a time as long as it lasts.
func copyWords(buf []byte, n int, s string, i int) (int, int) {
	for i+32 <= len(s) {
		a, b, c, d := load(s, i), load(s, i+8), load(s, i+16), load(s, i+24)
		if special(a)|special(b)|special(c)|special(d) != 0 {
			break
		}
		to := buf[n : n+32]
		binary.LittleEndian.PutUint64(to, a)
		binary.LittleEndian.PutUint64(to[8:], b)
		binary.LittleEndian.PutUint64(to[16:], c)
		binary.LittleEndian.PutUint64(to[24:], d)
		i, n = i+32, n+32
	}
	return i, n
}

// runesEnd copies characters beyond ASCII that may stand as they are: valid, and
// neither U+2028 nor U+2029. It returns where they end in s and leaves the last
// bytes of s alone.
func runesEnd(buf []byte, n int, s string, i int) int {
	for i+4 <= len(s) && s[i] >= utf8.RuneSelf {
		x := uint32(load4(s, i))
		binary.LittleEndian.PutUint32(buf[n:], x)
		size := runeSize(x)
		if size == 0 {
			break
		}
		i, n = i+size, n+size
	}
	return i
}

// runeSize returns how many of four bytes, the first one lowest, encode one
// character beyond ASCII that may stand in a JSON string, or 0 (RFC 3629, in
// its shortest form and without surrogates).
func runeSize(x uint32) int {
	switch {
	case x&0xc0e0 == 0x80c0:
		if x&0x1e != 0 {
			return 2
		}
	case x&0xc0c0f0 == 0x8080e0:
		r := x&0x0f<<12 | x>>8&0x3f<<6 | x>>16&0x3f
		if r >= 0x800 && r-0xd800 >= 0x800 && r&^1 != 0x2028 {
			return 3
		}
	case x&0xc0c0c0f8 == 0x808080f0:
		r := x&0x07<<18 | x>>8&0x3f<<12 | x>>16&0x3f<<6 | x>>24&0x3f
		if r-0x10000 < 0x100000 {
			return 4
		}
	}
	return 0
}

// appendEscapedTail appends a few bytes one by one.
func appendEscapedTail(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if plain[s[i]] {
			dst = append(dst, s[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) && r&^1 != '\u2028' {
			dst = append(dst, s[i:i+size]...)
		} else {
			dst, size = appendEscape(dst, s[i:])
		}
		i += size
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// shortEscapes holds the letter of each escape of two characters, else 0.
var shortEscapes = [256]byte{
	'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't',
}

// appendEscape appends the first character of s, which cannot stand for itself,
// and returns how many bytes of s it took.
func appendEscape(dst []byte, s string) ([]byte, int) {
	c := s[0]
	if e := shortEscapes[c]; e != 0 {
		return append(dst, '\\', e), 1
	}
	if c < 0x20 {
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
