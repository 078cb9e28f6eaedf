package event

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxError says where a line stops being JSON.
type SyntaxError struct {
	// Offset is the number of bytes before the one that does not fit.
	Offset int
	// Problem says what was expected or found there.
	Problem string
}

// Error returns the problem and its offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Problem)
}

// parser reads one JSON text (RFC 8259). It is as strict as encoding/json, and
// like it replaces what is no UTF-8. All strings it returns without an escape
// share the memory of text.
type parser struct {
	text string
	at   int
	open int // objects and arrays that are open
	max  int // how many may be
}

func (p *parser) fail(problem string) error {
	return &SyntaxError{Offset: p.at, Problem: problem}
}

// space skips white space.
func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\n', '\t', '\r':
			p.at++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// end checks that only white space follows.
func (p *parser) end() error {
	if p.space(); p.at < len(p.text) {
		return p.fail("text after the value")
	}
	return nil
}

// value reads one value with the white space before it.
func (p *parser) value() (any, error) {
	p.space()
	switch c := p.peek(); c {
	case '"':
		s, err := p.str()
		if err != nil {
			return nil, err
		}
		return s, nil
	case '{':
		return p.object()
	case '[':
		return p.array()
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	}
	return p.number()
}

func (p *parser) word(w string) error {
	if !strings.HasPrefix(p.text[p.at:], w) {
		return p.fail("expected " + w)
	}
	p.at += len(w)
	return nil
}

func (p *parser) number() (any, error) {
	end := numberEnd(p.text, p.at)
	if end < 0 {
		return nil, p.fail("expected a value")
	}
	n := json.Number(p.text[p.at:end])
	p.at = end
	return n, nil
}

// numberEnd returns the end of the JSON number that starts at i, or -1.
func numberEnd(s string, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	switch {
	case i < len(s) && s[i] == '0':
		i++
	case i < len(s) && isDigit(s[i]):
		i = digitsEnd(s, i)
	default:
		return -1
	}
	if i < len(s) && s[i] == '.' {
		if i++; i == len(s) || !isDigit(s[i]) {
			return -1
		}
		i = digitsEnd(s, i)
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if i == len(s) || !isDigit(s[i]) {
			return -1
		}
		i = digitsEnd(s, i)
	}
	return i
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// digitsEnd returns the end of the digits that stand at i, eight at a time where
// there are as many.
func digitsEnd(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := load(s, i) ^ ones*'0'
		if m := (x | (x&^highs + ones*(0x80-10))) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

func (p *parser) enter() error {
	if p.open++; p.open > p.max {
		return p.fail("nested too deeply")
	}
	p.at++
	return nil
}

// object reads an object into memory.
func (p *parser) object() (any, error) {
	o := make(Object, 0, 4)
	err := p.members(func(key string, v any) { o = append(o, Member{key, v}) })
	if err != nil {
		return nil, err
	}
	return o, nil
}

// members reads an object and hands over its members in order.
func (p *parser) members(add func(key string, v any)) error {
	if err := p.enter(); err != nil {
		return err
	}
	if p.space(); p.peek() == '}' {
		return p.close()
	}
	for {
		key, err := p.key()
		if err != nil {
			return err
		}
		v, err := p.value()
		if err != nil {
			return err
		}
		add(key, v)
		switch p.space(); p.peek() {
		case '}':
			return p.close()
		case ',':
			p.at++
		default:
			return p.fail("expected , or }")
		}
	}
}

func (p *parser) close() error {
	p.open--
	p.at++
	return nil
}

// key reads a key and the colon after it.
func (p *parser) key() (string, error) {
	if p.space(); p.peek() != '"' {
		return "", p.fail("expected a key")
	}
	key, err := p.str()
	if err != nil {
		return "", err
	}
	if p.space(); p.peek() != ':' {
		return "", p.fail("expected :")
	}
	p.at++
	return key, nil
}

func (p *parser) array() (any, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	list := []any{}
	if p.space(); p.peek() == ']' {
		return list, p.close()
	}
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch p.space(); p.peek() {
		case ']':
			return list, p.close()
		case ',':
			p.at++
		default:
			return nil, p.fail("expected , or ]")
		}
	}
}

// str reads a string, whose first quote is next.
func (p *parser) str() (string, error) {
	start := p.at + 1
	end, escaped, ascii, ok := stringEnd(p.text, start)
	p.at = end
	switch {
	case !ok && end == len(p.text):
		return "", p.fail("a string does not end")
	case !ok:
		return "", p.fail("a control character in a string")
	}
	inside := p.text[start:end]
	if escaped {
		b, bad := appendUnescaped(make([]byte, 0, len(inside)), inside)
		if bad >= 0 {
			p.at = start + bad
			return "", p.fail("an unknown escape in a string")
		}
		inside = string(b)
	} else if !ascii && !utf8.ValidString(inside) {
		inside = string([]rune(inside))
	}
	p.at = end + 1
	return inside, nil
}

// stringEnd finds the quote that ends a string whose inside starts at i, and
// tells what stands in between. Where there is none, end is the place of a
// control character or the end of s.
func stringEnd(s string, i int) (end int, escaped, ascii, ok bool) {
	ascii = true
	for {
		if i = plainEnd(s, i); i == len(s) {
			return i, escaped, ascii, false
		}
		switch c := s[i]; {
		case c == '"':
			return i, escaped, ascii, true
		case c == '\\' && i+1 < len(s):
			escaped = true
			i += 2
		case c >= utf8.RuneSelf:
			ascii = false
			i = highEnd(s, i)
		default:
			return i, escaped, ascii, false
		}
	}
}

// highEnd returns the first index from i on whose byte is ASCII, or len(s).
func highEnd(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if m := ^load(s, i) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && s[i] >= utf8.RuneSelf {
		i++
	}
	return i
}

// appendUnescaped appends the inside of a string with its escapes resolved. bad
// is the place of one that JSON does not have, or -1.
func appendUnescaped(dst []byte, s string) (out []byte, bad int) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			r, size := unescapeOne(s[i:])
			if size == 0 {
				return dst, i
			}
			dst = utf8.AppendRune(dst, r)
			i += size
		case plain[c]:
			end := plainEnd(s, i)
			dst = append(dst, s[i:end]...)
			i = end
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
		}
	}
	return dst, -1
}

// unescapeOne reads the escape at the start of s; size is 0 when it is none.
func unescapeOne(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'u':
		return unescapeHex(s)
	}
	return 0, 0
}

// unescapeHex reads \uXXXX, or two of them that are a pair of surrogates. A
// surrogate alone is U+FFFD.
func unescapeHex(s string) (rune, int) {
	r := hex4(s)
	if r < 0 {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if pair := utf16.DecodeRune(r, hex4(s[6:])); pair != utf8.RuneError {
		return pair, 12
	}
	return utf8.RuneError, 6
}

// hex4 reads \uXXXX at the start of s, or returns -1.
func hex4(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
