package rules

import (
	"bytes"
	"fmt"

	"example.org/runshelf/event"
)

// scopes is what is known of a rule that is about a part of the run, or waits for
// something.
type scopes struct {
	met  bool             // the rule waits for nothing more; without a scope
	open map[string]*open // by key
	last int64            // number of scopes opened, to know the first of them
}

// open is a scope that has begun.
type open struct {
	order    int64
	met      bool
	key      string
	sequence uint64
	line     int64
	event    []byte // what began it, when the rule waits for something
}

func newScopes(r *rule) scopes {
	if r.from == nil {
		return scopes{}
	}
	return scopes{open: map[string]*open{}}
}

// scoped checks a rule on the present event that is about what lies between two
// events: neither of them is part of it.
func (c *checker) scoped(i int, r *rule) error {
	s := &c.scopes[i]
	key := ""
	if r.key != nil {
		v := c.values.Value(r.key)
		if v == nil {
			return nil // the event is about no key
		}
		key = keyText(v)
	}
	now := s.open[key]
	switch {
	case now != nil && r.to != nil && c.values.Holds(r.to):
		if r.kind == Eventually && !now.met {
			c.violateRule(i, r, c.waited(r, key))
		}
		delete(s.open, key)
	case now != nil && c.wanted(r.when):
		c.within(i, r, now)
	}
	if s.open[key] == nil && c.values.Holds(r.from) {
		s.begin(c, r, key)
	}
	return tooMany(len(s.open), fmt.Sprintf("the rule %q", r.name))
}

// within checks the present event, which lies in a scope.
func (c *checker) within(i int, r *rule, now *open) {
	holds := c.values.Holds(r.holds)
	switch {
	case r.kind != Eventually:
		if holds != (r.kind == Always) {
			c.violateRule(i, r, c.message(r))
		}
	case holds && r.to == nil:
		delete(c.scopes[i].open, now.key) // what was to follow has followed
	case holds:
		now.met = true
	}
}

// begin opens a scope.
func (s *scopes) begin(c *checker, r *rule, key string) {
	s.last++
	o := &open{order: s.last, key: key, line: c.present.Number}
	if r.kind == Eventually && r.to == nil {
		o.event = bytes.Clone(c.present.Bytes)
		if e, err := event.Decode(o.event); err == nil {
			o.sequence = e.Sequence
		}
	}
	s.open[key] = o
}

// waited says what did not come, about the present event.
func (c *checker) waited(r *rule, key string) string {
	if r.message != nil {
		return c.message(r)
	}
	text := r.holds.String() + " does not come to hold"
	if r.key != nil {
		text += fmt.Sprintf(" for %s %s", r.key, key)
	}
	return text
}

// end says what has not come until the end of the run. A run that lives may still
// bring it.
func (c *checker) end(alive bool) {
	if alive {
		return
	}
	for i, r := range c.file.rules {
		if r.kind != Eventually || c.found[i] || c.enough() {
			continue
		}
		v := Violation{Rule: r.name, Kind: r.kind, RuleLine: r.line}
		first := c.scopes[i].first()
		switch {
		case r.from == nil && !c.scopes[i].met:
			c.values.Look([]byte("{}")) // there is no event to speak of
			v.Message = c.waited(r, "")
		case first != nil && r.to == nil:
			c.values.Look(first.event)
			v.Message = c.waited(r, first.key)
			v.Sequence, v.Line, v.Event = first.sequence, first.line, first.event
		default:
			continue
		}
		c.verdict.Violations = append(c.verdict.Violations, v)
	}
}

// first is the scope that was opened first of those that are open; nil when none is.
func (s *scopes) first() *open {
	var first *open
	for _, o := range s.open {
		if first == nil || o.order < first.order {
			first = o
		}
	}
	return first
}
