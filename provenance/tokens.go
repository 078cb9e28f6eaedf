package provenance

import "strings"

// tokenShape is a token that can be told by how it begins.
type tokenShape struct {
	prefix string
	// extra are the bytes besides letters and digits that follow the prefix.
	extra string
	// least is the smallest number of bytes after the prefix.
	least int
	// check looks closer at what follows the prefix; nil accepts all of it.
	check func(body string) bool
}

// tokenShapes are the published prefixes of tokens. Each asks for a little less
// than the real length, as lengths have grown before.
var tokenShapes = []tokenShape{
	// Amazon: access key ids, permanent and temporary.
	{prefix: "AKIA", least: 16, check: awsID},
	{prefix: "ASIA", least: 16, check: awsID},
	{prefix: "ABIA", least: 16, check: awsID},
	// GitHub: personal (classic and fine-grained), OAuth, user, server, refresh.
	{prefix: "ghp_", extra: "_", least: 30},
	{prefix: "gho_", extra: "_", least: 30},
	{prefix: "ghu_", extra: "_", least: 30},
	{prefix: "ghs_", extra: "_.-", least: 30},
	{prefix: "ghr_", extra: "_", least: 30},
	{prefix: "github_pat_", extra: "_", least: 22},
	// GitLab: personal, deploy, runner, job, trigger, feed, mail, agent, OAuth.
	{prefix: "glpat-", extra: "-_.", least: 20},
	{prefix: "gldt-", extra: "-_.", least: 20},
	{prefix: "glrt-", extra: "-_.", least: 20},
	{prefix: "glcbt-", extra: "-_.", least: 20},
	{prefix: "glptt-", extra: "-_.", least: 20},
	{prefix: "glft-", extra: "-_.", least: 20},
	{prefix: "glimt-", extra: "-_.", least: 20},
	{prefix: "glagent-", extra: "-_.", least: 20},
	{prefix: "gloas-", extra: "-_.", least: 20},
	// Slack: bots, users, apps and their refresh tokens, webhooks.
	{prefix: "xoxb-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxp-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxa-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxr-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxs-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxo-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxe-", extra: "-", least: 10, check: hasDigit},
	{prefix: "xoxe.", extra: "-", least: 10, check: hasDigit},
	{prefix: "xapp-", extra: "-", least: 10, check: hasDigit},
	{prefix: "hooks.slack.com/services/", extra: "/", least: 20},
	// Google: API keys, OAuth access tokens and client secrets.
	{prefix: "AIza", extra: "_-", least: 35},
	{prefix: "ya29.", extra: "_-.", least: 20},
	{prefix: "GOCSPX-", extra: "_-", least: 20},
	// Stripe: secret and restricted keys, webhook secrets.
	{prefix: "sk_live_", least: 10},
	{prefix: "sk_test_", least: 10},
	{prefix: "rk_live_", least: 10},
	{prefix: "rk_test_", least: 10},
	{prefix: "whsec_", extra: "+/=", least: 20},
	// OpenAI, Anthropic and others that follow them.
	{prefix: "sk-", extra: "_-", least: 20, check: random},
	{prefix: "gsk_", least: 30},
	{prefix: "hf_", least: 30},
	// Package registries.
	{prefix: "npm_", least: 36},
	{prefix: "pypi-", extra: "_-", least: 40, check: random},
	{prefix: "dckr_pat_", extra: "_-", least: 20},
	{prefix: "rubygems_", least: 40},
	// Others.
	{prefix: "dop_v1_", least: 60},
	{prefix: "hvs.", extra: "_-", least: 20},
	{prefix: "glsa_", extra: "_", least: 30},
	{prefix: "shpat_", least: 32},
	{prefix: "lin_api_", least: 30},
	{prefix: "SG.", extra: "_-.", least: 40, check: random},
	{prefix: "AGE-SECRET-KEY-1", least: 50},
}

// redactTokens hides tokens of known shapes.
func redactTokens(text string) string {
	e := edit{text: text}
	for i := 0; i < len(text); {
		end := 0
		if isAlnum(text[i]) && wordStart(text, i) {
			end = max(tokenEnd(text, i), jsonWebTokenEnd(text, i))
		}
		if end > i {
			e.hide(i, end)
			i = end
		} else {
			i++
		}
	}
	return e.result()
}

// wordStart reports whether a token may begin at i: not within a word, though
// an escape such as \n or %3D ends with a letter and is none.
func wordStart(text string, i int) bool {
	if i == 0 || !isAlnum(text[i-1]) {
		return true
	}
	return i >= 2 && text[i-2] == '\\' || i >= 3 && text[i-3] == '%'
}

// checked is how many bytes of a body decide whether it is a token. The bound
// keeps text full of prefixes from being gone over once for each.
const checked = 256

// tokenEnd returns where the token that begins at i ends, 0 when none does.
func tokenEnd(text string, i int) int {
	for s := range tokenShapes {
		shape := &tokenShapes[s]
		if text[i] != shape.prefix[0] || !strings.HasPrefix(text[i:], shape.prefix) {
			continue
		}
		from := i + len(shape.prefix)
		end := skipWhile(text[:min(len(text), from+checked)], from, shape.holds)
		if end-from >= shape.least && (shape.check == nil || shape.check(text[from:end])) {
			return skipWhile(text, end, shape.holds)
		}
	}
	return 0
}

// holds reports whether c may stand after the prefix.
func (s *tokenShape) holds(c byte) bool { return isAlnum(c) || strings.IndexByte(s.extra, c) >= 0 }

// awsID reports whether body is the rest of an access key id: sixteen capitals
// and digits, no more.
func awsID(body string) bool {
	return len(body) == 16 && skipWhile(body, 0, func(c byte) bool { return isUpper(c) || isDigit(c) }) == 16
}

func hasDigit(body string) bool { return strings.ContainsAny(body, "0123456789") }

// random tells a token from words joined by dashes, which may end in a date: it
// has digits, and either capitals or a long stretch without dashes.
func random(body string) bool {
	stretch := 0
	for part := range strings.FieldsFuncSeq(body, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		stretch = max(stretch, len(part))
	}
	capital := strings.ContainsFunc(body, func(r rune) bool { return 'A' <= r && r <= 'Z' })
	return hasDigit(body) && (capital || stretch >= 20)
}

// jsonWebTokenEnd returns where the JSON Web Token (RFC 7519) that begins at i
// ends, 0 when none does: base64url parts joined by dots, the first of which is
// a JSON object, `{"` in base64url being eyJ.
func jsonWebTokenEnd(text string, i int) int {
	if !strings.HasPrefix(text[i:], "eyJ") || i > 0 && base64url(text[i-1]) && !isAlnum(text[i-1]) {
		return 0
	}
	header := skipWhile(text, i, base64url)
	if header-i < 10 || header == len(text) || text[header] != '.' {
		return 0
	}
	payload := skipWhile(text, header+1, base64url)
	if payload-header < 8 || payload == len(text) || text[payload] != '.' {
		return 0
	}
	return skipWhile(text, payload, func(c byte) bool { return c == '.' || base64url(c) })
}

func base64url(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }
