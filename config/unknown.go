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
// setting of it, or that is a slip of the pen for one that does; nil when it is none of
// ours, or has another meaning than a setting.
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
	return r.slippedVariable(name)
}

// slippedVariable is the error of a variable whose section is misspelt or cut short,
// with a setting of that section behind it, or which is nearly one with a name of its
// own, such as RUNSHELF_LOGS_DIR. Anything else may be somebody's own.
func (r *Registry) slippedVariable(name string) error {
	rest := strings.ToLower(strings.TrimPrefix(name, "RUNSHELF_"))
	word, setting, _ := strings.Cut(rest, "_")
	if section := r.sectionMeant(word); section != "" {
		if meant := nearest(setting, r.names(section)); meant != "" {
			f := &fault{message: "unknown section", hint: "did you mean " + Setting{Key: section + "." + meant}.EnvName() + "?"}
			return f.at("environment "+plain(name), plain(word))
		}
	}
	for _, s := range r.settings {
		if own := strings.TrimPrefix(s.Env, "RUNSHELF_"); own != "" && nearest(rest, []string{own}) != "" {
			f := &fault{message: "unknown setting", hint: "did you mean " + s.Env + "?"}
			return f.at("environment "+plain(name), plain(rest))
		}
	}
	return nil
}

// sectionMeant is the section that a word was meant to be: nearly it, or its beginning.
func (r *Registry) sectionMeant(word string) string {
	const least = 3 // letters that tell one section from another
	for _, section := range r.sections {
		if len(word) >= least && strings.HasPrefix(section, word) {
			return section
		}
	}
	return nearest(word, r.sections)
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
