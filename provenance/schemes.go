package provenance

import (
	"encoding/base64"
	"strings"
)

// authScheme reports whether word names a way to give credentials in HTTP
// (RFC 9110 §11), after which they follow.
func authScheme(word string) bool {
	switch strings.ToLower(word) {
	case "bearer", "basic", "token", "digest", "negotiate", "apikey":
		return true
	}
	return false
}

// redactSchemes hides `Bearer …` and `Basic …` credentials that stand without
// a header in front.
func redactSchemes(text string) string {
	e := edit{text: text}
	for i := 0; i < len(text); {
		if !isAlnum(text[i]) {
			i++
			continue
		}
		end := skipWhile(text, i, isAlnum)
		if from, to := schemeCredential(text, i, end); from < to {
			e.hide(from, to)
			end = to
		}
		i = end
	}
	return e.result()
}

// token68 reports whether c can be part of a bare credential (RFC 9110 §11.2).
func token68(c byte) bool {
	return isAlnum(c) || strings.IndexByte("-._~+/=", c) >= 0
}

// schemeCredential returns where the credential stands that the word
// text[start:end] announces; it is empty when the word is no scheme, or what
// follows is only the next word of a sentence.
func schemeCredential(text string, start, end int) (from, to int) {
	from = skipWhile(text, end, isBlank)
	if from == end || !authScheme(text[start:end]) {
		return 0, 0
	}
	to = skipWhile(text, from, token68)
	if !credential(strings.ToLower(text[start:end]), text[from:to]) {
		return 0, 0
	}
	return from, to
}

// credential tells a credential from a word. A basic one is the base64 of user
// and password with a colon between (RFC 7617).
func credential(scheme, value string) bool {
	if scheme == "basic" {
		plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
		return err == nil && strings.Contains(string(plain), ":")
	}
	return scheme == "bearer" && len(value) >= 16 && mixed(value)
}
