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
		end := skipWhile(text, i, isAlnum)
		if end == i {
			i++
			continue
		}
		from := skipWhile(text, end, isBlank)
		to := skipWhile(text, from, token68)
		if from > end && schemeCredential(text[i:end], text[from:to]) {
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

// schemeCredential tells a credential from the next word of a sentence. A basic
// one is the base64 of user and password with a colon between (RFC 7617).
func schemeCredential(scheme, value string) bool {
	switch strings.ToLower(scheme) {
	case "bearer":
		return len(value) >= 16 && mixed(value)
	case "basic":
		plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
		return err == nil && strings.Contains(string(plain), ":")
	}
	return false
}
