package config

import "strings"

// Setting states one setting.
type Setting struct {
	// Key is the section and the name, such as "logging.logs_dir". Both are in
	// snake_case.
	Key string
	// Default is the value when none is given. Its type is the type of the
	// setting: int64, float64, bool, string or []string.
	Default any
	// Allowed lists the permitted strings; for a []string, the permitted
	// elements. Empty means any.
	Allowed []string
	// Min and Max bound a number, both ends included. Nil and infinite mean
	// unbounded.
	Min, Max *float64
	// Doc says in one line what the setting does, with its unit.
	Doc string
	// Env names one more environment variable. It is stronger than the one that
	// follows from the key.
	Env string
	// NonEmpty refuses the empty string, and a list without elements.
	NonEmpty bool
	// Globs says that the elements of a list are patterns as [path.Match] has them.
	Globs bool
	// Size says that a text is a number of bytes, as [ParseSize] reads it; empty
	// means none.
	Size bool
	// FileRelative marks a path that is relative to the directory of the
	// runshelf.yaml it stands in, when that file was found by searching upwards.
	// Given anywhere else it is relative to the current directory.
	FileRelative bool
}

// Section returns the part of the key before the dot.
func (s Setting) Section() string {
	section, _, _ := strings.Cut(s.Key, ".")
	return section
}

// Name returns the part of the key after the dot.
func (s Setting) Name() string {
	_, name, _ := strings.Cut(s.Key, ".")
	return name
}

// EnvName returns the environment variable that follows from the key, such as
// RUNSHELF_LOGGING_LOGS_DIR.
func (s Setting) EnvName() string {
	return "RUNSHELF_" + strings.ToUpper(strings.ReplaceAll(s.Key, ".", "_"))
}

// FlagName returns the flag that the setting has by convention where a command
// offers one, such as --logs-dir.
func (s Setting) FlagName() string {
	return "--" + strings.ReplaceAll(s.Name(), "_", "-")
}

// Type names the type of the setting for a person: integer, number, boolean,
// text or list.
func (s Setting) Type() string {
	if s.Size {
		return "size"
	}
	switch s.Default.(type) {
	case int64:
		return "integer"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []string:
		return "list"
	default:
		return "text"
	}
}
