package compare

import (
	"strconv"

	"example.org/runshelf/event"
)

// Step is one step of a [Path]: a key of an object or an index of an array.
type Step struct {
	key   string
	index int
	array bool
}

// Path is where a field stands in an event.
type Path []Step

// String writes a path as result.data.events[0].kind. A key that is no identifier
// stands in brackets, as a JSON string: result["a.b"].
func (p Path) String() string {
	var b []byte
	for i, s := range p {
		switch {
		case s.array:
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		case !isIdentifier(s.key):
			b = append(b, '[')
			b = event.AppendValue(b, s.key)
			b = append(b, ']')
		default:
			if i > 0 {
				b = append(b, '.')
			}
			b = append(b, s.key...)
		}
	}
	return string(b)
}

// isIdentifier reports whether a key is letters, digits and underscores of ASCII
// and begins with no digit.
func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z' || s[i] == '_'
		if !letter && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}
