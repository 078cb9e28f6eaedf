package config

import (
	"fmt"
	"regexp"
	"slices"
)

// Registry holds all settings that exist. It does not change.
type Registry struct {
	settings []Setting
	byKey    map[string]int
	sections []string
}

// keyPattern is what a key looks like. One dot, and nothing that an environment
// variable or a flag could not carry.
var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)

// NewRegistry returns the registry of the given settings, in the given order but
// with each section in one piece. It refuses a malformed key, two settings that
// share a key or an environment variable, a type that is not one of
// [Setting.Default], a default that is not permitted, and a missing explanation.
func NewRegistry(settings ...Setting) (*Registry, error) {
	r := &Registry{byKey: make(map[string]int, len(settings))}
	for _, s := range settings {
		if !slices.Contains(r.sections, s.Section()) {
			r.sections = append(r.sections, s.Section())
		}
	}
	r.settings = slices.Clone(settings)
	slices.SortStableFunc(r.settings, func(a, b Setting) int {
		return slices.Index(r.sections, a.Section()) - slices.Index(r.sections, b.Section())
	})
	return r, r.index()
}

// index fills byKey and checks every setting.
func (r *Registry) index() error {
	variables := map[string]string{}
	for i, s := range r.settings {
		if err := s.validate(); err != nil {
			return fmt.Errorf("config: setting %q: %w", s.Key, err)
		}
		for _, name := range []string{s.EnvName(), s.Env} {
			if other, taken := variables[name]; taken && name != "" {
				return fmt.Errorf("config: setting %q shares %s with %q", s.Key, name, other)
			}
			variables[name] = s.Key
		}
		r.byKey[s.Key] = i
	}
	return nil
}

// validate reports a setting that is stated wrongly.
func (s Setting) validate() error {
	if !keyPattern.MatchString(s.Key) {
		return fmt.Errorf("the key is not section.name in snake_case")
	}
	if s.Doc == "" {
		return fmt.Errorf("it has no explanation")
	}
	if !known(s.Default) {
		return fmt.Errorf("the default has the type %T", s.Default)
	}
	if f := s.check(s.Default); f != nil {
		return fmt.Errorf("the default %s", f.message)
	}
	return nil
}

func known(v any) bool {
	switch v.(type) {
	case int64, float64, bool, string, []string:
		return true
	}
	return false
}

// Settings returns all settings, section by section.
func (r *Registry) Settings() []Setting { return slices.Clone(r.settings) }

// Lookup returns the setting of a key.
func (r *Registry) Lookup(key string) (Setting, bool) {
	i, ok := r.byKey[key]
	if !ok {
		return Setting{}, false
	}
	return r.settings[i], true
}

// names returns the names of a section's settings.
func (r *Registry) names(section string) []string {
	var names []string
	for _, s := range r.settings {
		if s.Section() == section {
			names = append(names, s.Name())
		}
	}
	return names
}
