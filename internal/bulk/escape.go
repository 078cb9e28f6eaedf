package bulk

import (
	"unicode/utf8"

	"example.org/runshelf/internal/processor"
)

// EscapeRead and EscapeRoom are how many bytes of a text, and how much room for what it
// becomes, there must be for Escape to do anything.
const (
	EscapeRead = 64
	EscapeRoom = 128
)

// Escape writes a text as it stands in a JSON string, and returns how many bytes of it are
// written, and as how many. It stops where fewer than EscapeRead bytes are left of the text
// or EscapeRoom of dst, at a byte or character whose escape has more than two characters,
// at one that is no UTF-8, and it may stop at any character beyond ASCII. What stands behind
// what it wrote it may write over.
func Escape(u processor.Unit, dst []byte, text string) (read, written int) {
	if len(text) < EscapeRead || len(dst) < EscapeRoom {
		return 0, 0
	}
	if u < processor.AVX512 {
		return escape(dst, text)
	}
	return escapeAVX512(dst, text)
}

// escape is Escape in Go.
func escape(dst []byte, text string) (read, written int) {
	for len(text)-read >= EscapeRead && len(dst)-written >= EscapeRoom {
		c := text[read]
		switch letter := escapes[c]; {
		case letter != 0:
			dst[written], dst[written+1] = '\\', letter
			written++
		case c < ' ' || c >= utf8.RuneSelf:
			return read, written
		default:
			dst[written] = c
		}
		read++
		written++
	}
	return read, written
}

// escapes are the letters behind the backslash, for those characters that have one.
var escapes = [256]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
