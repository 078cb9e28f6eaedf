package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// Subject is what an expression is about.
type Subject string

// The subjects. Their values are the names by which an expression can speak of
// the whole: event["name"], run["name"].
const (
	AboutEvents Subject = "event"
	AboutRuns   Subject = "run"
)

// Where is a compiled filter expression: a condition in the language of
// github.com/expr-lang/expr, over the fields of an event or of a run's manifest.
//
// A field that is missing, and one of a missing parent, is nil. A comparison of
// unlike kinds is false and never an error, as is the whole condition when
// something in it cannot be worked out. Numbers compare by value, integers of
// any size exactly. A path with dots finds a key that holds the dots first. The
// level of an event without one is "INFO".
//
// Of a run the columns of the table of runs are understood too, where run.json has no
// such key or an object of that name: see [RunColumn].
//
// A Where may be used concurrently.
type Where struct {
	source  string
	subject Subject
	names   []string // what the caller gives, and is no field; see Expression
	fields  []field
	quick   []condition // all must hold; they need no program
	program *vm.Program // nil when the quick conditions are all there is
}

// field is one field that an expression speaks of.
type field struct {
	name string   // in the program
	path string   // with dots; or
	keys []string // each in the object before; none of both is the whole object
}

// root is the first name of a field, "" for one that was reached by its name in
// brackets.
func (f *field) root() string {
	root, _, _ := strings.Cut(f.path, ".")
	return root
}

// isLevel reports whether a field is the level of an event.
func (f *field) isLevel() bool {
	return f.path == event.KeyLevel || len(f.keys) == 1 && f.keys[0] == event.KeyLevel
}

// WhereError says what is wrong with an expression, and where.
type WhereError struct {
	// Source is the expression.
	Source string
	// Column is the place of the fault, in characters from 1.
	Column int
	// Message says what is wrong.
	Message string
}

// Error returns the message and the place.
func (e *WhereError) Error() string {
	return fmt.Sprintf("the filter is wrong at character %d: %s", e.Column, e.Message)
}

// Marked returns the expression on one line with mark put in front of the fault.
func (e *WhereError) Marked(mark string) string {
	runes := []rune(e.Source)
	at := min(max(0, e.Column-1), len(runes))
	return strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(string(runes[:at]) + mark + string(runes[at:]))
}

// whereError turns the error of the expression's compiler into ours.
func whereError(source string, err error) error {
	e := &WhereError{Source: source, Column: 1, Message: err.Error()}
	if at, ok := err.(*file.Error); ok {
		// A place in an expression of several lines is counted from its start.
		e.Column, e.Message = at.From+1, at.Message
	}
	switch {
	case strings.HasSuffix(e.Message, "token EOF"):
		e.Column, e.Message = utf8.RuneCountInString(source)+1, "it ends too early"
	case strings.HasSuffix(e.Message, `token Operator("=")`):
		e.Message = "equal is written =="
	}
	return e
}

// CompileWhere compiles an expression. Its errors are [*WhereError].
func CompileWhere(source string, about Subject) (*Where, error) {
	tree, err := parseWhere(source, about)
	if err != nil {
		return nil, whereError(source, err)
	}
	w := &Where{source: source, subject: about}
	if err := w.compileCondition(tree); err != nil {
		return nil, err
	}
	return w, nil
}

// compileCondition compiles a tree whose value must be true or false.
func (w *Where) compileCondition(tree *parser.Tree) error {
	if w.subject == AboutRuns {
		if err := meanFields(&tree.Node); err != nil {
			return whereError(w.source, err)
		}
	}
	r := &rewriter{subject: w.subject, vars: slices.Clip(w.names)}
	whole := w.conditions(tree.Node)
	tree.Node = r.truth(tree.Node, true)
	if r.err != nil {
		return whereError(w.source, r.err)
	}
	program, err := compileTree(tree, true)
	if err != nil {
		return whereError(w.source, err)
	}
	w.fields = r.fields
	if !whole {
		w.program = program
	}
	return nil
}

// conditions collects the parts of a conjunction that need no program, and
// reports whether these are all.
func (w *Where) conditions(n ast.Node) bool {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "and" || b.Operator == "&&") {
		left := w.conditions(b.Left)
		return w.conditions(b.Right) && left
	}
	c, ok := newCondition(n, w.subject)
	if ok && slices.Contains(w.names, c.field.root()) {
		return false
	}
	if ok {
		w.quick = append(w.quick, c)
	}
	return ok
}

// String returns the expression as it was given.
func (w *Where) String() string { return w.source }

// Roots returns the first names of the fields that the expression speaks of, each once;
// not those that it names in brackets.
func (w *Where) Roots() []string {
	var roots []string
	for i := range w.fields {
		if root := w.fields[i].root(); root != "" && !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	return roots
}

// Matcher returns what answers the expression for one goroutine.
func (w *Where) Matcher() *WhereMatcher {
	m := &WhereMatcher{}
	m.state = w.newState(&m.keys)
	m.skim = newSkimmer(m.keys)
	return m
}

// WhereMatcher answers an expression for one object after the other. It is not
// for concurrent use.
type WhereMatcher struct {
	keys  []string
	skim  *skimmer
	state *whereState
	buf   []byte
}

// Match reports whether the expression is true of a JSON object. What is no
// object matches nothing.
func (m *WhereMatcher) Match(object []byte) bool {
	m.buf = append(m.buf[:0], object...)
	for i, c := range m.buf {
		if c == '\n' { // an object may be laid out for people; strings hold none
			m.buf[i] = ' '
		}
	}
	m.buf = append(m.buf, make([]byte, pad)...)
	lo, hi := 0, len(object)
	for lo < hi && isBlank(m.buf[lo]) {
		lo++
	}
	for hi > lo && isBlank(m.buf[hi-1]) {
		hi--
	}
	return lo < hi && m.skim.exact(m.buf, lo, hi) && m.state.match(m.buf, m.skim)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// MatchRun reports whether the expression is true of a run: of its manifest as
// [shelf.Run.JSON] gives it, with the status as it was found out.
func (m *WhereMatcher) MatchRun(run *shelf.Run) (bool, error) {
	b, err := run.JSON()
	if err != nil {
		return false, fmt.Errorf("filtering run %s: %w", run.ID, err)
	}
	return m.Match(b), nil
}

// whereState is an expression at work. It belongs to one goroutine.
type whereState struct {
	where  *Where
	quick  []*ref // of the quick conditions
	fields []*ref // of the program; nil for the whole object
	env    map[string]any
	vm     vm.VM
}

// newState adds the keys that the expression needs to the wanted ones.
func (w *Where) newState(keys *[]string) *whereState {
	s := &whereState{where: w, env: map[string]any{}}
	for _, c := range w.quick {
		s.quick = append(s.quick, c.field.newRef(keys))
	}
	if w.program == nil {
		return s
	}
	for _, f := range w.fields {
		s.fields = append(s.fields, f.newRef(keys))
	}
	return s
}

// newRef makes the ref of a field, nil for the whole object.
func (f *field) newRef(keys *[]string) *ref {
	switch {
	case f.keys != nil:
		return newExactRef(f.keys, keys)
	case f.path != "":
		return newRef(f.path, keys)
	}
	return nil
}

// match reports whether the expression is true of the object just skimmed.
func (s *whereState) match(b []byte, skim *skimmer) bool {
	for i := range s.where.quick {
		if !s.where.quick[i].holds(s.quick[i].get(b, skim.values)) {
			return false
		}
	}
	return s.where.program == nil || s.run(b, skim)
}

// run asks the program. What cannot be worked out is not true.
func (s *whereState) run(b []byte, skim *skimmer) bool { return s.value(b, skim) == true }

// value is what the program gives; nil when that cannot be worked out.
func (s *whereState) value(b []byte, skim *skimmer) any {
	for i, r := range s.fields {
		stored := b[skim.lo:skim.hi]
		if r != nil {
			stored = r.get(b, skim.values)
		}
		s.env[s.where.fields[i].name] = valueOf(stored)
	}
	answer, err := s.vm.Run(s.where.program, s.env)
	if err != nil {
		return nil
	}
	return answer
}
