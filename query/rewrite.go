package query

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
	"github.com/expr-lang/expr/vm"
)

// The language is expr's, but what its operators do with missing and unlike
// values is ours. So the tree of an expression is rewritten before it is
// compiled: fields become names of the program's environment, and operators
// calls of the functions in operators.go.

// parseWhere parses an expression. The parser knows no integers beyond 64 bits:
// they are hidden from it behind names of equal length.
func parseWhere(source string, about Subject) (*parser.Tree, error) {
	source, numbers := hideWideNumbers(source)
	config := conf.CreateNew()
	config.DisableIfOperator = true
	tree, err := parser.ParseWithConfig(source, config)
	if err == nil && len(numbers) > 0 {
		ast.Walk(&tree.Node, numbers)
	}
	if err == nil {
		meanTimes(tree, about)
	}
	return tree, err
}

// wideNumbers are the values of the numbers that were hidden, by their place.
type wideNumbers map[int]any

// Visit puts the numbers where they were.
func (w wideNumbers) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok {
		if v, hidden := w[id.Location().From]; hidden {
			ast.Patch(n, &ast.ConstantNode{Value: v})
		}
	}
}

// hideWideNumbers replaces decimal integers beyond 64 bits.
func hideWideNumbers(source string) (string, wideNumbers) {
	tokens, err := lexer.Lex(file.NewSource(source))
	if err != nil {
		return source, nil // the parser will say the same
	}
	runes, numbers := []rune(source), wideNumbers{}
	for _, t := range tokens {
		digits := strings.ReplaceAll(t.Value, "_", "")
		if t.Kind != lexer.Number || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		if _, err := strconv.ParseInt(digits, 10, 64); err != nil && t.To <= len(runes) {
			numbers[t.From] = valueOf([]byte(digits))
			for i := t.From; i < t.To; i++ {
				runes[i] = '_'
			}
		}
	}
	return string(runes), numbers
}

// compileTree compiles a rewritten tree, which with condition must be true or false.
func compileTree(tree *parser.Tree, condition bool) (*vm.Program, error) {
	config := conf.New(map[string]any{})
	config.Strict = false
	for name, f := range operators() {
		expr.Function(name, f.call, f.signature)(config)
	}
	if condition {
		expr.AsBool()(config)
	}
	config.Check()
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	if err := optimizer.Optimize(&tree.Node, config); err != nil {
		return nil, err
	}
	return compiler.Compile(tree, config)
}

// rewriter rewrites one tree.
type rewriter struct {
	subject Subject
	fields  []field
	vars    []string // names declared by let
	err     *file.Error
}

// fail remembers the first fault.
func (r *rewriter) fail(n ast.Node, format string, args ...any) {
	if r.err == nil {
		r.err = &file.Error{Location: n.Location(), Message: fmt.Sprintf(format, args...)}
	}
}

// node rewrites a node and what is below it.
func (r *rewriter) node(n ast.Node) ast.Node {
	if f, ok := fieldOf(n, r.subject); ok && !r.isVariable(n) {
		return r.field(n, f)
	}
	switch n := n.(type) {
	case *ast.ChainNode:
		return r.node(n.Node)
	case *ast.MemberNode:
		return call(n, "$get", r.node(n.Node), r.node(n.Property))
	case *ast.UnaryNode:
		return r.unary(n)
	case *ast.BinaryNode:
		return r.binary(n)
	case *ast.ConditionalNode:
		n.Cond, n.Exp1, n.Exp2 = r.truth(n.Cond, false), r.node(n.Exp1), r.node(n.Exp2)
	case *ast.VariableDeclaratorNode:
		n.Value = r.node(n.Value)
		r.vars = append(r.vars, n.Name)
		n.Expr = r.node(n.Expr)
		r.vars = r.vars[:len(r.vars)-1]
	case *ast.BuiltinNode:
		r.builtin(n)
	case *ast.CallNode:
		r.call(n)
	default:
		r.children(n)
	}
	return n
}

// children rewrites what is below nodes that stay as they are.
func (r *rewriter) children(n ast.Node) {
	switch n := n.(type) {
	case *ast.SliceNode:
		n.Node = r.node(n.Node)
		if n.From != nil {
			n.From = r.node(n.From)
		}
		if n.To != nil {
			n.To = r.node(n.To)
		}
	case *ast.PredicateNode:
		n.Node = r.node(n.Node)
	case *ast.SequenceNode:
		r.all(n.Nodes)
	case *ast.ArrayNode:
		r.all(n.Nodes)
	case *ast.MapNode:
		r.all(n.Pairs)
	case *ast.PairNode:
		n.Key, n.Value = r.node(n.Key), r.node(n.Value)
	}
}

func (r *rewriter) all(nodes []ast.Node) {
	for i := range nodes {
		nodes[i] = r.node(nodes[i])
	}
}

// isVariable reports whether a path begins with a name that let declared.
func (r *rewriter) isVariable(n ast.Node) bool {
	for {
		switch x := n.(type) {
		case *ast.MemberNode:
			n = x.Node
		case *ast.ChainNode:
			n = x.Node
		case *ast.IdentifierNode:
			return slices.Contains(r.vars, x.Value)
		default:
			return false
		}
	}
}

// field puts a name of the environment in the place of a field.
func (r *rewriter) field(n ast.Node, f field) ast.Node {
	i := slices.IndexFunc(r.fields, func(g field) bool { return g.path == f.path && slices.Equal(g.keys, f.keys) })
	if i < 0 {
		i = len(r.fields)
		f.name = "$" + strconv.Itoa(i)
		r.fields = append(r.fields, f)
	}
	return at(n, &ast.IdentifierNode{Value: r.fields[i].name})
}

// fieldOf reads a path such as action.kind or event["action"]["kind"].
func fieldOf(n ast.Node, subject Subject) (field, bool) {
	var keys []string // from the last to the first
	for {
		switch x := n.(type) {
		case *ast.ChainNode:
			n = x.Node
			continue
		case *ast.MemberNode:
			key, ok := x.Property.(*ast.StringNode)
			if !ok {
				return field{}, false
			}
			keys = append(keys, key.Value)
			n = x.Node
			continue
		case *ast.IdentifierNode:
			slices.Reverse(keys)
			return newField(x.Value, keys, subject), true
		}
		return field{}, false
	}
}

// newField makes the field of a name and the keys behind it.
func newField(name string, keys []string, subject Subject) field {
	if name == string(subject) {
		return field{keys: keys} // without keys the whole object
	}
	if column := RunColumn(name); subject == AboutRuns && len(keys) == 0 && !strings.HasPrefix(column, name+".") {
		return field{path: column} // events and program are keys themselves: see meantFields
	}
	keys = append([]string{name}, keys...)
	if slices.ContainsFunc(keys, func(key string) bool { return key == "" || strings.Contains(key, ".") }) {
		return field{keys: keys}
	}
	return field{path: strings.Join(keys, ".")}
}

// unary rewrites a sign or a negation.
func (r *rewriter) unary(n *ast.UnaryNode) ast.Node {
	if n.Operator == "not" || n.Operator == "!" {
		n.Node = r.truth(n.Node, false)
		return n
	}
	if n.Operator == "-" {
		if v, ok := constantOf(n); ok {
			return at(n, &ast.ConstantNode{Value: v})
		}
		return call(n, "$sub", at(n, &ast.IntegerNode{}), r.node(n.Node))
	}
	return r.node(n.Node)
}

// binary rewrites an operator.
func (r *rewriter) binary(n *ast.BinaryNode) ast.Node {
	switch n.Operator {
	case "and", "&&", "or", "||":
		n.Left, n.Right = r.truth(n.Left, false), r.truth(n.Right, false)
		return n
	case "matches":
		if pattern, ok := n.Right.(*ast.StringNode); ok {
			if _, err := regexp.Compile(pattern.Value); err != nil {
				r.fail(n.Right, "%v", err)
			}
		}
	}
	n.Left, n.Right = r.node(n.Left), r.node(n.Right)
	if name, ours := operatorNames[n.Operator]; ours {
		return call(n, name, n.Left, n.Right)
	}
	return n
}

// operatorNames maps the operators to the functions that do their work.
var operatorNames = map[string]string{
	"==": "$eq", "!=": "$ne", "<": "$lt", "<=": "$le", ">": "$gt", ">=": "$ge", "in": "$in",
	"contains": "$contains", "startsWith": "$startsWith", "endsWith": "$endsWith", "matches": "$matches",
	"+": "$add", "-": "$sub", "*": "$mul", "/": "$div", "%": "$mod", "**": "$pow", "^": "$pow",
}

// truth rewrites a node whose value must be true or false. Of a field that is
// neither, false is taken. As the whole of an expression, a constant of another
// kind is a slip.
func (r *rewriter) truth(n ast.Node, whole bool) ast.Node {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.ConstantNode, *ast.StringNode, *ast.ArrayNode, *ast.MapNode, *ast.NilNode:
		r.fail(n, "this is no condition")
	}
	n = r.node(n)
	switch x := n.(type) {
	case *ast.BoolNode, *ast.UnaryNode:
		return n
	case *ast.BinaryNode:
		if slices.Contains([]string{"and", "&&", "or", "||"}, x.Operator) {
			return n
		}
	case *ast.CallNode:
		if id, ok := x.Callee.(*ast.IdentifierNode); ok && operators()[id.Value].isTest() {
			return n
		}
	}
	if whole {
		return n // what is surely no condition is refused by the compiler
	}
	return call(n, "$truth", n)
}

// predicates are the functions that want a condition as their second argument.
var predicates = []string{"all", "none", "any", "one", "filter", "find", "findIndex", "findLast", "findLastIndex", "count"}

// builtin rewrites the arguments of a function of the language.
func (r *rewriter) builtin(n *ast.BuiltinNode) {
	for i, argument := range n.Arguments {
		p, ok := argument.(*ast.PredicateNode)
		if ok && slices.Contains(predicates, n.Name) {
			p.Node = r.truth(p.Node, false)
			continue
		}
		n.Arguments[i] = r.node(argument)
	}
}

// call rewrites the arguments of a call, and refuses one of nothing known.
func (r *rewriter) call(n *ast.CallNode) {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		r.fail(n, "this is no function")
	} else if _, known := builtin.Index[id.Value]; !known {
		r.fail(n, "there is no function %s", id.Value)
	}
	r.all(n.Arguments)
}

// call makes a call of one of our functions in the place of a node.
func call(n ast.Node, name string, arguments ...ast.Node) ast.Node {
	return at(n, &ast.CallNode{Callee: at(n, &ast.IdentifierNode{Value: name}), Arguments: arguments})
}

// at gives a new node the place of the one that it stands for.
func at(n, made ast.Node) ast.Node {
	made.SetLocation(n.Location())
	return made
}

// isTest reports whether a function answers true or false.
func (o operator) isTest() bool {
	return o.signature != nil && reflect.TypeOf(o.signature).Elem().Out(0).Kind() == reflect.Bool
}
