package event

import (
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// rawCopy checks the text of a JSON value and copies it without decoding it. What
// lies between two places that must change is copied at once.
type rawCopy struct {
	p    parser
	dst  []byte
	from int  // the text from here on has not been copied
	copy bool // a value is being copied, not only checked
}

// newRawCopy reads text and appends to dst. It keeps text only as long as it is
// used itself.
func newRawCopy(text, dst []byte) rawCopy {
	return rawCopy{p: parser{text: unsafe.String(unsafe.SliceData(text), len(text)), max: maxDepth}, dst: dst}
}

// rawKey is the key of a member: what stands between its quotes.
type rawKey struct {
	inside         string
	start          int // of inside
	escaped, ascii bool
}

// name returns the key decoded; most often it is a part of the text that is read.
func (k rawKey) name() string {
	if k.escaped {
		b, _ := appendUnescaped(nil, k.inside)
		return string(b)
	}
	return validName(k.inside)
}

// members reads a whole text that must be one object. member is called behind
// the colon of each key and the space after it, and reads the value.
func (c *rawCopy) members(member func(key rawKey) error) error {
	if c.p.space(); c.p.peek() != '{' {
		return fmt.Errorf("reading an object: %w", c.p.fail("expected {"))
	}
	err := c.list('}', func() error {
		key, err := c.key()
		if err != nil {
			return err
		}
		c.p.space()
		return member(key)
	})
	if err == nil {
		err = c.p.end()
	}
	if err != nil {
		return fmt.Errorf("reading an object: %w", err)
	}
	return nil
}

// list reads what stands in braces or brackets, up to the one that closes.
func (c *rawCopy) list(closing byte, item func() error) error {
	if err := c.p.enter(); err != nil {
		return err
	}
	if c.space(); c.p.peek() == closing {
		return c.p.close()
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch c.space(); c.p.peek() {
		case closing:
			return c.p.close()
		case ',':
			c.p.at++
			c.space()
		case 0:
			return c.p.fail("the text ends in the middle")
		default:
			return c.p.fail("expected , or " + string(closing))
		}
	}
}

// key reads a key with the colon behind it.
func (c *rawCopy) key() (rawKey, error) {
	if c.p.peek() != '"' {
		return rawKey{}, c.p.fail("expected a key")
	}
	start := c.p.at + 1
	escaped, ascii, err := c.str()
	if err != nil {
		return rawKey{}, err
	}
	key := rawKey{inside: c.p.text[start : c.p.at-1], start: start, escaped: escaped, ascii: ascii}
	if c.space(); c.p.peek() != ':' {
		return rawKey{}, c.p.fail("expected :")
	}
	c.p.at++
	return key, nil
}

// copyValue copies the value that comes next.
func (c *rawCopy) copyValue() error {
	c.from, c.copy = c.p.at, true
	err := c.value()
	if c.copy = false; err == nil {
		c.flush(c.p.at)
	}
	return err
}

// flush copies the text up to end.
func (c *rawCopy) flush(end int) { c.dst = append(c.dst, c.p.text[c.from:end]...) }

// space leaves white space out.
func (c *rawCopy) space() {
	start := c.p.at
	if c.p.peek() > ' ' {
		return
	}
	if c.p.space(); c.p.at > start && c.copy {
		c.flush(start)
		c.from = c.p.at
	}
}

// value reads one value, which is next.
func (c *rawCopy) value() error {
	switch c.p.peek() {
	case '"':
		_, _, err := c.str()
		return err
	case '{':
		return c.list('}', func() error {
			if _, err := c.key(); err != nil {
				return err
			}
			c.space()
			return c.value()
		})
	case '[':
		return c.list(']', c.value)
	case 't':
		return c.p.word("true")
	case 'f':
		return c.p.word("false")
	case 'n':
		return c.p.word("null")
	}
	end := numberEnd(c.p.text, c.p.at)
	if end < 0 {
		return c.p.fail("expected a value")
	}
	c.p.at = end
	return nil
}

// str reads a string, and mends what is no UTF-8 in it.
func (c *rawCopy) str() (escaped, ascii bool, err error) {
	start := c.p.at + 1
	end, escaped, ascii, ok := stringEnd(c.p.text, start)
	c.p.at = end
	switch {
	case !ok && end == len(c.p.text):
		return escaped, ascii, c.p.fail("a string does not end")
	case !ok:
		return escaped, ascii, c.p.fail("a control character in a string")
	}
	inside := c.p.text[start:end]
	if escaped {
		if bad := badEscape(inside); bad >= 0 {
			c.p.at = start + bad
			return escaped, ascii, c.p.fail("an unknown escape in a string")
		}
	}
	if c.copy && !ascii && !utf8.ValidString(inside) {
		c.flush(start)
		c.dst = append(c.dst, string([]rune(inside))...)
		c.from = end
	}
	c.p.at = end + 1
	return escaped, ascii, nil
}

// badEscape returns the place of an escape that JSON does not have, or -1.
func badEscape(inside string) int {
	for i := 0; ; {
		next := strings.IndexByte(inside[i:], '\\')
		if next < 0 {
			return -1
		}
		i += next
		_, size := unescapeOne(inside[i:])
		if size == 0 {
			return i
		}
		i += size
	}
}
