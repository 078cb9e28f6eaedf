package rules

import (
	"fmt"

	"example.org/runshelf/query"
)

// The names that the expressions of a rule file may speak of besides fields.
const (
	nameSums   = "sums"   // the running sums, by name and key
	nameTotals = "totals" // those with keys, over all keys
	nameItem   = "item"   // what each: goes through
)

// File is a rule file that was read. It is not changed by being used, and may be
// used concurrently.
type File struct {
	// Place is the name that the file was read under.
	Place string
	// Name says what the file is about; it may be empty.
	Name  string
	sums  []*sum
	rules []*rule
}

// Rules is the number of rules.
func (f *File) Rules() int { return len(f.rules) }

// Kind says how often the condition of a rule must hold.
type Kind string

// The kinds of rules.
const (
	Always     Kind = "always"
	Never      Kind = "never"
	Eventually Kind = "eventually"
	// Sum is the kind of what goes wrong with a sum itself.
	Sum Kind = "sum"
)

// sum is a running sum.
type sum struct {
	name  string
	line  int
	steps []*step
}

// keyed reports whether the sum is kept for each key.
func (s *sum) keyed() bool { return s.steps[0].key != nil }

// step is one way in which events change a sum.
type step struct {
	line      int
	when      *query.Expression // nil: every event
	each, key *query.Expression // nil: none
	value     *query.Expression
	set       bool // to the value; else it is added
}

// rule is one rule.
type rule struct {
	name    string
	line    int
	kind    Kind
	when    *query.Expression // nil: every event
	each    *query.Expression // nil: the event itself
	holds   *query.Expression
	key     *query.Expression // of the scope; nil: there is one for all events
	from    *query.Expression // opens the scope; nil: it is the whole run
	to      *query.Expression // closes it; nil: it stays open
	message message
}

// Error says what is wrong with a rule file, and where.
type Error struct {
	// Place is the name of the file.
	Place string
	// Line and Column count from 1.
	Line, Column int
	// Message says what is wrong.
	Message string
	// Hint says what to write; it may be empty.
	Hint string
}

// Error returns place and message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Place, e.Line, e.Column, e.Message)
}

// expressions are all expressions of the file.
func (f *File) expressions() []*query.Expression {
	var all []*query.Expression
	add := func(list ...*query.Expression) {
		for _, x := range list {
			if x != nil {
				all = append(all, x)
			}
		}
	}
	for _, s := range f.sums {
		for _, step := range s.steps {
			add(step.when, step.each, step.key, step.value)
		}
	}
	for _, r := range f.rules {
		add(r.when, r.each, r.holds, r.key, r.from, r.to)
		for _, part := range r.message {
			add(part.value)
		}
	}
	return all
}
