package query

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deep objects and arrays may nest. It is what encoding/json
// allows.
const maxDepth = 10_000

// span is a part of a line: bytes lo up to hi, as places in the line's buffer.
type span struct{ lo, hi int }

// found reports whether there is a value. A missing one has the span {0, 0}:
// no value begins where a line does.
func (s span) found() bool { return s.hi > 0 }

// pair is one member of the outermost object: its key, without the quotes, and
// its value.
type pair struct{ key, value span }

// walker reads one JSON object exactly as strictly as encoding/json does, and
// notes where its parts are. It makes no values. Behind the text the buffer must
// have a line end or a zero, where everything stops, and pad bytes in all, so
// that eight bytes can be loaded anywhere.
type walker struct {
	b     []byte
	pairs []pair // the members of the outermost object, in the order of the line
	cuts  []span // the values that are no objects and lie in no array
	depth int    // how deep objects lie in objects
}

// pad is how many bytes must follow the text in a buffer that is walked.
const pad = 16

// walk reads the object that begins at b[i] and returns where it ends, or -1
// when there is none.
func (w *walker) walk(b []byte, i int) int {
	w.b, w.pairs, w.cuts, w.depth = b, w.pairs[:0], w.cuts[:0], 0
	if b[i] != '{' {
		return -1
	}
	return w.object(i, 1)
}

// object reads an object at the given depth.
func (w *walker) object(i, depth int) int {
	if depth > maxDepth {
		return -1
	}
	w.depth = max(w.depth, depth)
	if i = skipBlank(w.b, i+1); w.b[i] == '}' {
		return i + 1
	}
	for {
		key, at := w.key(i)
		if at < 0 {
			return -1
		}
		end := w.value(at, depth)
		if end < 0 {
			return -1
		}
		if depth == 1 {
			w.pairs = append(w.pairs, pair{key, span{at, end}})
		}
		switch i = skipBlank(w.b, end); w.b[i] {
		case '}':
			return i + 1
		case ',':
			i = skipBlank(w.b, i+1)
		default:
			return -1
		}
	}
}

// key reads a key and its colon, and returns where the value begins, or -1.
func (w *walker) key(i int) (span, int) {
	if w.b[i] != '"' {
		return span{}, -1
	}
	end := stringEnd(w.b, i+1)
	if end < 0 {
		return span{}, -1
	}
	colon := skipBlank(w.b, end)
	if w.b[colon] != ':' {
		return span{}, -1
	}
	return span{i + 1, end - 1}, skipBlank(w.b, colon+1)
}

// value reads a member's value and notes it unless it is an object, whose own
// members are noted instead.
func (w *walker) value(i, depth int) int {
	if w.b[i] == '{' {
		return w.object(i, depth+1)
	}
	end := skipValue(w.b, i, depth)
	if end >= 0 {
		w.cuts = append(w.cuts, span{i, end})
	}
	return end
}

// skipValue returns where the value at b[i] ends, or -1. depth is the number of
// objects and arrays around it.
func skipValue(b []byte, i, depth int) int {
	switch c := b[i]; c {
	case '"':
		return stringEnd(b, i+1)
	case '{', '[':
		return skipNested(b, i, depth)
	case 't':
		return skipWord(b, i, "true")
	case 'f':
		return skipWord(b, i, "false")
	case 'n':
		return skipWord(b, i, "null")
	}
	return numberEnd(b, i)
}

func skipWord(b []byte, i int, word string) int {
	if end := i + len(word); end <= len(b) && string(b[i:end]) == word {
		return end
	}
	return -1
}

// skipNested returns where the object or array at b[i] ends, or -1.
func skipNested(b []byte, i, depth int) int {
	if depth++; depth > maxDepth {
		return -1
	}
	object, end := b[i] == '{', b[i]+2 // the closing brackets follow the opening ones by two
	if i = skipBlank(b, i+1); b[i] == end {
		return i + 1
	}
	for {
		if object {
			if i = skipKey(b, i); i < 0 {
				return -1
			}
		}
		if i = skipValue(b, i, depth); i < 0 {
			return -1
		}
		switch i = skipBlank(b, i); b[i] {
		case end:
			return i + 1
		case ',':
			i = skipBlank(b, i+1)
		default:
			return -1
		}
	}
}

// skipKey returns where the value behind a key begins, or -1.
func skipKey(b []byte, i int) int {
	if b[i] != '"' {
		return -1
	}
	end := stringEnd(b, i+1)
	if end < 0 {
		return -1
	}
	if end = skipBlank(b, end); b[end] != ':' {
		return -1
	}
	return skipBlank(b, end+1)
}

// skipBlank skips white space. A line end is none here: it ends the line.
func skipBlank(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\r' {
		i++
	}
	return i
}

// Eight bytes at once: a word with the same byte everywhere.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load returns eight bytes, the first one lowest.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }

// special marks, by its lowest bit that is set, the first byte of x that does
// not stand for itself in a string: a quote, a backslash or a control character.
// Bits above the lowest may be wrong, as the subtractions borrow from the next
// byte (Mycroft's test for a zero byte).
func special(x uint64) uint64 {
	quote, slash := x^(ones*'"'), x^(ones*'\\')
	return ((x-ones*0x20)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & highs
}

// stringEnd returns the place behind the quote that ends the string whose inside
// begins at i, or -1 when it does not end or holds what a string must not.
func stringEnd(b []byte, i int) int {
	for {
		m := special(load(b, i))
		if m == 0 {
			i += 8
			continue
		}
		switch i += bits.TrailingZeros64(m) / 8; b[i] {
		case '"':
			return i + 1
		case '\\':
			if i = escapeEnd(b, i); i < 0 {
				return -1
			}
		default:
			return -1
		}
	}
}

// escapeEnd returns the place behind the escape at b[i], or -1.
func escapeEnd(b []byte, i int) int {
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if isHex(b[i+2]) && isHex(b[i+3]) && isHex(b[i+4]) && isHex(b[i+5]) {
			return i + 6
		}
	}
	return -1
}

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 5 }

func isDigit(c byte) bool { return c-'0' <= 9 }

// digitsEnd returns the first place from i on that is no digit.
func digitsEnd(b []byte, i int) int {
	for isDigit(b[i]) {
		i++
	}
	return i
}

// numberEnd returns where the JSON number at b[i] ends, or -1.
func numberEnd(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	switch {
	case b[i] == '0':
		i++
	case isDigit(b[i]):
		i = digitsEnd(b, i)
	default:
		return -1
	}
	if b[i] == '.' {
		if i++; !isDigit(b[i]) {
			return -1
		}
		i = digitsEnd(b, i)
	}
	if b[i]|0x20 == 'e' {
		if i++; b[i] == '+' || b[i] == '-' {
			i++
		}
		if !isDigit(b[i]) {
			return -1
		}
		i = digitsEnd(b, i)
	}
	return i
}
