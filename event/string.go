package event

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
)

// Eight bytes are looked at as one word. In special, the first byte marked from
// the low end is exact; a mark above it may be false, because a subtraction
// borrows from the next byte only at a byte that is marked itself. (Mycroft's
// test for a zero byte; see Warren, Hacker's Delight, section 6-1.)
const (
	ones   = 0x0101010101010101
	highs  = 0x8080808080808080
	spaces = ones * ' '
)

// special marks the bytes of a word that do not stand for themselves in a JSON
// string, or need a closer look: below 0x20, quote, backslash, and 0x80 and up.
func special(x uint64) uint64 { return marks(x) & highs }

// marks is special with more bits than the highest of each byte. Turning the
// second bit moves the quote, 0x22, beside the control bytes and the space out
// of its way, so that one subtraction finds them all.
func marks(x uint64) uint64 {
	return ((x ^ pattern.quote) - pattern.low) | ((x ^ pattern.slash) - pattern.one) | x
}

// pattern holds what marks compares with. It is read from memory because a
// constant of eight bytes would be spelled out in the code each time, which
// takes longer to fetch than the constant itself.
var pattern = struct{ quote, low, slash, one uint64 }{
	quote: ones * 0x02, low: ones * 0x21, slash: ones * '\\', one: ones,
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

// lastWord reads what is left of s from i on, fewer than eight bytes, with spaces
// behind it. It returns how many bytes are from s.
func lastWord(s string, i int) (x uint64, size int) {
	size = len(s) - i
	if len(s) >= 8 {
		return load(s, len(s)-8)>>(64-8*uint(size)) | spaces<<(8*uint(size)), size
	}
	x = spaces
	for k := len(s) - 1; k >= i; k-- {
		x = x<<8 | uint64(s[k])
	}
	return x, size
}

// plainEnd returns the first index from i on whose byte is special, or len(s).
func plainEnd(s string, i int) int {
	for ; i+32 <= len(s); i += 32 {
		t := s[i : i+32]
		if (marks(load(t, 0))|marks(load(t, 8))|marks(load(t, 16))|marks(load(t, 24)))&highs != 0 {
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

// AppendString appends a text as a JSON string, by the rules of the package.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }

// appendPlain appends a short text in quotes and reports whether all of it is
// plain; if not, what it appended is of no use. It looks at what it copies, in as
// few words as isPlain, and returns them as one; see keyWord.
func appendPlain(dst []byte, s string) (out []byte, word uint64, plain bool) {
	n, size := len(dst)+1, len(s)
	end := n + size
	if end >= cap(dst) {
		dst = grow(dst, size+2)
	}
	out = dst[:end+1]
	out[n-1], out[end] = '"', '"'
	switch {
	case size >= 8:
		var seen uint64
		for i := 0; i < size-8; i += 8 {
			x := load(s, i)
			binary.LittleEndian.PutUint64(out[n+i:n+i+8], x)
			seen |= marks(x)
		}
		x := load(s, size-8)
		binary.LittleEndian.PutUint64(out[end-8:end], x)
		return out, load(s, 0) + x, (seen|marks(x))&highs == 0
	case size >= 4:
		low, high := load4(s, 0), load4(s, size-4)
		binary.LittleEndian.PutUint32(out[n:n+4], uint32(low))
		binary.LittleEndian.PutUint32(out[end-4:end], uint32(high))
		word = low | high<<32
		return out, word, special(word) == 0
	case size > 0: // the first, the middle and the last are all there are
		a, b, c := s[0], s[size>>1], s[size-1]
		out[n], out[n+size>>1], out[end-1] = a, b, c
		word = uint64(a) | uint64(b)<<8 | uint64(c)<<16 | spaces&^0xffffff
		return out, word, special(word) == 0
	}
	return out, 0, true
}

// room returns dst with room for n more bytes.
func room(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		return grow(dst, n)
	}
	return dst
}

// grow is the rare half of room, kept apart so that its callers stay small.
//
//go:noinline
func grow(dst []byte, n int) []byte { return slices.Grow(dst, n) }

// shortString is up to which length a string is first taken to be plain, as it
// nearly always is.
const shortString = 72

// appendString appends s as a JSON string. Bytes that are no UTF-8 become
// U+FFFD. The characters of HTML stay as they are; U+2028 and U+2029, which end
// a line in some languages, are escaped.
func appendString(dst []byte, s string) []byte {
	if len(s) <= shortString {
		if out, _, ok := appendPlain(dst, s); ok {
			return out
		}
	}
	return appendText(dst, s)
}

// appendText is appendString of a text that is long, or known not to be plain.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// slack is the room kept beyond what is left of the string: for the longest
// escape, and for a word that is stored whole though only its first bytes count.
const slack = 16

// patience is after how many words without a special byte four are looked at
// together. Where special bytes are dense that is work for nothing.
const patience = 3

// appendEscaped appends the inside of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	if len(s) >= longText && processor.Best >= processor.AVX512 {
		return appendLong(dst, s)
	}
	return appendWords(dst, s)
}

// longText is from which length on a text is escaped many bytes at a time.
const longText = 2 * bulk.EscapeRead

// appendLong is appendEscaped for a long text: what it comes to that [bulk.Escape]
// leaves to others is written here.
func appendLong(dst []byte, s string) []byte {
	for len(s) >= bulk.EscapeRead {
		// One byte in eight may be escaped before more room is needed.
		dst = room(dst, len(s)+len(s)/8+bulk.EscapeRoom)
		read, written := bulk.Escape(processor.Best, dst[len(dst):cap(dst)], s)
		dst, s = dst[:len(dst)+written], s[read:]
		if len(s) < bulk.EscapeRead {
			break
		}
		dst = room(dst, len(s)+slack)
		buf, n, i := dst[:cap(dst)], len(dst), 1
		if c := s[0]; c >= utf8.RuneSelf {
			i, n = copyRunes(buf, n, s, 0)
		} else if e := escapes[c]; e != 0 {
			binary.LittleEndian.PutUint64(buf[n:], e)
			n += int(e >> 56)
		} else {
			buf[n] = c // it was the room that was short
			n++
		}
		dst, s = buf[:n], s[i:]
	}
	return appendWords(dst, s)
}

// appendWords is appendEscaped, a word at a time. It stores each block before
// it knows how much of it may stay, then goes on behind the part that may: in
// text with an escape every few words this is quicker than to look first and
// copy later.
func appendWords(dst []byte, s string) []byte {
	dst = room(dst, len(s)+slack)
	buf, n, i := dst[:cap(dst)], len(dst), 0
	clean := 0 // words without a special byte since the last that had one
	for i < len(s) {
		x, size := uint64(0), 8
		if i+8 <= len(s) {
			x = load(s, i)
		} else {
			x, size = lastWord(s, i)
		}
		binary.LittleEndian.PutUint64(buf[n:], x)
		m := special(x)
		if m != 0 {
			size = bits.TrailingZeros64(m) / 8
		}
		i, n = i+size, n+size
		if m == 0 {
			if clean++; clean < patience || i+32 > len(s) {
				continue
			}
			var found bool
			if i, n, found = copyBlocks(buf, n, s, i); !found {
				continue
			}
		}
		clean = 0
		if len(buf)-n < len(s)-i+slack {
			dst = grow(buf[:n], len(s)-i+slack)
			buf = dst[:cap(dst)]
		}
		if c := s[i]; c < utf8.RuneSelf {
			e := escapes[c]
			binary.LittleEndian.PutUint64(buf[n:], e)
			i, n = i+1, n+int(e>>56)
			continue
		}
		i, n = copyRunes(buf, n, s, i)
	}
	return buf[:n]
}

// copyBlocks copies four words at a time, up to the first byte that is special
// or as long as there are four. It returns how far it came in s and in buf, and
// whether there is a special byte.
func copyBlocks(buf []byte, n int, s string, i int) (int, int, bool) {
	for ; i+32 <= len(s); i, n = i+32, n+32 {
		from, to := s[i:i+32], buf[n:n+32]
		a, b, c, d := load(from, 0), load(from, 8), load(from, 16), load(from, 24)
		binary.LittleEndian.PutUint64(to, a)
		binary.LittleEndian.PutUint64(to[8:], b)
		binary.LittleEndian.PutUint64(to[16:], c)
		binary.LittleEndian.PutUint64(to[24:], d)
		if (marks(a)|marks(b)|marks(c)|marks(d))&highs != 0 {
			clean := firstSpecial(a, b, c, d)
			return i + clean, n + clean, true
		}
	}
	return i, n, false
}

// firstSpecial returns the index of the first special byte of four words that
// have one.
func firstSpecial(a, b, c, d uint64) int {
	m, at := special(d), 24
	if c := special(c); c != 0 {
		m, at = c, 16
	}
	if b := special(b); b != 0 {
		m, at = b, 8
	}
	if a := special(a); a != 0 {
		m, at = a, 0
	}
	return at + bits.TrailingZeros64(m)/8
}

// copyRunes copies characters beyond ASCII, one at least, up to the next byte of
// ASCII, or up to and with the first that cannot stand as it is: no UTF-8, U+2028
// and U+2029. It returns how far it came in s and in buf.
func copyRunes(buf []byte, n int, s string, i int) (int, int) {
	for i+8 <= len(s) && s[i] >= utf8.RuneSelf {
		x := load(s, i)
		binary.LittleEndian.PutUint64(buf[n:], x)
		var size int
		switch {
		case x&0xc0e0 == 0x80c0 && x&0x1e != 0:
			size = 2
		case twoOfThree(x):
			size = 6
		default:
			size = runeSize(uint32(x))
		}
		if size == 0 {
			return escapeRune(buf, n, s, i)
		}
		i, n = i+size, n+size
	}
	if i < len(s) && s[i] >= utf8.RuneSelf {
		return escapeRune(buf, n, s, i)
	}
	return i, n
}

// twoOfThree reports whether a word begins with two characters of three bytes
// that may stand as they are, which is how most of the text in the scripts of
// East Asia goes on. Those under the leading bytes e0, e2 and ed, some of which
// may not stand, are left to runeSize.
func twoOfThree(x uint64) bool {
	const doubtful = 1<<0x0 | 1<<0x2 | 1<<0xd
	return x&0xc0c0f0_c0c0f0 == 0x8080e0_8080e0 && (doubtful>>(x&15)|doubtful>>(x>>24&15))&1 == 0
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

// escapeRune writes the character beyond ASCII, or the byte that is none, which
// stands at i, as it is or escaped.
func escapeRune(buf []byte, n int, s string, i int) (int, int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	switch r {
	case '\u2028':
		return i + size, n + copy(buf[n:], `\u2028`)
	case '\u2029':
		return i + size, n + copy(buf[n:], `\u2029`)
	}
	return i + size, n + utf8.EncodeRune(buf[n:], r)
}

const hexDigits = "0123456789abcdef"

// escapes holds the escape of each byte below 0x80 that needs one, as a word: up
// to six characters, the first one lowest, and their number in the highest byte.
var escapes = func() (t [utf8.RuneSelf]uint64) {
	for c := range uint64(0x20) {
		t[c] = uint64('\\') | 'u'<<8 | '0'<<16 | '0'<<24 | uint64(hexDigits[c>>4])<<32 | uint64(hexDigits[c&15])<<40 | 6<<56
	}
	for c, letter := range map[byte]uint64{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'} {
		t[c] = uint64('\\') | letter<<8 | 2<<56
	}
	return t
}()
