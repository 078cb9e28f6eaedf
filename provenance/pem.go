package provenance

import "strings"

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	pemDash  = "-----"
)

// redactPrivateKeys hides blocks of PEM (RFC 7468) whose label speaks of a
// private key. A block without an end reaches to the end of the text.
func redactPrivateKeys(text string) string {
	e := edit{text: text}
	for i := 0; ; {
		begin := strings.Index(text[i:], pemBegin)
		if begin < 0 {
			return e.result()
		}
		begin += i
		i = begin + len(pemBegin)
		label := pemLabel(text[i:])
		if strings.Contains(label, "PRIVATE KEY") {
			i = blockEnd(text, i+len(label))
			e.hide(begin, i)
		}
	}
}

// pemLabel returns the label that rest begins with; labels are capitals,
// digits and spaces.
func pemLabel(rest string) string {
	return rest[:skipWhile(rest, 0, func(c byte) bool { return isUpper(c) || isDigit(c) || c == ' ' })]
}

// blockEnd returns where the block ends whose label ended at i.
func blockEnd(text string, i int) int {
	end := strings.Index(text[i:], pemEnd)
	if end < 0 {
		return len(text)
	}
	end += i + len(pemEnd)
	end += len(pemLabel(text[end:]))
	return end + len(text[end:]) - len(strings.TrimPrefix(text[end:], pemDash))
}
