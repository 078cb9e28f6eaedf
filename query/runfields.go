package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// RunColumn returns the field of run.json that a column of the table of runs shows;
// a name that is no column is a field itself.
func RunColumn(name string) string {
	switch name {
	case "id":
		return "run_id"
	case "started":
		return "started_at"
	case "ended":
		return "ended_at"
	case "duration":
		return "duration_s"
	case "events":
		return "events.count"
	case "program":
		return "program.name"
	case "size":
		return "events.bytes"
	}
	return name
}

// runObjects are the fields of run.json that are objects, each with a member that
// people ask for. Whoever compares the whole with a text or a number means one.
var runObjects = map[string]string{
	"config": "config.seed", "metrics": "metrics.gini", "git": "git.commit", "host": "host.hostname",
	"usage": "usage.user_s", "logger": "logger.version",
}

// runLists are the fields of run.json that are lists, each with how to ask what is in it.
var runLists = map[string]string{"tags": `"paper" in tags`, "notes": `any(notes, .text contains "doubled")`}

// meantFields puts members in the place of objects of run.json where only a text or a
// number makes sense: events < 10 means events.count, as in the table of runs. Of an
// object without such a member it is an error, since the answer would be no run
// whatever the runs are. What is written event["name"] or compared with nil stays.
type meantFields struct {
	let []string // names that are no fields
	err *file.Error
}

// meanFields does so in a whole expression about runs.
func meanFields(n *ast.Node) *file.Error {
	m := &meantFields{}
	ast.Walk(n, letNames{m})
	ast.Walk(n, m)
	return m.err
}

// letNames collects the names that let declares.
type letNames struct{ m *meantFields }

// Visit keeps the name of a declaration.
func (l letNames) Visit(n *ast.Node) {
	if d, ok := (*n).(*ast.VariableDeclaratorNode); ok {
		l.m.let = append(l.m.let, d.Name)
	}
}

// Visit looks at both sides of an operator.
func (m *meantFields) Visit(n *ast.Node) {
	b, ok := (*n).(*ast.BinaryNode)
	if !ok {
		return
	}
	switch b.Operator {
	case "==", "!=":
		if isPlainConstant(b.Right) {
			m.mean(&b.Left, true)
		}
		if isPlainConstant(b.Left) {
			m.mean(&b.Right, true)
		}
	case "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "^":
		m.mean(&b.Left, true)
		m.mean(&b.Right, true)
	case "matches", "startsWith", "endsWith":
		m.mean(&b.Left, true)
	case "contains", "in":
		m.mean(&b.Left, b.Operator == "in")
	}
}

// isPlainConstant reports whether a node is a constant text, number or truth.
func isPlainConstant(n ast.Node) bool {
	v, ok := constantOf(n)
	_, isList := v.([]any)
	return ok && v != nil && !isList
}

// mean looks at one side. A list has what it contains.
func (m *meantFields) mean(n *ast.Node, noList bool) {
	id, ok := (*n).(*ast.IdentifierNode)
	if !ok || slices.Contains(m.let, id.Value) {
		return
	}
	if example, isObject := runObjects[id.Value]; isObject {
		m.fail(*n, fmt.Sprintf("%s is an object, and one of its members is meant, such as %s", id.Value, example))
	}
	if example, isList := runLists[id.Value]; isList && noList {
		m.fail(*n, fmt.Sprintf("%s is a list: %s asks what is in it", id.Value, example))
	}
	if name, member, inside := strings.Cut(RunColumn(id.Value), "."); inside && name == id.Value {
		*n = at(id, &ast.MemberNode{Node: id, Property: at(id, &ast.StringNode{Value: member})})
	}
}

// fail remembers the first fault.
func (m *meantFields) fail(n ast.Node, message string) {
	if m.err == nil {
		m.err = &file.Error{Location: n.Location(), Message: message}
	}
}
