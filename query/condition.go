package query

import (
	"math/big"
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// condition is a test of one field that needs no program: a comparison with a
// constant, or a list of such. It works on the stored bytes, and most often
// decides by them alone.
type condition struct {
	field   field
	holds   func(stored []byte) bool
	needles needles    // of the lines it is true of
	block   *blockTest // of the blocks it may be true in; nil when all must be looked at
}

// newCondition makes a condition of a part of an expression; false when the part
// is not that simple.
func newCondition(n ast.Node, subject Subject) (condition, bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator != "not" && n.Operator != "!" {
			return condition{}, false
		}
		c, ok := newCondition(n.Node, subject)
		inner := c.holds
		c.holds, c.needles = func(stored []byte) bool { return !inner(stored) }, nil
		c.block = c.block.not(c.holds)
		return c, ok
	case *ast.BinaryNode:
		return newComparison(n, subject)
	}
	return condition{}, false
}

// mirrored are the comparisons with their sides exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// newComparison makes the condition of a field and a constant.
func newComparison(n *ast.BinaryNode, subject Subject) (condition, bool) {
	operator, left, right := n.Operator, n.Left, n.Right
	if _, constant := constantOf(left); constant && mirrored[operator] != "" {
		operator, left, right = mirrored[operator], right, left
	}
	f, isField := fieldOf(left, subject)
	v, isConstant := constantOf(right)
	if !isField || !isConstant || f.path == "" && f.keys == nil {
		return condition{}, false
	}
	holds := testOf(operator, v)
	c := condition{field: f, holds: holds, needles: needlesFor(f, operator, v)}
	if t, ok := newBlockTest(f, operator, v, holds); ok {
		c.block = &t
	}
	return c, holds != nil
}

// needlesFor returns what a line must hold that a comparison is true of. The
// level of an event is INFO without being there.
func needlesFor(f field, operator string, v any) needles {
	list, isList := v.([]any)
	switch {
	case f.isLevel():
		return nil
	case operator == "in" && isList:
		return valueNeedles(list...)
	case operator == "==":
		return valueNeedles(v)
	case operator == "startsWith" || operator == "contains":
		if text, isText := v.(string); isText && unescaped(text) {
			return needles{text}
		}
	}
	return nil
}

// constantOf returns the value of a constant, or of a list of constants.
func constantOf(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.ConstantNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.UnaryNode:
		v, ok := constantOf(n.Node)
		if !ok || n.Operator != "-" {
			return nil, false
		}
		return negative(v)
	case *ast.ArrayNode:
		return constantsOf(n.Nodes)
	}
	return nil, false
}

func negative(v any) (any, bool) {
	switch x := v.(type) {
	case int:
		return -x, true
	case float64:
		return -x, true
	case *big.Float:
		return new(big.Float).Neg(x), true
	}
	return nil, false
}

// constantsOf returns the values of a list of simple constants.
func constantsOf(nodes []ast.Node) (any, bool) {
	list := make([]any, 0, len(nodes))
	for _, n := range nodes {
		v, ok := constantOf(n)
		if _, nested := v.([]any); !ok || nested {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}

// testOf returns the test of stored bytes against a constant, nil for an operator
// that has none.
func testOf(operator string, v any) func(stored []byte) bool {
	if list, ok := v.([]any); ok {
		if operator == "in" {
			return testAny(list)
		}
		return nil
	}
	switch operator {
	case "==":
		return testEqual(v)
	case "!=":
		return func(stored []byte) bool { return differ(valueOf(stored), v) }
	case "<":
		return testOrder(v, func(c int) bool { return c < 0 })
	case "<=":
		return testOrder(v, func(c int) bool { return c <= 0 })
	case ">":
		return testOrder(v, func(c int) bool { return c > 0 })
	case ">=":
		return testOrder(v, func(c int) bool { return c >= 0 })
	}
	return testText(operator, v)
}

// testEqual compares with one constant. A text is most often the stored one or
// not by its bytes.
func testEqual(v any) func(stored []byte) bool {
	text, isText := v.(string)
	if !isText {
		return func(stored []byte) bool { return equal(valueOf(stored), v) }
	}
	return func(stored []byte) bool {
		if len(stored) < 2 || stored[0] != '"' {
			return false
		}
		return textIs(stored[1:len(stored)-1], text)
	}
}

// textIs reports whether the inside of a stored string means a text.
func textIs(inside []byte, text string) bool {
	return string(inside) == text && isPlainText(inside) || !isPlainText(inside) && textOf(inside) == text
}

// isPlainText reports whether the inside of a stored string has only one
// meaning: itself.
func isPlainText(inside []byte) bool {
	for _, c := range inside {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}

// testAny compares with each of a list.
func testAny(list []any) func(stored []byte) bool {
	var tests []func([]byte) bool
	for _, v := range list {
		tests = append(tests, testEqual(v))
	}
	return func(stored []byte) bool {
		return slices.ContainsFunc(tests, func(test func([]byte) bool) bool { return test(stored) })
	}
}

// testOrder compares in order with one constant.
func testOrder(v any, holds func(c int) bool) func(stored []byte) bool {
	if n, isInt := v.(int); isInt {
		return func(stored []byte) bool {
			if len(stored) == 0 {
				return false
			}
			if x, ok := intOf(stored); ok && (stored[0] == '-' || isDigit(stored[0])) {
				return holds(compareInts(x, n))
			}
			c, ok := compare(valueOf(stored), v)
			return ok && holds(c)
		}
	}
	return func(stored []byte) bool {
		c, ok := compare(valueOf(stored), v)
		return ok && holds(c)
	}
}

func compareInts(x, y int) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// testText is the test of the operators on texts.
func testText(operator string, v any) func(stored []byte) bool {
	pattern, isText := v.(string)
	if !isText {
		return nil
	}
	switch operator {
	case "contains":
		return func(stored []byte) bool { return contains(valueOf(stored), pattern) }
	case "startsWith", "endsWith":
		call := operators()[operatorNames[operator]].call
		return func(stored []byte) bool { answer, _ := call(valueOf(stored), pattern); return answer == true }
	case "matches":
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil
		}
		return func(stored []byte) bool {
			text, ok := stringOf(stored)
			return ok && re.MatchString(text)
		}
	}
	return nil
}
