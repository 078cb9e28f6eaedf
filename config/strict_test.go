package config

import (
	"errors"
	"strings"
	"testing"
)

// strict is a registry with a list that must hold something, and one of patterns.
func strict(t *testing.T) *Registry {
	t.Helper()
	r, err := NewRegistry(
		Setting{Key: "a.names", Default: []string{"x"}, NonEmpty: true, Doc: "."},
		Setting{Key: "a.patterns", Default: []string{"*"}, Globs: true, Doc: "."},
		Setting{Key: "logging.logs_dir", Default: "logs", Env: "RUNSHELF_LOGS_DIR", Doc: "."})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Empty lists, broken patterns and variables with a slip are told of with their
// place and key, wherever they stand.
func TestStrictValues(t *testing.T) {
	for _, tt := range []struct{ name, file, env, set, place, key, message, hint string }{
		{"empty in a file", "a:\n  names: []\n", "", "", FileName + ":2", "a.names", "must not be empty", ""},
		{"empty by a flag", "", "", "a.names=", "flag --set", "a.names", "must not be empty", ""},
		{"commas alone", "", "RUNSHELF_A_NAMES=, ,", "", "environment RUNSHELF_A_NAMES", "a.names", "must not be empty", ""},
		{"pattern in a file", "a:\n  names: [y]\n  patterns: [ok, '[']\n", "", "", FileName + ":3", "a.patterns", `"[" is no pattern`, `\[`},
		{"pattern in the environment", "", "RUNSHELF_A_PATTERNS=[", "", "environment RUNSHELF_A_PATTERNS", "a.patterns", `"[" is no pattern`, ""},
		{"pattern by a flag", "", "", "a.patterns=x,[a", "flag --set", "a.patterns", `"[a" is no pattern`, ""},
		{"slip", "", "RUNSHELF_A_NAMSE=x", "", "environment RUNSHELF_A_NAMSE", "a.namse", "unknown setting", "did you mean RUNSHELF_A_NAMES?"},
		{"unlike anything", "", "RUNSHELF_LOGGING_ZZZZZZ=x", "", "environment RUNSHELF_LOGGING_ZZZZZZ", "logging.zzzzzz", "unknown setting", "logging has logs_dir"},
		{"no name", "", "RUNSHELF_A_=x", "", "environment RUNSHELF_A_", `a.""`, "unknown setting", "a has names, patterns"},
		{"section with a slip", "", "RUNSHELF_LOGGNIG_LOGS_DIR=x", "", "environment RUNSHELF_LOGGNIG_LOGS_DIR", "loggnig", "unknown section", "did you mean RUNSHELF_LOGGING_LOGS_DIR?"},
		{"both with a slip", "", "RUNSHELF_LOGING_LOG_DIR=x", "", "environment RUNSHELF_LOGING_LOG_DIR", "loging", "unknown section", "did you mean RUNSHELF_LOGGING_LOGS_DIR?"},
		{"section cut short", "", "RUNSHELF_LOG_LOGS_DIR=x", "", "environment RUNSHELF_LOG_LOGS_DIR", "log", "unknown section", "did you mean RUNSHELF_LOGGING_LOGS_DIR?"},
		{"nearly one of its own", "", "RUNSHELF_LOG_DIR=x", "", "environment RUNSHELF_LOG_DIR", "log_dir", "unknown setting", "did you mean RUNSHELF_LOGS_DIR?"},
		{"not for a terminal", "", "RUNSHELF_A_\x1b=x", "", `environment "RUNSHELF_A_\x1b"`, `a."\x1b"`, "unknown setting", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sources()
			if s.Env = []string{}; tt.env != "" {
				s.Env = []string{tt.env}
			}
			if tt.set != "" {
				s.Set = []string{tt.set}
			}
			w.write(w.project, FileName, tt.file)
			_, err := strict(t).Load(s)
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("no error of a setting: %v", err)
			}
			if !strings.HasSuffix(fault.File, tt.place) || fault.Key != tt.key || !strings.Contains(fault.Message, tt.message) || !strings.Contains(fault.Hint, tt.hint) {
				t.Errorf("%q %q %q %q", fault.File, fault.Key, fault.Message, fault.Hint)
			}
		})
	}
}

// What wrapped programs find in their environment, what tests say to each other, and
// empty variables are no settings.
func TestForeignVariables(t *testing.T) {
	s := newWorld(t).sources()
	s.Env = []string{"RUNSHELF_RUN_ID=r", "RUNSHELF_DIR=d", "RUNSHELF_EVENTS=e", "RUNSHELF_SEED=1", "RUNSHELF_PARAMS={}",
		"RUNSHELF_LOGS_DIR=d", "RUNSHELF_TEST_VICTIM=1", "RUNSHELF_A=1", "RUNSHELF_A_NAMSE=", "XRUNSHELF_A_NAMSE=1",
		"RUNSHELF_LOG_FILE=x", "RUNSHELF_SIMULATOR_HOME=/x", "RUNSHELF_=1", "RUNSHELF__=1", "RUNSHELF_LOGGNIG_ZZZZZZ=1",
		"RUNSHELF_SI_MODEL=x"} // of two letters nobody knows which section was meant
	builtin, err := NewRegistry(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Registry{strict(t), builtin} {
		if _, err := r.Load(s); err != nil {
			t.Error(err)
		}
	}
}
