package provenance

import (
	"bytes"
	"encoding/json"
)

// RedactConfig returns a JSON document without secrets. Below a key that is a
// [SecretKey] every string and number becomes [Redacted]; other strings are
// treated as by [RedactText], and an element of an array that follows a secret
// flag (`["--password", "hunter2"]`) is hidden. Empty strings, true, false and
// null stay: they tell nothing.
//
// Keys, their order, white space, the digits of numbers and the spelling of
// strings without secrets are unchanged. What is no JSON document cannot be
// judged and becomes the JSON string [Redacted]; no bytes stay no bytes. The
// argument is not changed.
func RedactConfig(document []byte) []byte {
	if len(bytes.TrimSpace(document)) == 0 {
		return document
	}
	if !json.Valid(document) {
		return []byte(`"` + Redacted + `"`)
	}
	r := configRedactor{in: document, out: make([]byte, 0, len(document))}
	r.value(false)
	r.space()
	return r.out
}

// configRedactor copies a valid JSON document value by value. Its depth of
// recursion is bounded by what json.Valid accepts, 10,000.
type configRedactor struct {
	in, out []byte
	at      int
}

func (r *configRedactor) value(secret bool) {
	r.space()
	switch c := r.in[r.at]; {
	case c == '{':
		r.object(secret)
	case c == '[':
		r.array(secret)
	case c == '"':
		r.text(secret)
	case c == '-' || isDigit(c):
		r.number(secret)
	default:
		r.copy(r.word())
	}
}

func (r *configRedactor) object(secret bool) {
	r.copy(1)
	for r.space(); r.in[r.at] != '}'; r.space() {
		if r.in[r.at] == ',' {
			r.copy(1)
			r.space()
		}
		size := r.stringLen()
		key := unquoted(r.in[r.at : r.at+size])
		r.copy(size)
		r.space()
		r.copy(len(":"))
		r.value(secret || SecretKey(key))
	}
	r.copy(1)
}

func (r *configRedactor) array(secret bool) {
	r.copy(1)
	hideNext := false
	for r.space(); r.in[r.at] != ']'; r.space() {
		if r.in[r.at] == ',' {
			r.copy(1)
			r.space()
		}
		element := ""
		if r.in[r.at] == '"' {
			element = unquoted(r.in[r.at : r.at+r.stringLen()])
		}
		r.value(secret || hideNext && !plainFlag(element))
		hideNext = awaitsSecret(element)
	}
	r.copy(1)
}

func (r *configRedactor) text(secret bool) {
	size := r.stringLen()
	plain := unquoted(r.in[r.at : r.at+size])
	redacted := redactWhole(plain)
	if secret && plain != "" {
		redacted = Redacted
	}
	if redacted == plain {
		r.copy(size)
		return
	}
	r.replace(size, redacted)
}

func (r *configRedactor) number(secret bool) {
	if secret {
		r.replace(r.word(), Redacted)
		return
	}
	r.copy(r.word())
}

// space copies white space.
func (r *configRedactor) space() {
	for r.at < len(r.in) && isSpace(r.in[r.at]) {
		r.copy(1)
	}
}

// copy takes the next n bytes over as they are.
func (r *configRedactor) copy(n int) {
	r.out = append(r.out, r.in[r.at:r.at+n]...)
	r.at += n
}

// replace writes s as a JSON string in place of the next n bytes.
func (r *configRedactor) replace(n int, s string) {
	r.out = append(r.out, quoted(s)...)
	r.at += n
}

// stringLen returns the length of the string at the current place, with quotes.
func (r *configRedactor) stringLen() int {
	i := r.at + 1
	for r.in[i] != '"' {
		if r.in[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1 - r.at
}

// word returns the length of the number or literal at the current place.
func (r *configRedactor) word() int {
	i := r.at
	for i < len(r.in) && (isAlnum(r.in[i]) || r.in[i] == '+' || r.in[i] == '-' || r.in[i] == '.') {
		i++
	}
	return i - r.at
}

// unquoted returns the text of a valid JSON string.
func unquoted(literal []byte) string {
	var s string
	if err := json.Unmarshal(literal, &s); err != nil {
		return "" // cannot be: the document was valid
	}
	return s
}

// quoted returns s as a JSON string that spells <, > and & as they are.
func quoted(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return []byte(`"` + Redacted + `"`) // cannot be: every string has a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
