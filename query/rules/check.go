package rules

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// Options says how to check.
type Options struct {
	// All finds the first event that violates each rule. Without it the check ends
	// at the first violation.
	All bool
}

// Verdict is what a check has found.
type Verdict struct {
	// Events is the number of events that were looked at.
	Events int64
	// Lost is the number of events that the log says it has lost. What sums say
	// behind them is not sure.
	Lost int64
	// Violations are in the order in which they were found.
	Violations []Violation
	// Report counts broken lines, which no rule sees.
	Report query.Report
}

// Violation is a rule that does not hold.
type Violation struct {
	// Rule is its name, for a sum that cannot be worked out "sums." and its name.
	Rule string
	Kind Kind
	// RuleLine is its line in the rule file.
	RuleLine int
	// Sequence and Line are those of the violating event; 0 when what was to come
	// did not come until the end.
	Sequence uint64
	Line     int64
	// Event is the stored line; nil when there is none.
	Event []byte
	// Message says what is wrong.
	Message string
}

// Check reads the events of a run once and tells which rules they violate.
func Check(run *shelf.Run, f *File, o Options) (*Verdict, error) {
	c := newChecker(f, o)
	var failure error
	report, err := query.Scan(run, query.Filter{}, func(l *query.Line) error {
		if failure = c.event(l); failure != nil || c.enough() {
			return query.ErrStop
		}
		return nil
	})
	c.verdict.Report = report
	if err == nil {
		err = failure
	}
	if err == nil && !c.enough() {
		c.end(run.Status == shelf.StatusRunning)
	}
	return c.verdict, err
}

// checker is a check.
type checker struct {
	file    *File
	all     bool
	values  *query.Evaluator
	books   []*book // by sum
	scopes  []scopes
	found   []bool      // by rule: it is violated
	publish func(i int) // shows the sum to the expressions
	present *query.Line
	verdict *Verdict
}

func newChecker(f *File, o Options) *checker {
	c := &checker{file: f, all: o.All, values: query.NewEvaluator(f.expressions()...), verdict: &Verdict{}}
	sums, totals := map[string]any{}, map[string]any{}
	for _, s := range f.sums {
		b := newBook()
		c.books = append(c.books, b)
		sums[s.name], totals[s.name] = any(b.values), 0
		if !s.keyed() {
			sums[s.name] = 0
		}
	}
	c.values.Give(nameSums, sums)
	c.values.Give(nameTotals, totals)
	c.scopes, c.found = make([]scopes, len(f.rules)), make([]bool, len(f.rules))
	for i, r := range f.rules {
		c.scopes[i] = newScopes(r)
	}
	c.publish = func(i int) {
		s, b := f.sums[i], c.books[i]
		totals[s.name] = b.total
		if !s.keyed() {
			sums[s.name] = b.total
		}
	}
	return c
}

// enough reports whether nothing more needs to be known.
func (c *checker) enough() bool {
	return len(c.verdict.Violations) > 0 && !c.all
}

// event takes the next event: first the sums, then the rules.
func (c *checker) event(l *query.Line) error {
	c.present = l
	if !c.values.Look(l.Bytes) {
		return nil // the scan has judged it already
	}
	c.verdict.Events++
	c.countLost(l)
	for i, s := range c.file.sums {
		for _, step := range s.steps {
			if err := c.change(i, s, step); err != nil {
				return err
			}
		}
	}
	for i, r := range c.file.rules {
		if c.found[i] || c.enough() {
			continue
		}
		if err := c.rule(i, r); err != nil {
			return err
		}
	}
	return nil
}

// countLost takes note of events that are missing.
func (c *checker) countLost(l *query.Line) {
	if !bytes.Contains(l.Bytes, []byte(`"log_gap"`)) {
		return
	}
	e, err := l.Decode()
	if err != nil || e.Type != "log_gap" {
		return
	}
	if _, captured := e.Data.Get("stream"); captured {
		return // a program has printed it, and speaks of itself
	}
	if v, ok := e.Data.Get("dropped"); ok {
		var n int64
		_, _ = fmt.Sscan(fmt.Sprint(v), &n) // 0 when it is no number
		c.verdict.Lost += n
	}
}

// wanted reports whether a condition holds; one that is absent does.
func (c *checker) wanted(when *query.Expression) bool { return when == nil || c.values.Holds(when) }

// change works one step of a sum.
func (c *checker) change(i int, s *sum, step *step) error {
	if !c.wanted(step.when) {
		return nil
	}
	return c.each(step.each, func() error {
		var key any
		if step.key != nil {
			if key = c.values.Value(step.key); key == nil {
				c.violate(Violation{Rule: "sums." + s.name, Kind: Sum, RuleLine: step.line, Message: fmt.Sprintf("the key %s is nil", step.key)})
				return nil
			}
		}
		value := c.values.Value(step.value)
		if !c.books[i].change(key, value, step.set) {
			c.violate(Violation{Rule: "sums." + s.name, Kind: Sum, RuleLine: step.line, Message: fmt.Sprintf("%s is %s, which is no number", step.value, shown(value))})
		}
		c.publish(i)
		return tooMany(len(c.books[i].values), "the sum "+s.name)
	})
}

// tooMany is an error when more is kept than there should be memory for.
func tooMany(keys int, what string) error {
	if keys > maxKeys {
		return fmt.Errorf("%s is kept for more than %d keys", what, maxKeys)
	}
	return nil
}

// each calls do for every item of a list, or every member of an object as its key
// and value; once when there is no expression. What is neither has no items.
func (c *checker) each(list *query.Expression, do func() error) error {
	if list == nil {
		return do()
	}
	defer c.values.Give(nameItem, nil)
	for _, item := range items(c.values.Value(list)) {
		c.values.Give(nameItem, item)
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// items are what each goes through.
func items(v any) []any {
	switch x := v.(type) {
	case []any:
		return x
	case amounts:
		return pairs(x)
	case map[string]any:
		return pairs(x)
	}
	return nil
}

// pairs are the members of an object, each as its key and value, in order.
func pairs(object map[string]any) []any {
	list := make([]any, 0, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		list = append(list, map[string]any{"key": key, "value": object[key]})
	}
	return list
}

// rule checks one rule on the present event.
func (c *checker) rule(i int, r *rule) error {
	if r.from != nil {
		return c.scoped(i, r)
	}
	if !c.wanted(r.when) {
		return nil
	}
	return c.each(r.each, func() error {
		holds := c.values.Holds(r.holds)
		switch {
		case c.found[i]:
		case r.kind == Eventually:
			c.scopes[i].met = c.scopes[i].met || holds
		case holds != (r.kind == Always):
			c.violateRule(i, r, c.message(r))
		}
		return nil
	})
}

// message is what a rule says about the present event.
func (c *checker) message(r *rule) string {
	if r.message == nil {
		if r.kind == Never {
			return r.holds.String() + " holds"
		}
		return r.holds.String() + " does not hold"
	}
	var b strings.Builder
	for _, part := range r.message {
		b.WriteString(part.text)
		if part.value != nil {
			b.WriteString(shown(c.values.Value(part.value)))
		}
	}
	return b.String()
}

// violateRule notes that the present event violates a rule.
func (c *checker) violateRule(i int, r *rule, message string) {
	c.found[i] = true
	c.violate(Violation{Rule: r.name, Kind: r.kind, RuleLine: r.line, Message: message})
}

// violate notes a violation by the present event. Of a sum one is enough.
func (c *checker) violate(v Violation) {
	if slices.ContainsFunc(c.verdict.Violations, func(w Violation) bool { return w.Rule == v.Rule && w.Kind == v.Kind }) {
		return
	}
	v.Event, v.Line = bytes.Clone(c.present.Bytes), c.present.Number
	if e, err := event.Decode(v.Event); err == nil {
		v.Sequence = e.Sequence
	}
	c.verdict.Violations = append(c.verdict.Violations, v)
}
