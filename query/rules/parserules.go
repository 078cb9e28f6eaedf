package rules

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"example.org/runshelf/query"
)

// sums reads the running sums.
func (p *parser) sums(n *yaml.Node) error {
	members, err := p.mapping(n, "sums")
	if err != nil {
		return err
	}
	for _, m := range members {
		if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(m.key) {
			return p.fail(m.at, "a sum is called %q, which is no name of letters, digits and _", m.key)
		}
		s := &sum{name: m.key, line: m.at.Line}
		steps := []*yaml.Node{m.value}
		if m.value.Kind == yaml.SequenceNode {
			steps = m.value.Content
		}
		for _, node := range steps {
			step, err := p.step(node)
			if err != nil {
				return err
			}
			if len(s.steps) > 0 && (step.key != nil) != s.keyed() {
				return p.fail(node, "the sum %s has a key in some steps and none in others", m.key)
			}
			s.steps = append(s.steps, step)
		}
		if len(s.steps) == 0 {
			return p.fail(m.value, "the sum %s says nothing", m.key)
		}
		p.file.sums = append(p.file.sums, s)
	}
	return nil
}

// step reads how events change a sum.
func (p *parser) step(n *yaml.Node) (*step, error) {
	members, err := p.mapping(n, "a step of a sum", "when", "each", "key", "add", "set")
	if err != nil {
		return nil, err
	}
	s := &step{line: n.Line}
	for _, m := range members {
		switch m.key {
		case "when":
			s.when, err = p.condition(m.value, m.key)
		case "each":
			s.each, err = p.value(m.value, m.key)
		case "key":
			s.key, err = p.value(m.value, m.key)
		default:
			if s.value != nil {
				return nil, p.fail(m.at, "a step adds or sets, and not both")
			}
			s.set = m.key == "set"
			s.value, err = p.value(m.value, m.key)
		}
		if err != nil {
			return nil, err
		}
	}
	if s.value == nil {
		return nil, p.fail(n, "a step of a sum needs add or set")
	}
	return s, nil
}

// rules reads the rules.
func (p *parser) rules(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return p.fail(n, "rules must be a list, not %s", describe(n))
	}
	names := map[string]bool{}
	for _, node := range n.Content {
		r, err := p.rule(node)
		if err != nil {
			return err
		}
		if names[r.name] {
			return p.fail(node, "a rule with the name %q stands twice", r.name)
		}
		names[r.name] = true
		p.file.rules = append(p.file.rules, r)
	}
	return nil
}

// rule reads one rule.
func (p *parser) rule(n *yaml.Node) (*rule, error) {
	members, err := p.mapping(n, "a rule", "name", "when", "each", "always", "never", "eventually", "between", "after", "key", "message")
	if err != nil {
		return nil, err
	}
	r := &rule{line: n.Line}
	for _, m := range members {
		if err := p.ruleMember(r, m); err != nil {
			return nil, err
		}
	}
	switch {
	case r.name == "":
		return nil, p.fail(n, "a rule needs a name")
	case r.holds == nil:
		return nil, p.fail(n, "the rule %q needs always, never or eventually", r.name)
	case r.key != nil && r.from == nil:
		return nil, p.fail(n, "the rule %q has a key, which belongs to between or after", r.name)
	case r.each != nil && (r.from != nil || r.kind == Eventually):
		return nil, p.fail(n, "the rule %q has each, which does not go with eventually, between or after", r.name)
	}
	return r, nil
}

// ruleMember reads one member of a rule.
func (p *parser) ruleMember(r *rule, m member) (err error) {
	switch m.key {
	case "name":
		r.name, err = p.text(m.value, m.key)
	case "when":
		r.when, err = p.condition(m.value, m.key)
	case "each":
		r.each, err = p.value(m.value, m.key)
	case "key":
		r.key, err = p.value(m.value, m.key)
	case "message":
		r.message, err = p.message(m.value)
	case "between", "after":
		return p.scope(r, m)
	default:
		if r.holds != nil {
			return p.fail(m.at, "a rule has one of always, never and eventually, and this one has %s and %s", r.kind, m.key)
		}
		r.kind = Kind(m.key)
		r.holds, err = p.condition(m.value, m.key)
	}
	return err
}

// scope reads which part of the run a rule is about.
func (p *parser) scope(r *rule, m member) (err error) {
	if r.from != nil {
		return p.fail(m.at, "a rule has between or after, and not both")
	}
	if m.key == "after" {
		r.from, err = p.condition(m.value, m.key)
		return err
	}
	if m.value.Kind != yaml.SequenceNode || len(m.value.Content) != 2 {
		return p.fail(m.value, "between needs a list of two conditions: what begins and what ends it")
	}
	if r.from, err = p.condition(m.value.Content[0], m.key); err == nil {
		r.to, err = p.condition(m.value.Content[1], m.key)
	}
	return err
}

// message is a text with the values of expressions in it.
type message []messagePart

// messagePart is a text or, when value is set, an expression.
type messagePart struct {
	text  string
	value *query.Expression
}

// message reads a text in which {…} stands for the value of an expression, and {{
// for a brace.
func (p *parser) message(n *yaml.Node) (message, error) {
	rest, err := p.text(n, "message")
	if err != nil {
		return nil, err
	}
	var parts message
	whole, text := rest, ""
	for rest != "" {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			break
		}
		text, rest = text+rest[:open], rest[open:]
		if len(rest) > 1 && rest[1] == rest[0] {
			text, rest = text+rest[:1], rest[2:]
			continue
		}
		end := strings.IndexByte(rest, '}')
		if end <= 0 {
			return nil, p.fail(n, "message has a brace without its other half; {{ and }} stand for braces")
		}
		before := utf8.RuneCountInString(whole[:len(whole)-len(rest)+1])
		x, err := p.compile(n, rest[1:end], before, query.CompileExpression)
		if err != nil {
			return nil, err
		}
		parts = append(parts, messagePart{text: text}, messagePart{value: x})
		text, rest = "", rest[end+1:]
	}
	return append(parts, messagePart{text: text + rest}), nil
}
