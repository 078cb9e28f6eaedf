package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.org/runshelf/query"
)

// Parse reads a rule file. place names it in errors, which are of type [*Error].
func Parse(place string, text []byte) (*File, error) {
	p := &parser{file: &File{Place: place}}
	root, err := p.document(text)
	if err != nil {
		return nil, err
	}
	if err := p.root(root); err != nil {
		return nil, err
	}
	return p.file, nil
}

// parser reads the tree of a file. It never lets the YAML library expand aliases.
type parser struct {
	file *File
	used []use
}

// use is a place that speaks of a sum.
type use struct {
	at  *yaml.Node
	sum string
}

// fail is an error at a node.
func (p *parser) fail(at *yaml.Node, format string, args ...any) error {
	return &Error{Place: p.file.Place, Line: max(1, at.Line), Column: max(1, at.Column), Message: fmt.Sprintf(format, args...)}
}

// document returns the content of the only document.
func (p *parser) document(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return nil, p.fail(&document, "there are no rules in it")
	case err != nil:
		return nil, p.syntax(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, p.fail(&second, "there is more than one YAML document")
	} else if !errors.Is(err, io.EOF) {
		return nil, p.syntax(err)
	}
	return document.Content[0], nil
}

// syntax is an error of the YAML library, whose text begins with the line.
func (p *parser) syntax(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	at := &yaml.Node{}
	if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(text); m != nil {
		at.Line, _ = strconv.Atoi(m[1]) // digits; too many of them are line 1
		text = text[len(m[0]):]
	}
	return p.fail(at, "%s", text)
}

// member is a key of a mapping and its value.
type member struct {
	key       string
	at, value *yaml.Node
}

// mapping returns the members of a mapping, whose keys must be among those allowed;
// without such, any are.
func (p *parser) mapping(n *yaml.Node, what string, allowed ...string) ([]member, error) {
	if n.Kind != yaml.MappingNode {
		return nil, p.fail(n, "%s must be keys with values, not %s", what, describe(n))
	}
	var all []member
	for i := 0; i+1 < len(n.Content); i += 2 {
		at, value := n.Content[i], n.Content[i+1]
		switch {
		case at.Kind != yaml.ScalarNode:
			return nil, p.fail(at, "a key must be a word")
		case len(allowed) > 0 && !slices.Contains(allowed, at.Value):
			return nil, p.fail(at, "%s has no %q; there are %s", what, at.Value, strings.Join(allowed, ", "))
		case slices.ContainsFunc(all, func(m member) bool { return m.key == at.Value }):
			return nil, p.fail(at, "%q stands twice", at.Value)
		}
		all = append(all, member{at.Value, at, value})
	}
	return all, nil
}

// describe names what a node is.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}

// root reads the whole file.
func (p *parser) root(n *yaml.Node) error {
	members, err := p.mapping(n, "a rule file", "name", "sums", "rules")
	if err != nil {
		return err
	}
	for _, m := range members {
		switch m.key {
		case "name":
			p.file.Name, err = p.text(m.value, "name")
		case "sums":
			err = p.sums(m.value)
		case "rules":
			err = p.rules(m.value)
		}
		if err != nil {
			return err
		}
	}
	if len(p.file.rules) == 0 {
		return p.fail(n, "there are no rules in it")
	}
	return p.checkSums()
}

// text reads a scalar.
func (p *parser) text(n *yaml.Node, what string) (string, error) {
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		return "", p.fail(n, "%s must be a text, not %s", what, describe(n))
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		err := p.fail(n, "%s begins with !, which means something else in YAML", what).(*Error)
		err.Hint = "write not, or put the whole in quotes"
		return "", err
	}
	return n.Value, nil
}

// condition reads an expression that is true or false.
func (p *parser) condition(n *yaml.Node, what string) (*query.Expression, error) {
	return p.expression(n, what, query.CompileCondition)
}

// value reads an expression that has a value.
func (p *parser) value(n *yaml.Node, what string) (*query.Expression, error) {
	return p.expression(n, what, query.CompileExpression)
}

type compiler func(source string, about query.Subject, names ...string) (*query.Expression, error)

func (p *parser) expression(n *yaml.Node, what string, compile compiler) (*query.Expression, error) {
	source, err := p.text(n, what)
	if err != nil {
		return nil, err
	}
	return p.compile(n, source, 0, compile)
}

// compile compiles an expression that stands in a node behind some characters.
func (p *parser) compile(n *yaml.Node, source string, before int, compile compiler) (*query.Expression, error) {
	x, err := compile(source, query.AboutEvents, nameSums, nameTotals, nameItem)
	var wrong *query.WhereError
	if errors.As(err, &wrong) {
		return nil, p.wrong(n, before, wrong)
	}
	for _, m := range regexp.MustCompile(`\b(?:sums|totals)\.(\w+)`).FindAllStringSubmatch(source, -1) {
		p.used = append(p.used, use{n, m[1]})
	}
	return x, err
}

// checkSums refuses what speaks of a sum that there is not.
func (p *parser) checkSums() error {
	for _, u := range p.used {
		if !slices.ContainsFunc(p.file.sums, func(s *sum) bool { return s.name == u.sum }) {
			return p.fail(u.at, "there is no sum %q", u.sum)
		}
	}
	return nil
}

// wrong gives an expression's error its place in the file. before is the number of
// characters in front of the expression in the node. In a text of several lines the
// place is that of the text.
func (p *parser) wrong(n *yaml.Node, before int, wrong *query.WhereError) error {
	at := *n
	switch n.Style {
	case 0:
		at.Column += before + wrong.Column - 1
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		at.Column += before + wrong.Column
	}
	err := p.fail(&at, "%s", wrong.Message).(*Error)
	err.Hint = "it goes wrong behind the mark: " + wrong.Marked(" >>> ")
	return err
}
