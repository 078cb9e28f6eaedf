package query

import (
	"context"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// sqlToken is one token of a statement: blanks and comments are none.
type sqlToken struct {
	lo, hi int
	text   string // of a name or a text: what it means
	kind   byte   // 'n' name, 's' text, 0 anything else
}

// sqlTokens cuts a statement as SQLite does, as far as names and texts go.
func sqlTokens(s string) []sqlToken {
	var tokens []sqlToken
	for i := 0; i < len(s); {
		lo := i
		t := sqlToken{}
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xef && strings.HasPrefix(s[i:], "\ufeff"):
			i++
			continue
		case strings.HasPrefix(s[i:], "--"):
			i = endAfter(s, i, "\n")
			continue
		case strings.HasPrefix(s[i:], "/*"):
			i = endAfter(s, i+2, "*/")
			continue
		case c == '\'' || c == '"' || c == '`' || c == '[':
			t, i = quotedToken(s, i)
		case isNameByte(c) && !isDigit(c):
			for i < len(s) && isNameByte(s[i]) {
				i++
			}
			t = sqlToken{text: s[lo:i], kind: 'n'}
		case strings.HasPrefix(s[i:], "->>"):
			i += 3
		default:
			i++
		}
		t.lo, t.hi = lo, i
		if t.kind != 0 || s[lo:i] != ";" {
			tokens = append(tokens, t)
		}
	}
	return tokens
}

func endAfter(s string, i int, end string) int {
	if at := strings.Index(s[i:], end); at >= 0 {
		return i + at + len(end)
	}
	return len(s)
}

// quotedToken reads a text or a quoted name.
func quotedToken(s string, i int) (sqlToken, int) {
	quote, kind := s[i], byte('n')
	if quote == '\'' {
		kind = 's'
	}
	if quote == '[' {
		quote = ']'
	}
	var b strings.Builder
	for i++; i < len(s); i++ {
		if s[i] == quote {
			if quote == ']' || i+1 == len(s) || s[i+1] != quote {
				return sqlToken{text: b.String(), kind: kind}, i + 1
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return sqlToken{text: b.String(), kind: kind}, i
}

func isNameByte(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || isDigit(c) || c|0x20-'a' <= 'z'-'a'
}

// asks reports whether a statement begins like one that only asks. SQLite decides
// about the rest of it. Nothing at all is left to SQLite too.
func asks(s string) bool {
	tokens := sqlTokens(s)
	if len(tokens) == 0 {
		return true
	}
	first := strings.ToUpper(s[tokens[0].lo:tokens[0].hi])
	return slices.Contains([]string{"SELECT", "WITH", "VALUES", "EXPLAIN", "("}, first)
}

// sqlWords returns what a statement may mean as names of keys: its names, and its
// texts, which may stand behind ->>. They are in lower case.
func sqlWords(s string) map[string]bool {
	words := map[string]bool{}
	for _, t := range sqlTokens(s) {
		if t.kind != 0 {
			words[strings.ToLower(strings.TrimPrefix(t.text, "$."))] = true
		}
	}
	return words
}

// rewriteData puts the column of a key in the place of data->>'key', where there
// is one: reading a column costs much less than reading the whole line again. It leaves
// alone what might mean the data, or the key, of something else than the events.
func rewriteData(s string, keys []string) string {
	tokens := sqlTokens(s)
	aliases := sqlAliases(s, tokens)
	if aliases["data"] || passesData(s, tokens) {
		return s
	}
	var b strings.Builder
	done := 0
	for i := 0; i+2 < len(tokens); i++ {
		data, arrow, key := tokens[i], tokens[i+1], tokens[i+2]
		name := strings.TrimPrefix(key.text, "$.")
		if name != key.text && strings.ContainsAny(name, `.["`) {
			continue // a path into the line, and no key of it
		}
		if data.kind != 'n' || !strings.EqualFold(data.text, "data") || s[arrow.lo:arrow.hi] != "->>" || key.kind != 's' ||
			!isColumn(name, keys) || aliases[strings.ToLower(name)] {
			continue
		}
		b.WriteString(s[done:data.lo])
		b.WriteString(`"` + strings.ReplaceAll(name, `"`, `""`) + `"`)
		done = key.hi
	}
	return b.String() + s[done:]
}

// beforeColumn are the words behind which a name means a column. Behind any other it may
// be an alias that the statement gives.
var beforeColumn = []string{
	"select", "distinct", "all", "where", "by", "having", "on", "and", "or", "not", "in", "is", "like", "glob", "match", "regexp", "between",
	"escape", "case", "when", "then", "else", "(", ",", ".", "=", "<", ">", "+", "-", "*", "/", "%", "|", "&", "~", "->>",
}

// sqlAliases returns the names, in lower case, that may be aliases.
func sqlAliases(s string, tokens []sqlToken) map[string]bool {
	aliases := map[string]bool{}
	for i, t := range tokens {
		if i > 0 && t.kind == 'n' && !slices.Contains(beforeColumn, strings.ToLower(s[tokens[i-1].lo:tokens[i-1].hi])) {
			aliases[strings.ToLower(t.text)] = true
		}
	}
	return aliases
}

// passesData reports whether a part of a statement may hand data on to another part, to
// which then nothing else of the events belongs.
func passesData(s string, tokens []sqlToken) bool {
	word := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		return s[tokens[i].lo:tokens[i].hi]
	}
	selects, passed := 0, false
	for i, t := range tokens {
		switch {
		case strings.EqualFold(word(i), "select"):
			selects++
		case t.kind == 'n' && strings.EqualFold(t.text, "data"):
			passed = passed || word(i+1) != "->>" && word(i+1)+word(i+2) != "->"
		case word(i) == "*":
			passed = passed || word(i-1) != "(" // all columns, if it is not count(*)
		}
	}
	return passed && selects > 1
}

// isColumn reports whether a key has a column of exactly its name.
func isColumn(key string, keys []string) bool {
	return slices.Contains(keys, key) || slices.Contains(envelopeKeys, key)
}

// envelopeKeys are the keys of the envelope.
var envelopeKeys = []string{event.KeySequence, event.KeyTimestamp, event.KeyLevel, event.KeyType, event.KeyCause}

// Limits of the sample of keys: so many runs, and so many bytes of each from its
// start and from its end.
const (
	sampledRuns  = 64
	sampledBytes = 64 << 10
	sampledLine  = 1 << 20 // a longer one is left to whoever looks for its keys
)

// sampleKeys returns the keys of the sampled events that a statement speaks of.
func sampleKeys(ctx context.Context, entries []Entry, words map[string]bool) []string {
	var keys []string
	add := func(key string) {
		lower := strings.ToLower(key)
		known := func(k string) bool { return strings.EqualFold(k, key) }
		if words[lower] && !slices.ContainsFunc(keys, known) && !slices.ContainsFunc(eventColumns, known) {
			keys = append(keys, key)
		}
	}
	for i := range entries[:min(len(entries), sampledRuns)] {
		if ctx.Err() != nil {
			break
		}
		sampleRun(ctx, entries[i].Dir, add)
	}
	return keys
}

// sampleRun reads the first and the last events of a run. Trouble with them is
// met again by the statement.
func sampleRun(ctx context.Context, dir string, add func(key string)) {
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return
	}
	events, err := run.WithContext(ctx).OpenEvents()
	if err != nil {
		return
	}
	defer events.Close()
	f := &blocks{src: events, size: events.Size(), each: sampledBytes, most: sampledLine}
	if f.size == 0 {
		return
	}
	var b block
	for _, k := range []int64{0, f.count() - 1} {
		if f.read(k, &b) != nil {
			return
		}
		eachKey(&b, func(key string) bool { add(key); return true })
	}
}

// eachKey calls fn for the keys of the events of a block until it returns false.
func eachKey(b *block, fn func(key string) bool) {
	lines := lineReader{skim: newSkimmer(nil)}
	lines.skim.rest.left = 1 << 30 // shapes hide the keys
	lines.begin(b)
	for lines.next() {
		if lines.broken {
			continue
		}
		for _, p := range lines.skim.w.pairs {
			if !fn(textOf(b.buf[p.key.lo:p.key.hi])) {
				return
			}
		}
	}
}

// keyFinder makes workers that look for a key, in whatever case.
func keyFinder(name string) func() func(*block, string) string {
	return func() func(*block, string) string {
		return func(b *block, _ string) (found string) {
			eachKey(b, func(key string) bool {
				if strings.EqualFold(key, name) {
					found = key
				}
				return found == ""
			})
			return found
		}
	}
}
