package compare

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"example.org/runshelf/event"
)

// span is a part of a line, in bytes from its start.
type span struct{ start, end int32 }

// maxSkimDepth is how deep the quick walk goes. Deeper lines are decoded.
const maxSkimDepth = 200

// skim walks a line once, without decoding it. It is sure of what it accepts:
// a line that it walks to the end is a JSON object. What it does not accept may
// still be one. It is used from one goroutine.
type skim struct {
	rules   *rules
	lengths uint64 // bit n: a volatile name has n bytes, 63 and more in the last
	tops    uint64 // the same for names that count at top level alone

	spans []span // the volatile values of the line, in order
	typ   span   // inside the quotes of the last event_type that is a string
	lane  span   // the same of the member stream
	odd   bool   // type or stream are spelt with escapes: only decoding tells

	shaped *shaped // nil where lines are walked key by key
}

// newSkim returns a walker for the rules. Without rules no value is volatile.
func newSkim(r *rules) *skim {
	s := &skim{rules: r, shaped: newShaped(r)}
	for _, name := range r.names {
		s.lengths |= lengthBit(len(name))
	}
	for _, name := range r.top {
		s.tops |= lengthBit(len(name))
	}
	return s
}

func lengthBit(n int) uint64 { return 1 << min(n, 63) }

// line walks b, which has no white space around it, and reports whether it is
// surely a JSON object. The fields of s then describe it.
func (s *skim) line(b []byte) bool {
	s.spans, s.typ, s.lane, s.odd = s.spans[:0], span{}, span{}, false
	return len(b) > 0 && b[0] == '{' && s.top(b) == len(b)
}

// top walks the members of the line's own object and returns its end, or -1.
func (s *skim) top(b []byte) int {
	i := blanks(b, 1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		key, at := keyAt(b, i)
		if at < 0 {
			return -1
		}
		end := s.topValue(b, key, at)
		if i = blanks(b, max(end, 0)); end < 0 || i >= len(b) {
			return -1
		}
		switch b[i] {
		case '}':
			return i + 1
		case ',':
			i = blanks(b, i+1)
		default:
			return -1
		}
	}
}

// topValue walks the value of a member of the line and takes note of those that
// matter.
func (s *skim) topValue(b []byte, key span, at int) int {
	name := b[key.start:key.end]
	if (s.tops|s.lengths)&lengthBit(len(name)) != 0 && s.volatileTop(name) {
		end := walkValue(b, at, 1)
		s.spans = append(s.spans, span{int32(at), int32(end)})
		s.note(b, name, at, end)
		return end
	}
	end := s.value(b, at, 1)
	s.note(b, name, at, end)
	return end
}

// shortestEscaped is how long a key is at least that reads stream or event_type
// once its escapes are resolved: one escape of six bytes stands for one.
const shortestEscaped = len(keyStream) + 5

// note remembers the values that say what kind of event the line is.
func (s *skim) note(b, name []byte, at, end int) {
	switch string(name) {
	case event.KeyType:
		s.noteText(b, at, end, &s.typ)
	case keyStream:
		s.noteText(b, at, end, &s.lane)
	default:
		s.odd = s.odd || len(name) >= shortestEscaped && bytes.IndexByte(name, '\\') >= 0
	}
}

// noteText remembers a value when it is a string.
func (s *skim) noteText(b []byte, at, end int, into *span) {
	if end < 0 || b[at] != '"' {
		return
	}
	*into = span{int32(at) + 1, int32(end) - 1}
	s.odd = s.odd || !plainText(b[at+1:end-1])
}

// plainText reports whether the inside of a string is what it says.
func plainText(b []byte) bool {
	for _, c := range b {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}

// asItReads reports whether the inside of a string is the text that it stands for.
func asItReads(inside []byte) bool {
	return plainText(inside) || bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside)
}

func (s *skim) volatileTop(name []byte) bool {
	for _, v := range s.rules.top {
		if v == string(name) {
			return true
		}
	}
	return s.volatile(name)
}

func (s *skim) volatile(name []byte) bool {
	for _, v := range s.rules.names {
		if v == string(name) {
			return true
		}
	}
	return false
}

// value walks the value at i, with the white space before it gone, and returns
// its end or -1.
func (s *skim) value(b []byte, i, depth int) int {
	if i >= len(b) || b[i] != '{' && b[i] != '[' {
		return walkScalar(b, i)
	}
	if s.lengths == 0 {
		return walkValue(b, i, depth)
	}
	if depth >= maxSkimDepth {
		return -1
	}
	if b[i] == '[' {
		return walkList(b, i, func(at int) int { return s.value(b, at, depth+1) })
	}
	return walkList(b, i, func(at int) int { return s.member(b, at, depth+1) })
}

// member walks a key and its value below top level.
func (s *skim) member(b []byte, i, depth int) int {
	key, at := keyAt(b, i)
	if at < 0 {
		return -1
	}
	name := b[key.start:key.end]
	if s.lengths&lengthBit(len(name)) == 0 || !s.volatile(name) {
		return s.value(b, at, depth)
	}
	end := walkValue(b, at, depth)
	s.spans = append(s.spans, span{int32(at), int32(end)})
	return end
}

// walkValue walks any value and returns its end, or -1.
func walkValue(b []byte, i, depth int) int {
	if i >= len(b) || b[i] != '{' && b[i] != '[' {
		return walkScalar(b, i)
	}
	if depth >= maxSkimDepth {
		return -1
	}
	if b[i] == '[' {
		return walkList(b, i, func(at int) int { return walkValue(b, at, depth+1) })
	}
	return walkList(b, i, func(at int) int {
		_, at = keyAt(b, at)
		if at < 0 {
			return -1
		}
		return walkValue(b, at, depth+1)
	})
}

// walkList walks what stands between the brackets that open at i, with commas in
// between, and returns the end or -1.
func walkList(b []byte, i int, item func(at int) int) int {
	closing := b[i] + 2 // in ASCII ] follows [ and } follows { at this distance
	i = blanks(b, i+1)
	if i < len(b) && b[i] == closing {
		return i + 1
	}
	for {
		if i = item(i); i < 0 {
			return -1
		}
		if i = blanks(b, i); i >= len(b) {
			return -1
		}
		if b[i] == closing {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = blanks(b, i+1)
	}
}

// keyAt reads the key at i and returns its inside and where the value begins, -1
// when there is no key.
func keyAt(b []byte, i int) (key span, value int) {
	if i >= len(b) || b[i] != '"' {
		return span{}, -1
	}
	end := stringEnd(b, i+1)
	if end < 0 {
		return span{}, -1
	}
	key = span{int32(i) + 1, int32(end) - 1}
	i = end
	if i < len(b) && b[i] != ':' {
		i = blanks(b, i)
	}
	if i >= len(b) || b[i] != ':' {
		return span{}, -1
	}
	return key, blanks(b, i+1)
}

// walkScalar walks a string, a number or a word.
func walkScalar(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i+1)
	case 't':
		return wordEnd(b, i, "true")
	case 'f':
		return wordEnd(b, i, "false")
	case 'n':
		return wordEnd(b, i, "null")
	}
	return numberEnd(b, i)
}

func wordEnd(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

// blanks skips white space.
func blanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// Eight bytes are looked at as one word, as in Warren, Hacker's Delight, section
// 6-1. The first byte marked from the low end is exact.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// marked marks the bytes of a word that may end a string or not stand in it:
// quote, backslash, control characters. The last term takes out bytes from 0x80
// on, which may stand in it.
func marked(x uint64) uint64 {
	quote, slash := x^(ones*'"'), x^(ones*'\\')
	return ((x - ones*0x20) | (quote - ones) | (slash - ones)) & ^x & highs
}

// stringEnd returns the place behind the quote that ends the string whose inside
// starts at i, or -1.
func stringEnd(b []byte, i int) int {
	for uint(i)+8 <= uint(len(b)) {
		m := marked(binary.LittleEndian.Uint64(b[i:]))
		if m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) / 8
		if b[i] == '"' {
			return i + 1
		}
		if i = escapeEnd(b, i); i < 0 {
			return -1
		}
	}
	return shortStringEnd(b, i)
}

// shortStringEnd is stringEnd for the last bytes of a line.
func shortStringEnd(b []byte, i int) int {
	for i >= 0 && i < len(b) {
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			i = escapeEnd(b, i)
		case c < 0x20:
			return -1
		default:
			i++
		}
	}
	return -1
}

// escapeEnd returns the place behind the escape at i, or -1 when there is none.
func escapeEnd(b []byte, i int) int {
	if i+1 >= len(b) || b[i] != '\\' {
		return -1
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 > len(b) {
			return -1
		}
		for _, c := range b[i+2 : i+6] {
			if !isHex(c) {
				return -1
			}
		}
		return i + 6
	}
	return -1
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isDigit(c byte) bool { return c-'0' <= 9 }

// numberEnd returns the end of the number at i, or -1.
func numberEnd(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	start := i
	i = digitsEnd(b, i)
	if i == start || b[start] == '0' && i > start+1 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		start, i = i+1, digitsEnd(b, i+1)
		if i == start {
			return -1
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start, i = i, digitsEnd(b, i)
		if i == start {
			return -1
		}
	}
	return i
}

func digitsEnd(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}
