package provenance

import "strings"

// RedactURL returns a URL, or what git accepts as one, without user and
// password, without secrets in its query and without known tokens. A user alone
// is kept, except over HTTP, where it is usually a token: `ssh://git@host/x` and
// `git@host:x` stay as they are.
func RedactURL(url string) string {
	if schemeEnd(url) > 0 {
		return RedactText(hideUserinfo(url, true))
	}
	if strings.Contains(url, "://") {
		return RedactText(url)
	}
	user, rest, found := strings.Cut(url, "@")
	if found && strings.Contains(user, ":") && !strings.ContainsAny(user, `/\`) {
		return Redacted + "@" + redactTokens(rest)
	}
	return redactTokens(url)
}

// redactUserinfo hides users with passwords in the URLs of a text. A URL ends
// at the latest at white space or a closing quote.
func redactUserinfo(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	e := edit{text: text}
	for start := 0; start < len(text); {
		end := start + runEnd(text[start:])
		hideInRun(&e, start, end)
		start = end + 1
	}
	return e.result()
}

// runEnd returns where a URL that is part of a text must have ended.
func runEnd(text string) int {
	for i := range len(text) {
		if isSpace(text[i]) || text[i] == '<' || text[i] == '>' || closingQuote(text, i) {
			return i
		}
	}
	return len(text)
}

// hideInRun hides the users of all URLs in text[start:end], which has no space.
func hideInRun(e *edit, start, end int) {
	// Past the last "@" no user can end; cutting there also keeps the search for
	// it from going over the same text again for every URL.
	end = start + strings.LastIndexByte(e.text[start:end], '@') + 1
	for start < end {
		scheme := strings.Index(e.text[start:end], "://")
		if scheme < 0 {
			return
		}
		from := start + scheme + len("://")
		size := userinfoLen(e.text[from:end], false)
		if size > 0 {
			e.hide(from, from+size)
		}
		start = from + size
	}
}

// hideUserinfo is redactUserinfo for a string that is one URL.
func hideUserinfo(url string, remote bool) string {
	from := schemeEnd(url)
	bare := remote && strings.HasPrefix(strings.ToLower(url), "http")
	if size := userinfoLen(url[from:], bare); size > 0 {
		return url[:from] + Redacted + url[from+size:]
	}
	return url
}

// schemeEnd returns where the part after `scheme://` begins, 0 when s does not
// begin so.
func schemeEnd(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case isAlnum(c) || c == '+' || c == '-' || c == '.':
		case i > 0 && strings.HasPrefix(s[i:], "://"):
			return i + len("://")
		default:
			return 0
		}
	}
	return 0
}

// userinfoLen returns the length of the secret user part of rest, which begins
// after "://": what stands before the last "@" of the authority and has a colon.
// A user alone counts when bare says so, or when it looks like a token. A
// password in which "/", "?" or "#" was left unescaped makes the authority seem to
// end early; it is told from a port by not being a number.
func userinfoLen(rest string, bare bool) int {
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 && brokenPassword(authority) {
		at = strings.LastIndexByte(rest, '@')
	}
	if at <= 0 || rest[:at] == Redacted {
		return 0
	}
	user := rest[:at]
	if strings.Contains(user, ":") || bare && user != "git" || mixed(user) && len(user) >= 20 {
		return at
	}
	return 0
}

// brokenPassword reports whether an authority without "@" ends in a colon and
// something that is no port.
func brokenPassword(authority string) bool {
	_, port, found := strings.Cut(authority, ":")
	return found && !strings.HasPrefix(authority, "[") && strings.Trim(port, "0123456789") != ""
}
