package provenance

import "strings"

// redactPairs hides what is assigned to a secret name anywhere in a text.
func redactPairs(text string) string {
	e := edit{text: text}
	for i := 0; i < len(text); {
		if !nameByte(text[i]) {
			i++
			continue
		}
		end := skipWhile(text, i, nameByte)
		if from, to := secretSpan(text, i, end); from < to {
			e.hide(from, to)
			end = to
		}
		i = end
	}
	return e.result()
}

// assignedWhole returns where the secret begins in a string that is nothing
// but an assignment to a secret name on one line.
func assignedWhole(s string) (from int, ok bool) {
	if strings.ContainsAny(s, "\n\r") {
		return 0, false
	}
	end := skipWhile(s, 0, nameByte)
	if end == 0 || !secretName(s[:end]) {
		return 0, false
	}
	op, ok := operator(s, 0, end)
	if !ok || skipWhile(s, op, isBlank) == len(s) {
		return 0, false
	}
	return skipWhile(s, op, isBlank), true
}

// secretSpan returns the stretch of text that the name at text[start:end] makes
// a secret; it is empty when there is none.
func secretSpan(text string, start, end int) (from, to int) {
	if !secretName(text[start:end]) {
		return 0, 0
	}
	if op, ok := operator(text, start, end); ok {
		return valueSpan(text, start, end, op)
	}
	if text[start] != '-' || end == len(text) || !isBlank(text[end]) {
		return 0, 0
	}
	at := skipWhile(text, end, isBlank)
	if plainFlag(text[at:wordEnd(text, at)]) {
		return 0, 0
	}
	return valueSpan(text, start, end, end)
}

// secretName is SecretKey for a name as it stands on a command line: dashes in
// front do not matter, and neither does a one-letter option glued to it
// (`-Dpassword=…`).
func secretName(name string) bool {
	bare := strings.TrimLeft(name, "-")
	glued := len(bare) > 1 && len(name) == len(bare)+1
	return SecretKey(bare) || glued && SecretKey(bare[1:])
}

func isName(s string) bool { return s != "" && skipWhile(s, 0, nameByte) == len(s) }

func nameByte(c byte) bool {
	return isAlnum(c) || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// operator finds what joins a name to its value (`=`, `:`, `:=`, `==`, `=>`,
// spaces and closing quotes and brackets before it allowed) and returns where
// it ends.
func operator(text string, start, end int) (after int, ok bool) {
	i := skipWhile(text, end, func(c byte) bool { return isQuote(c) || c == '\\' || c == ']' })
	closed := i > end
	i = skipWhile(text, i, isBlank)
	after = i
	for after < len(text) && after < i+2 && strings.IndexByte(":=>", text[after]) >= 0 {
		after++
	}
	if after == i || text[i] == '>' || strings.HasPrefix(text[i:], "://") {
		return 0, false
	}
	if text[i] == ':' && !closed && hostOrImage(text, start, end, after) {
		return 0, false
	}
	return after, true
}

// hostOrImage reports whether the colon right after a name rather belongs to an
// address or a version, as in `https://auth.example.com:443` and
// `vault/secret-init:1.2`, than to a secret, as in `X-Api-Key:abc`.
func hostOrImage(text string, start, end, after int) bool {
	if after-end != 1 || after < len(text) && isBlank(text[after]) {
		return false
	}
	// A slash before it makes a path, but at the very start an option of Windows.
	if start > 1 && text[start-1] == '/' || start > 0 && text[start-1] == '@' {
		return true
	}
	name := text[start:end]
	return !SecretKey(name[strings.LastIndexAny(name, "-_.")+1:])
}

// valueSpan returns the stretch of the value that follows an operator ending
// at op and belongs to the name at text[start:end].
func valueSpan(text string, start, end, op int) (from, to int) {
	from = skipWhile(text, op, isBlank)
	if from == len(text) || isSpace(text[from]) {
		return 0, 0
	}
	if open := skipWhile(text, from, isBackslash); open < len(text) && isQuote(text[open]) {
		return open + 1, quoteEnd(text, from, open)
	}
	if from > op && text[op-1] == ':' {
		return from, headerEnd(text, start, end, from)
	}
	return from, credentialEnd(text, from)
}

func isBackslash(c byte) bool { return c == '\\' }

// quoteEnd returns where the value ends whose quote opens at open, with the
// backslashes text[from:open] before it. Without a closing quote that is the end
// of the text.
func quoteEnd(text string, from, open int) int {
	if from < open {
		if size := strings.Index(text[open+1:], text[from:open+1]); size >= 0 {
			return open + 1 + size
		}
		return len(text)
	}
	for i := open + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[open]:
			return i
		}
	}
	return len(text)
}

// headerEnd returns where a value ends that stands after a colon and a space.
// When its name directly follows a quote, the value reaches to the closing one;
// headers with credentials reach to the end of the line.
func headerEnd(text string, start, end, from int) int {
	if start > 0 && isQuote(text[start-1]) {
		return upTo(text, from, "\r\n"+text[start-1:start])
	}
	name := strings.ToUpper(text[start:end])
	if strings.HasSuffix(name, "AUTHORIZATION") || strings.HasSuffix(name, "COOKIE") {
		return upTo(text, from, "\r\n")
	}
	return credentialEnd(text, from)
}

// upTo returns where the first of the stops stands from i on, or the end.
func upTo(text string, i int, stops string) int {
	if size := strings.IndexAny(text[i:], stops); size >= 0 {
		return i + size
	}
	return len(text)
}

// credentialEnd returns where the bare value at from ends: after one word, or
// after two when the first names a scheme, as in `Bearer abc`.
func credentialEnd(text string, from int) int {
	end := wordEnd(text, from)
	if !authScheme(text[from:end]) {
		return end
	}
	next := skipWhile(text, end, isBlank)
	return max(end, wordEnd(text, next))
}

// wordEnd returns where the bare word at from ends: at white space, at a
// closing quote, or where another assignment begins (`&page=2`, `;Server=x`). Any
// other mark may be part of a password.
func wordEnd(text string, from int) int {
	for i := from; i < len(text); i++ {
		c := text[i]
		if isSpace(c) || (c == '&' || c == ';') && assignmentAt(text, i+1) {
			return i
		}
		if closingQuote(text, i) {
			return beforeBackslashes(text, from, i)
		}
	}
	return len(text)
}

// assignmentAt reports whether a name and "=" stand at i, or nothing more.
func assignmentAt(text string, i int) bool {
	end := skipWhile(text, i, nameByte)
	return i == len(text) || isSpace(text[i]) || end > i && end < len(text) && text[end] == '='
}

func beforeBackslashes(text string, from, end int) int {
	for end > from && text[end-1] == '\\' {
		end--
	}
	return end
}
