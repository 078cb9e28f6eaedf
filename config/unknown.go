package config

import (
	"fmt"
	"slices"
	"strings"
)

// unknownKey is the fault of a key that no setting has.
func (r *Registry) unknownKey(section, name string) *fault {
	if !slices.Contains(r.sections, section) {
		return r.unknownSection(section)
	}
	f := &fault{message: "unknown setting"}
	if meant := nearest(name, r.names(section)); meant != "" {
		f.hint = "did you mean " + meant + "?"
	} else if meant := r.elsewhere(name); meant != "" {
		f.hint = "did you mean " + meant + "?"
	} else {
		f.hint = fmt.Sprintf("%s has %s", section, strings.Join(r.names(section), ", "))
	}
	return f
}

// unknownVariable is the error of an environment variable that names a section and no
// setting of it; nil when it names no section.
func (r *Registry) unknownVariable(name string) error {
	for _, section := range r.sections {
		prefix := Setting{Key: section + "."}.EnvName()
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		setting := strings.ToLower(rest)
		f := &fault{message: "unknown setting", hint: fmt.Sprintf("%s has %s", section, strings.Join(r.names(section), ", "))}
		if meant := nearest(setting, r.names(section)); meant != "" {
			f.hint = "did you mean " + prefix + strings.ToUpper(meant) + "?"
		}
		return f.at("environment "+plain(name), section+"."+plain(setting))
	}
	return nil
}

// unknownSection is the fault of a top level key that is no section.
func (r *Registry) unknownSection(section string) *fault {
	f := &fault{message: "unknown section"}
	if _, ok := r.byKey[section]; ok {
		s, name, _ := strings.Cut(section, ".")
		f.hint = fmt.Sprintf("write %s on a line of its own, indented under %s:", name, s)
	} else if meant := nearest(section, r.sections); meant != "" {
		f.hint = "did you mean " + meant + "?"
	} else if meant := r.elsewhere(section); meant != "" {
		f.hint = "did you mean " + meant + "?"
	} else {
		f.hint = "the sections are " + strings.Join(r.sections, ", ")
	}
	return f
}

// elsewhere returns the full key of the setting, in any section, whose name is
// nearest to name, or "".
func (r *Registry) elsewhere(name string) string {
	names := make([]string, len(r.settings))
	for i, s := range r.settings {
		names[i] = s.Name()
	}
	meant := nearest(name, names)
	if meant == "" {
		return ""
	}
	return r.settings[slices.Index(names, meant)].Key
}
