package config

import (
	"fmt"
	"slices"
	"strings"
)

// OriginDefault is what [Config.Origin] says of a setting that was not given.
const OriginDefault = "default"

// Config holds the resolved value of every setting of a [Registry], and where it
// came from. It does not change. Asking for a key that does not exist, or by the
// wrong type, is a bug in the program and panics.
type Config struct {
	registry *Registry
	values   map[string]any
	origins  map[string]string
}

// Value is one resolved setting.
type Value struct {
	Setting Setting
	// Value has the type of Setting.Default.
	Value any
	// Origin is "default", "flag --…", "environment RUNSHELF_…" or a file with its
	// line.
	Origin string
}

// Int returns an int64 setting.
func (c *Config) Int(key string) int64 { return get[int64](c, key) }

// Float returns a float64 setting.
func (c *Config) Float(key string) float64 { return get[float64](c, key) }

// Bool returns a bool setting.
func (c *Config) Bool(key string) bool { return get[bool](c, key) }

// String returns a string setting.
func (c *Config) String(key string) string { return get[string](c, key) }

// Strings returns a copy of a []string setting.
func (c *Config) Strings(key string) []string { return slices.Clone(get[[]string](c, key)) }

func get[T any](c *Config, key string) T {
	v, ok := c.values[key].(T)
	if !ok {
		panic(fmt.Sprintf("config: setting %q is %T, not %T", key, c.values[key], v))
	}
	return v
}

// Origin says where the value of a setting came from; see [Value].
func (c *Config) Origin(key string) string { return c.origins[key] }

// All returns every setting in the order of the registry.
func (c *Config) All() []Value {
	all := make([]Value, 0, len(c.registry.settings))
	for _, s := range c.registry.settings {
		all = append(all, Value{Setting: s, Value: copied(c.values[s.Key]), Origin: c.origins[s.Key]})
	}
	return all
}

// Section returns the settings of one section by name, without the section's
// own. An unknown section is empty.
func (c *Config) Section(name string) map[string]any {
	section := map[string]any{}
	for key, v := range c.values {
		if rest, ok := strings.CutPrefix(key, name+"."); ok {
			section[rest] = copied(v)
		}
	}
	return section
}

// copied protects the lists of a Config from its readers.
func copied(v any) any {
	if list, ok := v.([]string); ok {
		return slices.Clone(list)
	}
	return v
}

// YAML returns all settings as a configuration file that gives them again. With
// origins each line says in a comment where its value came from.
func (c *Config) YAML(origins bool) []byte {
	var b strings.Builder
	section := ""
	for _, v := range c.All() {
		if s := v.Setting.Section(); s != section {
			section = s
			fmt.Fprintf(&b, "%s:\n", section)
		}
		fmt.Fprintf(&b, "  %s: %s", v.Setting.Name(), literal(v.Value))
		if origins {
			fmt.Fprintf(&b, "  # %s", v.Origin)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}
