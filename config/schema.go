package config

import (
	"encoding/json"
	"fmt"
	"math"
)

// schema is a JSON Schema as far as settings need one. Its members are written in this
// order.
type schema struct {
	Type        any             `json:"type,omitempty"` // a name, or a list of them
	Properties  properties      `json:"properties,omitempty"`
	Items       *schema         `json:"items,omitempty"`
	Schema      string          `json:"$schema,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Default     json.RawMessage `json:"default,omitempty"`
	Enum        []string        `json:"enum,omitempty"`
	Minimum     *float64        `json:"minimum,omitempty"`
	Maximum     *float64        `json:"maximum,omitempty"`
	Pattern     string          `json:"pattern,omitempty"`
	MinLength   int             `json:"minLength,omitempty"`
	MinItems    int             `json:"minItems,omitempty"`
	Additional  *bool           `json:"additionalProperties,omitempty"`
}

// properties are what an object may have, in an order for people.
type properties []property

type property struct {
	name   string
	schema *schema
}

// MarshalJSON implements json.Marshaler.
func (p properties) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, member := range p {
		name, err := json.Marshal(member.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(member.schema)
		if err != nil {
			return nil, err
		}
		b = append(b, ","[:min(i, 1)]...)
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// of returns the schema of a property, nil when there is none.
func (p properties) of(name string) *schema {
	for _, member := range p {
		if member.name == name {
			return member.schema
		}
	}
	return nil
}

// Schema returns the JSON Schema (draft 2020-12) of a configuration file, for
// editors and other tools.
func (r *Registry) Schema() ([]byte, error) {
	no := false // other properties than the stated ones are refused
	root := &schema{
		Schema:      "https://json-schema.org/draft/2020-12/schema",
		Title:       FileName,
		Description: "The settings of runshelf.",
		Type:        "object",
		Additional:  &no,
	}
	for _, section := range r.sections {
		root.Properties = append(root.Properties, property{section, &schema{Type: []string{"object", "null"}, Additional: &no}})
	}
	for _, s := range r.settings {
		section := root.Properties.of(s.Section())
		section.Properties = append(section.Properties, property{s.Name(), s.schema()})
	}
	b, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("config: writing the schema: %w", err)
	}
	return append(b, '\n'), nil
}

// schema states one setting as a schema.
func (s Setting) schema() *schema {
	stated := &schema{Description: s.Doc, Default: jsonValue(s.Default)}
	text := stated
	switch s.Default.(type) {
	case int64:
		stated.Type = "integer"
	case float64:
		stated.Type = "number"
	case bool:
		stated.Type = "boolean"
	case string:
		stated.Type = "string"
	case []string:
		text = &schema{Type: "string"}
		stated.Type, stated.Items = "array", text
	}
	if s.Size {
		stated.Type, stated.Pattern, stated.Minimum = []string{"string", "integer"}, sizePattern, new(float64)
	}
	text.Enum = s.Allowed
	switch list := stated.Items != nil; {
	case s.NonEmpty && list:
		stated.MinItems = 1
	case s.NonEmpty && len(s.Allowed) == 0:
		text.MinLength = 1
	}
	if low, high := finite(s.Min), finite(s.Max); low != nil || high != nil {
		stated.Minimum, stated.Maximum = low, high
	}
	return stated
}

// finite drops a bound that is none.
func finite(bound *float64) *float64 {
	if bound == nil || math.IsInf(*bound, 0) {
		return nil
	}
	return bound
}
