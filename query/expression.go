package query

import (
	"slices"
	"strings"
)

// Expression is a compiled expression of the filter language that may speak of
// names besides fields, whose values the caller gives, and may have any value. It may
// be used concurrently; see [Evaluator].
type Expression struct{ where *Where }

// Keyed is a value given by the caller whose members are found by a function:
// balances["alpha"] asks for the member "alpha".
type Keyed interface{ Member(key any) any }

// CompileExpression compiles an expression that has a value: nil, bool, string,
// int, float64, a list or an object. Its errors are [*WhereError].
func CompileExpression(source string, about Subject, names ...string) (*Expression, error) {
	tree, err := parseWhere(source, about)
	if err != nil {
		return nil, whereError(source, err)
	}
	r := &rewriter{subject: about, vars: slices.Clip(names)}
	tree.Node = r.node(tree.Node)
	if r.err != nil {
		return nil, whereError(source, r.err)
	}
	program, err := compileTree(tree, false)
	if err != nil {
		return nil, whereError(source, err)
	}
	return &Expression{&Where{source: source, subject: about, names: names, fields: r.fields, program: program}}, nil
}

// CompileCondition compiles an expression that is true or false.
func CompileCondition(source string, about Subject, names ...string) (*Expression, error) {
	tree, err := parseWhere(source, about)
	if err != nil {
		return nil, whereError(source, err)
	}
	w := &Where{source: source, subject: about, names: names}
	if err := w.compileCondition(tree); err != nil {
		return nil, err
	}
	return &Expression{w}, nil
}

// String returns the expression as it was given.
func (e *Expression) String() string { return e.where.source }

// Evaluator works out several expressions about one object after the other, each
// of which is read only once for all of them. It is not for concurrent use.
type Evaluator struct {
	skim   *skimmer
	states map[*Expression]*whereState
	given  map[string][]*whereState // those that may speak of a name
	buf    []byte
}

// NewEvaluator returns an evaluator of some expressions.
func NewEvaluator(expressions ...*Expression) *Evaluator {
	e := &Evaluator{states: map[*Expression]*whereState{}, given: map[string][]*whereState{}}
	var keys []string
	for _, x := range expressions {
		s := x.where.newState(&keys)
		e.states[x] = s
		for _, name := range x.where.names {
			if strings.Contains(x.where.source, name) {
				e.given[name] = append(e.given[name], s)
			}
		}
	}
	e.skim = newSkimmer(keys)
	return e
}

// Give sets a name that expressions speak of besides fields. It stays until it is
// set anew; one that is not set is nil.
func (e *Evaluator) Give(name string, value any) {
	for _, s := range e.given[name] {
		s.env[name] = value
	}
}

// Look reads the next object, on one line. It is false for what is no JSON object, of
// which nothing may be asked.
func (e *Evaluator) Look(object []byte) bool {
	lo, hi := 0, len(object)
	for lo < hi && isBlank(object[lo]) {
		lo++
	}
	for hi > lo && isBlank(object[hi-1]) {
		hi--
	}
	e.buf = append(append(append(e.buf[:0], object[lo:hi]...), '\n'), padding[:]...)
	end := hi - lo
	if _, next, ok := e.skim.quick(e.buf, 0); ok && next == end+1 {
		return true
	}
	if end == 0 || !e.skim.exact(e.buf, 0, end) {
		return false
	}
	e.skim.learn(0, end)
	return true
}

// padding is what walkers want behind an object.
var padding [pad]byte

// Holds reports whether an expression is true of the object.
func (e *Evaluator) Holds(x *Expression) bool { return e.states[x].match(e.buf, e.skim) }

// Value is the value of an expression of [CompileExpression]; nil when it cannot be
// worked out.
func (e *Evaluator) Value(x *Expression) any { return e.states[x].value(e.buf, e.skim) }
