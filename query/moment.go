package query

import (
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"example.org/runshelf/event"
)

// Times are stored as texts, and those of the logger are in the order of their bytes. A
// moment that a person writes mostly is not: "2026-01-15T12:00:01Z" stands behind all of
// the second that it begins, for '.' comes before 'Z'. So a comparison of a time with a
// moment is rewritten to one of texts that says what is meant: about times with six
// decimals, and in whole seconds also about those of other programs that have none.

// timeRewriter rewrites the comparisons of times with moments.
type timeRewriter struct{ subject Subject }

// meanTimes rewrites a whole tree.
func meanTimes(tree *parser.Tree, subject Subject) { ast.Walk(&tree.Node, timeRewriter{subject}) }

// Visit implements [ast.Visitor].
func (m timeRewriter) Visit(n *ast.Node) {
	b, ok := (*n).(*ast.BinaryNode)
	if !ok || mirrored[b.Operator] == "" {
		return
	}
	operator, left, right := b.Operator, b.Left, b.Right
	if _, constant := left.(*ast.StringNode); constant {
		operator, left, right = mirrored[operator], right, left
	}
	text, ok := right.(*ast.StringNode)
	if !ok || !m.isTime(left) {
		return
	}
	if moment, ok := readMoment(text.Value); ok {
		*n = moment.compare(b, left, operator)
	}
}

// timeFields are the fields that hold times, of events and of runs.
var timeFields = map[Subject][]string{
	AboutEvents: {event.KeyTimestamp, "source_time"},
	AboutRuns:   {"started_at", "ended_at"},
}

// isTime reports whether a node is a field that holds times.
func (m timeRewriter) isTime(n ast.Node) bool {
	f, ok := fieldOf(n, m.subject)
	if !ok {
		return false
	}
	name := f.path
	if len(f.keys) == 1 {
		name = f.keys[0]
	}
	return slices.Contains(timeFields[m.subject], name)
}

// writtenMoment is a moment as it was written and as the logger writes it.
type writtenMoment struct {
	written, stored string
	// least is the smallest text that stands for it or for what is later.
	least string
}

// readMoment reads a moment. It is false for what is none, for one that is written as the
// logger does it, and for one that the six decimals of that cannot hold.
func readMoment(text string) (writtenMoment, bool) {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || at.Nanosecond()%int(time.Microsecond) != 0 {
		return writtenMoment{}, false
	}
	at = at.UTC()
	m := writtenMoment{written: text, stored: at.Format(event.TimeLayout)}
	m.least = m.stored
	if at.Nanosecond() == 0 {
		m.written = at.Format(time.RFC3339)
		m.least = m.written[:len(m.written)-len("Z")]
	}
	return m, text != m.stored
}

// compare makes the comparison of a time with the moment.
func (m writtenMoment) compare(n *ast.BinaryNode, left ast.Node, operator string) ast.Node {
	with := func(operator, text string) ast.Node {
		return at(n, &ast.BinaryNode{Operator: operator, Left: left, Right: at(n, &ast.StringNode{Value: text})})
	}
	both := func(join, operator, equal string) ast.Node {
		return at(n, &ast.BinaryNode{Operator: join, Left: with(operator, m.stored), Right: with(equal, m.written)})
	}
	switch operator {
	case "==":
		texts := []ast.Node{at(n, &ast.StringNode{Value: m.stored}), at(n, &ast.StringNode{Value: m.written})}
		return at(n, &ast.BinaryNode{Operator: "in", Left: left, Right: at(n, &ast.ArrayNode{Nodes: texts})})
	case "!=":
		return both("and", "!=", "!=")
	case ">":
		return both("and", ">", "!=")
	case "<=":
		return both("or", "<=", "==")
	}
	return with(operator, m.least)
}
