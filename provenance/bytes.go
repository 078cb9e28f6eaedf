package provenance

import "strings"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || isLower(c) }
func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isSpace(c byte) bool { return isBlank(c) || c == '\n' || c == '\r' || c == '\v' || c == '\f' }

// skipWhile returns the first place from i on whose byte does not satisfy is.
func skipWhile(text string, i int, is func(byte) bool) int {
	for i < len(text) && is(text[i]) {
		i++
	}
	return i
}

// closingQuote reports whether the byte at i is a quote that ends something:
// one before the end, white space or a mark that separates. A quote inside a
// password is followed by more of it.
func closingQuote(text string, i int) bool {
	if !isQuote(text[i]) {
		return false
	}
	return i+1 == len(text) || isSpace(text[i+1]) || strings.IndexByte(`,;:)}]|&"'`, text[i+1]) >= 0
}

// mixed reports whether s has digits and letters, as random tokens do and
// words do not.
func mixed(s string) bool {
	var digit, letter bool
	for i := range len(s) {
		digit = digit || isDigit(s[i])
		letter = letter || isLower(s[i]) || isUpper(s[i])
	}
	return digit && letter
}
