package config

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// loading is the state of one [Registry.Load]. Sources are read from the weakest
// to the strongest, and each overwrites what was there.
type loading struct {
	registry *Registry
	sources  Sources
	values   map[string]any
	origins  map[string]string
}

// Load resolves every setting from the given sources. All errors are of type
// [*Error]. Nothing is created or changed.
func (r *Registry) Load(sources Sources) (*Config, error) {
	l := r.begin(sources)
	for _, read := range l.all() {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return l.config(), nil
}

// LoadSound is Load for whoever looks for what is wrong: it resolves every setting from
// what is sound, and returns the first fault of each source that has one. A file with a
// fault is left out as a whole.
func (r *Registry) LoadSound(sources Sources) (*Config, []error) {
	l := r.begin(sources)
	var faults []error
	for _, read := range l.all() {
		if err := read(); err != nil {
			faults = append(faults, err)
		}
	}
	return l.config(), faults
}

// begin begins with the defaults.
func (r *Registry) begin(sources Sources) *loading {
	l := &loading{registry: r, sources: sources, values: map[string]any{}, origins: map[string]string{}}
	for _, s := range r.settings {
		l.put(s.Key, s.Default, OriginDefault)
	}
	return l
}

// all are the sources, from the weakest to the strongest.
func (l *loading) all() []func() error {
	return []func() error{l.readUser, l.readProject, l.readEnv, l.readFlags}
}

func (l *loading) config() *Config {
	return &Config{registry: l.registry, values: l.values, origins: l.origins}
}

func (l *loading) put(key string, v any, origin string) {
	l.values[key], l.origins[key] = v, origin
}

// readEnv applies the environment. A variable that begins with the name of a section,
// or with what is nearly one, must be a setting of it. Others of ours are left alone:
// a wrapped program finds such ones in its own environment.
func (l *loading) readEnv() error {
	env := l.sources.Env
	if env == nil {
		env = os.Environ()
	}
	given := make(map[string]string)
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" && strings.HasPrefix(name, "RUNSHELF_") {
			given[name] = value
		}
	}
	for _, s := range l.registry.settings {
		for _, name := range []string{s.EnvName(), s.Env} {
			if value, ok := given[name]; ok {
				if err := l.putText(s, value, "environment "+name); err != nil {
					return err
				}
			}
			delete(given, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := l.registry.unknownVariable(name); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) putText(s Setting, text, origin string) error {
	v, f := s.text(text)
	if f != nil {
		return f.at(origin, s.Key)
	}
	l.put(s.Key, v, origin)
	return nil
}

// setOrigin is the place of a key=value pair.
const setOrigin = "flag --set"

// readFlags applies the key=value pairs and then the flags, which are stronger.
func (l *loading) readFlags() error {
	section := l.modelSection()
	for _, pair := range l.sources.Set {
		if err := l.readPair(section, pair); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(l.sources.Flags)) {
		if err := l.readFlag(section, key, l.sources.Flags[key]); err != nil {
			return err
		}
	}
	return nil
}

// modelSection is the section of the model that is about to run, to which plain
// keys belong. It must be known before any pair or flag is read.
func (l *loading) modelSection() string {
	if l.sources.Section != "" {
		return l.sources.Section
	}
	model := l.values[modelKey]
	for _, pair := range l.sources.Set {
		if key, value, ok := splitPair(pair); ok && key == modelKey {
			model = value
		}
	}
	if flag, ok := l.sources.Flags[modelKey]; ok {
		model = flag
	}
	return fmt.Sprint(model)
}

// modelKey is the setting that says which model's section plain keys belong to.
const modelKey = "simulation.model"

func splitPair(pair string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(pair, "=")
	key = strings.TrimSpace(key)
	return key, value, ok && key != ""
}

func (l *loading) readPair(section, pair string) error {
	key, value, ok := splitPair(pair)
	if !ok {
		return &Error{File: setOrigin, Message: quoted(pair) + " is not key=value", Hint: "write, for example, --set ticks=50"}
	}
	s, err := l.find(section, key, setOrigin)
	if err != nil {
		return err
	}
	return l.putText(s, value, setOrigin)
}

func (l *loading) readFlag(section, key string, v any) error {
	s, err := l.find(section, key, "flag --"+key)
	if err != nil {
		return err
	}
	origin := "flag " + s.FlagName()
	resolved, f := s.typed(v)
	if f != nil {
		return f.at(origin, s.Key)
	}
	l.put(s.Key, resolved, origin)
	return nil
}

// find returns the setting of a full key, or of a plain one in the given section.
func (l *loading) find(section, key, place string) (Setting, error) {
	name := key
	if before, after, full := strings.Cut(key, "."); full {
		section, name = before, after
	}
	if s, ok := l.registry.Lookup(section + "." + name); ok {
		return s, nil
	}
	shown := plain(section) + "." + plain(name)
	return Setting{}, l.registry.unknownKey(section, name).at(place, shown)
}
