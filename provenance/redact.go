package provenance

import "strings"

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// RedactValue returns the value of a named setting without secrets: all of it
// is hidden when the name is a [SecretKey], otherwise what looks like a secret.
// An empty value stays empty.
func RedactValue(key, value string) string {
	if value != "" && SecretKey(key) {
		return Redacted
	}
	return redactWhole(value)
}

// RedactText returns text without the secrets that can be told by their form:
//
//   - private keys in PEM, even when their end is missing
//   - user and password in a URL, `://user:pass@`
//   - the value given to a secret key: `name=value`, `name: value`,
//     `"name": "value"`, `--name value`, and headers such as `Authorization: …`
//   - `Bearer …` and `Basic …` credentials
//   - tokens of well-known shapes (AWS, GitHub, GitLab, Slack, Google, Stripe,
//     OpenAI, Anthropic, npm, PyPI and others; JSON Web Tokens)
//
// What is hidden becomes [Redacted]; everything else keeps its bytes. Redacting
// twice changes nothing more. The time is linear in the length of the text.
func RedactText(text string) string {
	for range maxRounds {
		redacted := redactOnce(text)
		if redacted == text {
			break
		}
		text = redacted
	}
	return text
}

// maxRounds bounds how often text is gone over. A second round is needed when
// hiding one secret brings another to light, and every round after the first
// that changes something has found text built to do so.
const maxRounds = 8

func redactOnce(text string) string {
	text = redactPrivateKeys(text)
	text = redactUserinfo(text)
	text = redactPairs(text)
	text = redactSchemes(text)
	return redactTokens(text)
}

// redactWhole is RedactText for a string that stands by itself, such as one
// argument or one value: in a single-line `PASSWORD=correct horse` the secret
// is all of the rest, and in a string that begins as a URL so is everything up to
// the "@".
func redactWhole(s string) string {
	if from, ok := assignedWhole(s); ok {
		return s[:from] + Redacted
	}
	if schemeEnd(s) > 0 {
		s = hideUserinfo(s, false)
	}
	s = RedactText(s)
	// A line end that was hidden can leave a single line.
	if from, ok := assignedWhole(s); ok {
		return s[:from] + Redacted
	}
	return s
}

// edit builds a text in which some stretches are hidden. They are hidden in
// order and do not overlap.
type edit struct {
	text string
	out  strings.Builder
	done int
}

func (e *edit) hide(from, to int) { e.replace(from, to, Redacted) }

func (e *edit) replace(from, to int, by string) {
	e.out.WriteString(e.text[e.done:from])
	e.out.WriteString(by)
	e.done = to
}

func (e *edit) result() string {
	if e.done == 0 && e.out.Len() == 0 {
		return e.text
	}
	e.out.WriteString(e.text[e.done:])
	return e.out.String()
}
