package provenance

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SecretKey reports whether a name promises a secret. The name is split into
// words at every byte that is neither letter nor digit (so at "_", "-" and ".")
// and at capital letters; it is secret when one of the words, whatever its case
// and without a number at its end, is
//
//	TOKEN SECRET PASSWORD PASSWD PASS PASSPHRASE KEY APIKEY AUTH
//	AUTHORIZATION CRED CREDENTIAL CREDENTIALS COOKIE DSN SECRETS PASSWORDS
//
// A run of capitals is read both ways, so that APIKey, accessTOKEN and DBpass
// are secret. Words that merely contain another, such as monkey, keyboard,
// author and max_tokens, are not.
func SecretKey(name string) bool {
	for _, field := range strings.FieldsFunc(name, isSeparator) {
		if secretField(field) {
			return true
		}
	}
	return false
}

func isSeparator(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// secretField looks at a name without separators, one group of capitals and
// the small letters after it at a time.
func secretField(field string) bool {
	for len(field) > 0 {
		capitals := prefixLen(field, unicode.IsUpper)
		small := prefixLen(field[capitals:], func(r rune) bool { return !unicode.IsUpper(r) })
		if secretGroup(field[:capitals], field[capitals:capitals+small]) {
			return true
		}
		field = field[capitals+small:]
	}
	return false
}

// prefixLen returns the length of the longest start of s whose letters all
// satisfy is. Digits count as the letter before them: KEY2 is one word, and S3Key
// is two.
func prefixLen(s string, is func(rune) bool) int {
	for i, r := range s {
		if !is(r) && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

// secretGroup judges capitals followed by small letters. One capital starts a
// word (Key). Several may end a word that the last of them does not belong to
// (APIKey) or be a word of their own (DBpass).
func secretGroup(capitals, small string) bool {
	if utf8.RuneCountInString(capitals) < 2 {
		return secretWord(capitals + small)
	}
	_, size := utf8.DecodeLastRuneInString(capitals)
	last := len(capitals) - size
	return secretWord(capitals) || secretWord(small) ||
		secretWord(capitals[:last]) || secretWord(capitals[last:]+small)
}

func secretWord(word string) bool {
	switch strings.ToUpper(strings.TrimRightFunc(word, unicode.IsDigit)) {
	case "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWORDS", "PASSWD", "PASS", "PASSPHRASE",
		"KEY", "APIKEY", "AUTH", "AUTHORIZATION", "CRED", "CREDENTIAL", "CREDENTIALS", "COOKIE", "DSN":
		return true
	}
	return false
}
