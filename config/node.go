package config

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// node turns a value of a YAML file into a value of the setting. It is strict:
// a number in quotes is a text.
func (s Setting) node(n *yaml.Node) (any, *fault) {
	if isNull(n) {
		return nil, &fault{message: "has no value", hint: fmt.Sprintf("give one, or remove the line; the default is %s", literal(s.Default))}
	}
	switch s.Default.(type) {
	case []string:
		return s.listNode(n)
	case string:
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
			return n.Value, s.check(n.Value)
		}
		if s.Size && n.ShortTag() == "!!int" {
			return s.numberNode(n)
		}
	case bool:
		if v := false; n.ShortTag() == "!!bool" && n.Decode(&v) == nil {
			return v, nil
		}
	default:
		if tag := n.ShortTag(); tag == "!!int" || tag == "!!float" {
			return s.numberNode(n)
		}
	}
	return nil, s.wrongNode(n)
}

// leadingZero is a number that old YAML reads as octal and people do not.
var leadingZero = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

func (s Setting) numberNode(n *yaml.Node) (any, *fault) {
	if leadingZero.MatchString(n.Value) {
		return nil, &fault{message: "has a leading zero", hint: "write it without, or with 0o in front if it is octal"}
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, s.wrongNode(n)
	}
	switch v := v.(type) {
	case int:
		return s.number(int64(v))
	case int64, float64:
		return s.number(v)
	case uint64:
		return s.number(float64(v))
	}
	return nil, s.wrongNode(n)
}

func (s Setting) listNode(n *yaml.Node) (any, *fault) {
	if n.Kind != yaml.SequenceNode {
		return nil, s.wrongNode(n)
	}
	list := make([]string, 0, len(n.Content))
	for i, element := range n.Content {
		element = resolve(element)
		if element.Kind != yaml.ScalarNode || element.ShortTag() != "!!str" {
			f := s.wrongNode(element)
			f.message = fmt.Sprintf("element %d must be a text, not %s", i+1, describe(element))
			return nil, f
		}
		list = append(list, element.Value)
	}
	return list, s.check(list)
}

// wrongNode is the fault of a YAML value of another type, with a hint where the
// right spelling is plain.
func (s Setting) wrongNode(n *yaml.Node) *fault {
	f := s.wrong(describe(n))
	if n.Kind != yaml.ScalarNode {
		return f
	}
	switch s.Default.(type) {
	case string, []string:
		f.hint = "write " + literal(shorten(n.Value))
		if _, list := s.Default.([]string); list {
			f.hint = "write [" + literal(shorten(n.Value)) + "]"
		}
	default:
		if v, bad := s.text(n.Value); bad == nil && n.ShortTag() == "!!str" {
			f.hint = fmt.Sprintf("write %s", literal(v))
			if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
				f.hint += " without quotes"
			}
		}
	}
	return f
}

// describe names a YAML value for a message.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a section"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	}
	switch tag := n.ShortTag(); tag {
	case "!!str":
		return "the text " + quoted(n.Value)
	case "!!int", "!!float":
		return "the number " + printable(n.Value)
	case "!!bool":
		return printable(n.Value)
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "the date " + printable(n.Value)
	default:
		return "a value with the tag " + printable(tag)
	}
}

// printable returns a short text as it is, or in quotes when it could deceive.
func printable(s string) string {
	for _, c := range s {
		if !strconv.IsPrint(c) {
			return quoted(s)
		}
	}
	return shorten(s)
}
