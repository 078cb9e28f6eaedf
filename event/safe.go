package event

import (
	"fmt"
	"unicode/utf8"
)

// AppendSafe appends s for a terminal: control characters, the escape among
// them, line ends, characters that change the direction or the order of text,
// and bytes that are no UTF-8 are shown as escapes such as \n, \x1b, \u202e.
// All else stays as it is.
func AppendSafe(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if c >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) && !isUnsafe(r) {
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendShown(dst, r, size, c)
		i += size
		start = i
	}
	return append(dst, s[start:]...)
}

// isUnsafe reports whether a character beyond ASCII may move the cursor, end a
// line, or show text in another order than it has (Unicode Standard Annex 9).
func isUnsafe(r rune) bool {
	switch {
	case r <= 0x9f: // C1 controls
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f: // marks of direction
		return true
	case r >= 0x2028 && r <= 0x202e: // line ends, embeddings, overrides
		return true
	case r >= 0x2066 && r <= 0x2069: // isolates
		return true
	case r >= 0x206a && r <= 0x206f: // deprecated shaping controls
		return true
	case r == 0xfeff, r >= 0xfff9 && r <= 0xfffb: // byte order mark, annotations
		return true
	}
	return r >= 0xe0000 && r <= 0xe007f // invisible tags
}

func appendShown(dst []byte, r rune, size int, c byte) []byte {
	switch {
	case c == '\n':
		return append(dst, `\n`...)
	case c == '\t':
		return append(dst, `\t`...)
	case c == '\r':
		return append(dst, `\r`...)
	case size == 1:
		return append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	case r > 0xffff:
		return fmt.Appendf(dst, `\U%08x`, r)
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}
