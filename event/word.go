package event

import (
	"unicode"
	"unicode/utf8"
)

// maxWord is the length in bytes of the longest message that can name a type.
const maxWord = 100

// IsWord reports whether a message is one word that can be the type of an event:
// 1 to 100 bytes of valid UTF-8 without white space and control characters.
func IsWord(message string) bool {
	if message == "" || len(message) > maxWord || !utf8.ValidString(message) {
		return false
	}
	for _, r := range message {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return false
		}
	}
	return true
}
