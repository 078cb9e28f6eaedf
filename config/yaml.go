package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// finding is one setting read from a file.
type finding struct {
	key   string
	value any
	line  int
}

// parseFile reads a configuration file. It looks at the tree of nodes and never
// lets the YAML library expand it, so aliases cost nothing: a list of lists is
// refused before anything is multiplied.
func (r *Registry) parseFile(place string, data []byte) ([]finding, error) {
	root, err := parseYAML(place, data)
	if err != nil || root == nil || isNull(root) {
		return nil, err
	}
	if root.Kind != yaml.MappingNode {
		return nil, (&fault{
			message: "must hold sections with settings, not " + describe(root),
			hint:    "write, for example, logging: and below it, indented, logs_dir: logs",
		}).at(lineOf(place, root.Line), "")
	}
	var all []finding
	err = eachPair(place, "", root, func(key string, at, value *yaml.Node) error {
		found, err := r.parseSection(place, key, at, value)
		all = append(all, found...)
		return err
	})
	return all, err
}

// parseYAML returns the content of the only document, or nil for an empty file.
func parseYAML(place string, data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, syntaxError(place, err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, &Error{File: lineOf(place, second.Line), Message: "has more than one YAML document", Hint: "remove everything from the second --- on"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(place, err)
	}
	return resolve(document.Content[0]), nil
}

// yamlLine finds the line in the YAML library's messages.
var yamlLine = regexp.MustCompile(`^line (\d+): `)

func syntaxError(place string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text, _, _ = strings.Cut(text, "\n")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1]) // zero when beyond an int, which is no line at all
		place, text = lineOf(place, line), text[len(m[0]):]
	}
	return &Error{File: place, Message: "is not valid YAML: " + printable(text)}
}

func lineOf(place string, line int) string {
	if line <= 0 {
		return place
	}
	return fmt.Sprintf("%s:%d", place, line)
}

func (r *Registry) parseSection(place, section string, at, value *yaml.Node) ([]finding, error) {
	if len(r.names(section)) == 0 {
		return nil, r.unknownSection(section).at(lineOf(place, at.Line), plain(section))
	}
	if isNull(value) {
		return nil, nil
	}
	if value.Kind != yaml.MappingNode {
		return nil, (&fault{
			message: "must hold settings, not " + describe(value),
			hint:    fmt.Sprintf("write, indented below %s:, for example %s: …", section, r.names(section)[0]),
		}).at(lineOf(place, value.Line), section)
	}
	var all []finding
	err := eachPair(place, section, value, func(name string, at, value *yaml.Node) error {
		found, err := r.parseSetting(place, section, name, at, value)
		all = append(all, found)
		return err
	})
	return all, err
}

func (r *Registry) parseSetting(place, section, name string, at, value *yaml.Node) (finding, error) {
	s, ok := r.Lookup(section + "." + name)
	if !ok {
		return finding{}, r.unknownKey(section, name).at(lineOf(place, at.Line), section+"."+plain(name))
	}
	v, f := s.node(value)
	if f != nil {
		return finding{}, f.at(lineOf(place, at.Line), s.Key)
	}
	return finding{key: s.Key, value: v, line: at.Line}, nil
}

// eachPair calls fn with every key of a mapping and refuses a key that stands
// twice. The values are resolved.
func eachPair(place, section string, mapping *yaml.Node, fn func(key string, at, value *yaml.Node) error) error {
	seen := make(map[string]int, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		at, value := mapping.Content[i], resolve(mapping.Content[i+1])
		name := resolve(at)
		if name.Kind != yaml.ScalarNode {
			return &Error{File: lineOf(place, at.Line), Key: section, Message: "a key must be a text, not " + describe(name)}
		}
		if first, twice := seen[name.Value]; twice {
			key := strings.TrimPrefix(section+"."+plain(name.Value), ".")
			return &Error{File: lineOf(place, at.Line), Key: key, Message: fmt.Sprintf("stands twice, first in line %d", first)}
		}
		seen[name.Value] = at.Line
		if err := fn(name.Value, at, value); err != nil {
			return err
		}
	}
	return nil
}

// resolve follows an alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}
