package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema returns the JSON Schema (draft 2020-12) of a configuration file, for
// editors and other tools.
func (r *Registry) Schema() ([]byte, error) {
	root := &jsonschema.Schema{
		Schema:      "https://json-schema.org/draft/2020-12/schema",
		Title:       FileName,
		Description: "The settings of runshelf.",
		Type:        "object",
	}
	for _, section := range r.sections {
		addProperty(root, section, &jsonschema.Schema{Types: []string{"object", "null"}})
	}
	closeObject(root)
	for _, s := range r.settings {
		addProperty(root.Properties[s.Section()], s.Name(), s.schema())
	}
	for _, section := range root.Properties {
		closeObject(section)
	}
	compact, err := json.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("config: writing the schema: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("config: writing the schema: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func addProperty(object *jsonschema.Schema, name string, property *jsonschema.Schema) {
	if object.Properties == nil {
		object.Properties = map[string]*jsonschema.Schema{}
	}
	object.Properties[name] = property
	object.PropertyOrder = append(object.PropertyOrder, name)
}

// closeObject refuses every property that was not stated.
func closeObject(object *jsonschema.Schema) {
	object.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
}

// schema states one setting as a schema.
func (s Setting) schema() *jsonschema.Schema {
	property := &jsonschema.Schema{Description: s.Doc, Default: jsonValue(s.Default)}
	text := property
	switch s.Default.(type) {
	case int64:
		property.Type = "integer"
	case float64:
		property.Type = "number"
	case bool:
		property.Type = "boolean"
	case string:
		property.Type = "string"
	case []string:
		text = &jsonschema.Schema{Type: "string"}
		property.Type, property.Items = "array", text
	}
	if s.Size {
		property.Type, property.Types, property.Pattern = "", []string{"string", "integer"}, sizePattern
		property.Minimum = jsonschema.Ptr(0.0)
	}
	for _, v := range s.Allowed {
		text.Enum = append(text.Enum, v)
	}
	switch list := property.Items != nil; {
	case s.NonEmpty && list:
		property.MinItems = jsonschema.Ptr(1)
	case s.NonEmpty && len(s.Allowed) == 0:
		text.MinLength = jsonschema.Ptr(1)
	}
	if low, high := finite(s.Min), finite(s.Max); low != nil || high != nil {
		property.Minimum, property.Maximum = low, high
	}
	return property
}

// finite drops a bound that is none.
func finite(bound *float64) *float64 {
	if bound == nil || math.IsInf(*bound, 0) {
		return nil
	}
	return bound
}
