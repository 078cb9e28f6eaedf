package query

import (
	"slices"
	"strings"
)

// Where events are counted before SQLite sees them, a statement that does nothing
// with them but count needs each group only once, together with its number. So
// count(*) becomes the sum of a column that says for how many events a row stands:
// one, unless the plan has them counted (see groupOrder).

// timesColumn is that column. It is there only for statements so rewritten.
const timesColumn = "events of this row"

// sumOfTimes stands for count(*).
const sumOfTimes = `sum("` + timesColumn + `")`

// maxTimesKeys bounds the keys of a statement that is rewritten: SQLite tells of the
// first 63 columns only whether they are used.
const maxTimesKeys = 50

// beforeBracket are the words that may stand in front of a bracket in a statement that
// is rewritten. Of functions these are min and max, which do not mind how often a row
// comes. All others might.
var beforeBracket = []string{"select", "where", "by", "having", "in", "and", "or", "not", "between", "like", "case", "when", "then", "else", "distinct", "min", "max"}

// rewriteCount puts sumOfTimes in the place of count(*), where a statement is one
// SELECT from events alone that groups them. It returns how count(*) was spelt, "" for
// a statement that stays as it is.
func rewriteCount(s string) (rewritten, spelling string) {
	tokens := sqlTokens(s)
	c := countFinder{s: s, tokens: tokens}
	for i := range tokens {
		if !c.token(i) {
			return s, ""
		}
	}
	if c.selects != 1 || !c.groups || c.from == 0 || len(c.counts) == 0 {
		return s, ""
	}
	var b strings.Builder
	done := 0
	for _, i := range c.counts {
		lo, hi := tokens[i].lo, tokens[i+3].hi
		if spelling == "" {
			spelling = s[lo:hi]
		}
		if s[lo:hi] != spelling {
			return s, ""
		}
		b.WriteString(s[done:lo] + sumOfTimes)
		done = hi
	}
	return b.String() + s[done:], spelling
}

// countFinder goes through the tokens of a statement.
type countFinder struct {
	s       string
	tokens  []sqlToken
	selects int
	from    int  // the token behind FROM events
	groups  bool // GROUP was met
	where   bool // WHERE was met
	counts  []int
}

// token takes one token, false when the statement is to stay as it is.
func (c *countFinder) token(i int) bool {
	word := c.word(i)
	switch word {
	case "select":
		c.selects++
		return i == 0
	case "from":
		c.from = i + 2
		return c.word(i+1) == "events" && (c.word(i+2) == "where" || c.word(i+2) == "group")
	case "where":
		c.where = true
	case "group":
		c.groups = true
	case "over", "filter", "window", "union", "except", "intersect", "join", timesColumn:
		return false
	}
	if c.text(i+1) != "(" || word == "" {
		return true
	}
	if word == "count" && c.text(i+2) == "*" && c.text(i+3) == ")" && (!c.where || c.groups) {
		c.counts = append(c.counts, i)
		return true
	}
	return slices.Contains(beforeBracket, word)
}

// word is the name that a token is, in lower case, or "".
func (c *countFinder) word(i int) string {
	if i >= len(c.tokens) || c.tokens[i].kind != 'n' {
		return ""
	}
	return strings.ToLower(c.tokens[i].text)
}

// text is a token as it stands there.
func (c *countFinder) text(i int) string {
	if i >= len(c.tokens) {
		return ""
	}
	return c.s[c.tokens[i].lo:c.tokens[i].hi]
}
