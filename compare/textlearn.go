package compare

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLearnedTexts bounds the regular expressions for one place. Where more would be
// needed all numbers of its texts are set aside.
const maxLearnedTexts = 16

// texts is what was learned of the texts that differ at one place.
type texts struct {
	kinds    kindSet
	patterns []string // regular expressions
	whole    bool     // parts do not explain it
}

// learn takes in two texts that should be the same. What is one word, such as an
// identifier or a path, or one part alone, is a value of its own and has no parts.
func (t *texts) learn(a, b string) {
	if t.whole {
		return
	}
	x, y := cutText(a, telling.with(kindNumber)), cutText(b, telling.with(kindNumber))
	if len(x) != len(y) || len(x) == 1 || !strings.ContainsAny(a, " \t\n") {
		t.whole = true
		return
	}
	for i := range x {
		switch {
		case x[i].literal != y[i].literal || x[i].kind != y[i].kind || x[i].literal && x[i].text != y[i].text:
			t.whole = true
			return
		case x[i].text == y[i].text:
		case x[i].kind != kindNumber:
			t.kinds = t.kinds.with(x[i].kind)
		default:
			t.number(x, i)
		}
	}
}

// number sets aside the number at piece i where it stands among the same words.
func (t *texts) number(pieces []piece, i int) {
	t.besides(besideWords(pieces, i))
}

// besides sets aside the numbers that a pattern finds; an empty one finds all.
func (t *texts) besides(pattern string) {
	switch {
	case t.kinds.has(kindNumber) || slices.Contains(t.patterns, pattern):
	case pattern == "" || len(t.patterns) == maxLearnedTexts:
		t.kinds, t.patterns = t.kinds.with(kindNumber), nil
	default:
		t.patterns = append(t.patterns, pattern)
	}
}

// merge takes in what was learned of texts behind these.
func (t *texts) merge(more *texts) {
	t.whole = t.whole || more.whole
	t.kinds |= more.kinds.without(kindNumber)
	for _, pattern := range more.patterns {
		t.besides(pattern)
	}
	if more.kinds.has(kindNumber) {
		t.besides("")
	}
}

// rules returns the rules for a field.
func (t *texts) rules(field string) []string {
	if t.whole {
		return []string{field}
	}
	var rules []string
	if t.kinds != 0 {
		rules = append(rules, field+"~"+strings.Join(t.kinds.names(), "+"))
	}
	for _, p := range t.patterns {
		rules = append(rules, field+"~/"+p+"/")
	}
	return rules
}

const (
	// aNumber matches a number, or a word with a digit in it.
	aNumber = `[-+]?(?:\d[\d.]*[eE][-+]?\d+|\w[\w.]*)`
	// maxWords is how many bytes of words stand beside a number in a pattern.
	maxWords = 24
	// maxSteps is how many pieces lie between a number and the words.
	maxSteps = 8
)

// besideWords is a regular expression for the number at piece i, by the words in
// front of it, or behind it where there are none: loss=(number). It is empty where
// there are no words at all.
func besideWords(pieces []piece, i int) string {
	var before string
	for j := i - 1; j >= 0 && i-j <= maxSteps; j-- {
		p := pieces[j]
		switch {
		case p.literal && hasLetter(p.text):
			return regexp.QuoteMeta(lastWords(p.text)) + before + "(" + aNumber + ")"
		case p.literal:
			before = regexp.QuoteMeta(p.text) + before
		case p.kind == kindNumber:
			before = aNumber + before
		default:
			j = 0 // a time, say: words in front of it are too far
		}
	}
	if i+1 < len(pieces) && hasLetter(pieces[i+1].text) && pieces[i+1].literal {
		return "(" + aNumber + ")" + regexp.QuoteMeta(firstWords(pieces[i+1].text))
	}
	return ""
}

func hasLetter(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

// lastWords is the end of a text, from where a word begins.
func lastWords(text string) string {
	if len(text) <= maxWords {
		return text
	}
	end := text[len(text)-maxWords:]
	for !utf8.RuneStart(end[0]) {
		end = end[1:]
	}
	if _, after, found := strings.Cut(end, " "); found && hasLetter(after) {
		return after
	}
	return end
}

// firstWords is the start of a text, to where a word ends.
func firstWords(text string) string {
	if len(text) <= maxWords {
		return text
	}
	start := text[:maxWords]
	for !utf8.ValidString(start) {
		start = start[:len(start)-1]
	}
	if i := strings.LastIndexByte(start, ' '); i > 0 && hasLetter(start[:i]) {
		return start[:i]
	}
	return start
}
