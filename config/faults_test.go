package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A78: whatever is wrong with a file is told in one line with its place, its key
// and, for a slip, the right name.
func TestFaultsOfFiles(t *testing.T) {
	bomb := "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
	tests := []struct {
		name, text    string
		line          string
		key, message  string
		hintFragments string
	}{
		{"slip in a setting", "logging:\n  log_dir: x", ":2", "logging.log_dir", "unknown setting", "logs_dir"},
		{"swapped letters", "economy:\n  agnets: 3", ":2", "economy.agnets", "unknown setting", "agents"},
		{"unlike anything", "economy:\n  zzzzzzz: 3", ":2", "economy.zzzzzzz", "unknown setting", "ticks, agents"},
		{"setting of another section", "economy:\n  seed: 3", ":2", "economy.seed", "unknown setting", "simulation.seed"},
		{"slip in a section", "logings:\n  logs_dir: x", ":1", "logings", "unknown section", "logging"},
		{"setting at the top", "logs_dir: x", ":1", "logs_dir", "unknown section", "logging.logs_dir"},
		{"dotted key", "logging.logs_dir: x", ":1", "logging.logs_dir", "unknown section", "under logging:"},
		{"unlike any section", "xyz: {}", ":1", "xyz", "unknown section", "logging, simulation, compare, economy"},
		{"number as text", "economy:\n  agents: \"20\"", ":2", "economy.agents", `an integer, not the text "20"`, "write 20 without quotes"},
		{"fraction for an integer", "economy:\n  agents: 3.5", ":2", "economy.agents", "an integer, not the number 3.5", ""},
		{"text for an integer", "economy:\n  agents: many", ":2", "economy.agents", `not the text "many"`, ""},
		{"beyond 64 bits", "simulation:\n  seed: 99999999999999999999", ":2", "simulation.seed", "at most 64 bits", ""},
		{"beyond int64", "simulation:\n  seed: 9223372036854775808", ":2", "simulation.seed", "at most 64 bits", ""},
		{"rounded integer", "simulation:\n  seed: 1e17", ":2", "simulation.seed", "all its digits", ""},
		{"leading zero", "economy:\n  agents: 012", ":2", "economy.agents", "leading zero", "without"},
		{"not a number", "economy:\n  share: .nan", ":2", "economy.share", "finite", ""},
		{"infinite", "economy:\n  share: .inf", ":2", "economy.share", "finite", ""},
		{"text for a number", "economy:\n  share: '0.5'", ":2", "economy.share", "a number, not the text", "write 0.5 without quotes"},
		{"too small", "economy:\n  agents: 0", ":2", "economy.agents", "1 to 1000, not 0", ""},
		{"too large", "economy:\n  share: 1.5", ":2", "economy.share", "0 to 1, not 1.5", ""},
		{"negative", "simulation:\n  max_events: -1", ":2", "simulation.max_events", "at least 0, not -1", ""},
		{"number for a text", "logging:\n  logs_dir: 2026", ":2", "logging.logs_dir", "a text, not the number 2026", `write "2026"`},
		{"date for a text", "logging:\n  logs_dir: 2026-01-02", ":2", "logging.logs_dir", "not the date", `write "2026-01-02"`},
		{"truth for a text", "logging:\n  logs_dir: true", ":2", "logging.logs_dir", "not true", `write "true"`},
		{"list for a text", "logging:\n  logs_dir: [a]", ":2", "logging.logs_dir", "not a list", ""},
		{"section for a number", "economy:\n  agents: {a: 1}", ":2", "economy.agents", "not a section", ""},
		{"yes", "economy:\n  ubi: yes", ":2", "economy.ubi", `true or false, not the text "yes"`, ""},
		{"quoted truth", "economy:\n  ubi: 'true'", ":2", "economy.ubi", "true or false", "write true without quotes"},
		{"number for a truth", "economy:\n  ubi: 1", ":2", "economy.ubi", "not the number 1", ""},
		{"nothing", "economy:\n  agents:", ":2", "economy.agents", "has no value", "12"},
		{"NUL in a path", "logging:\n  logs_dir: \"a\\0b\"", ":2", "logging.logs_dir", "must not hold a NUL byte", ""},
		{"empty path", "logging:\n  logs_dir: ''", ":2", "logging.logs_dir", "must not be empty", ""},
		{"not permitted", "logging:\n  durability: crahs", ":2", "logging.durability", `one of crash, each, power, none, not "crahs"`, "crash"},
		{"wrong case", "logging:\n  readable_level: info", ":2", "logging.readable_level", "one of DEBUG", "INFO"},
		{"unknown model", "simulation:\n  model: econmy", ":2", "simulation.model", "one of economy, exchange", "economy"},
		{"text for a list", "economy:\n  strategies: saver", ":2", "economy.strategies", "a list of texts", `["saver"]`},
		{"number in a list", "economy:\n  strategies: [saver, 5]", ":2", "economy.strategies", "element 2 must be a text, not the number 5", `"5"`},
		{"not permitted in a list", "economy:\n  strategies: [traders]", ":2", "economy.strategies", `not "traders"`, "trader"},
		{"setting twice", "economy:\n  agents: 1\n  ticks: 1\n  agents: 2", ":4", "economy.agents", "stands twice, first in line 2", ""},
		{"section twice", "economy:\n  agents: 1\neconomy:\n  agents: 1", ":3", "economy", "stands twice, first in line 1", ""},
		{"section is a number", "economy: 5", ":1", "economy", "must hold settings, not the number 5", "ticks"},
		{"section is a list", "economy:\n  - agents: 5", ":2", "economy", "must hold settings, not a list", "ticks"},
		{"list at the top", "- economy", ":1", "", "not a list", "logs_dir"},
		{"text at the top", "hello", ":1", "", `not the text "hello"`, "logs_dir"},
		{"two documents", "economy: {}\n---\neconomy: {}", ":2", "", "more than one YAML document", "---"},
		{"broken", "economy:\n\tagents: 3", ":2", "", "not valid YAML", ""},
		{"unclosed", "economy: [", ":1", "", "not valid YAML", ""},
		{"broken second document", "economy: {}\n---\n]", "", "", "not valid YAML", ""},
		{"unknown anchor", "economy:\n  agents: *nothing", "", "", "not valid YAML: unknown anchor", ""},
		{"key that is a list", "[a]: 1", ":1", "", "a key must be a text, not a list", ""},
		{"control bytes", "logging:\n  \"a\\eb\\n\": 1", ":2", `logging."a\x1bb\n"`, "unknown setting", ""},
		{"tag", "economy:\n  agents: !secret 3", ":2", "economy.agents", "a value with the tag !secret", ""},
		{"alias bomb", bomb + "economy: *c", ":1", "a", "unknown section", ""},
		{"alias bomb in a list", "economy:\n  strategies: &a [[x,x],[x,x]]\n  title: *a", ":2", "economy.strategies", "element 1 must be a text", ""},
		{"alias of itself", "economy:\n  strategies: &a [*a]", ":2", "economy.strategies", "element 1 must be a text, not a list", ""},
		{"deep", strings.Repeat("[", 20000), "", "", "not valid YAML", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sources()
			s.File = w.write(w.sub, "bad.yaml", tt.text)
			_, err := testRegistry(t).Load(s)
			e := wantError(t, err)
			if place := placeName(s.File) + tt.line; !strings.HasPrefix(e.File, place) || tt.line != "" && e.File != place {
				t.Errorf("place %q, want %q", e.File, place)
			}
			if e.Key != tt.key || !strings.Contains(e.Message, tt.message) || !strings.Contains(e.Hint, tt.hintFragments) {
				t.Errorf("key %q, message %q, hint %q", e.Key, e.Message, e.Hint)
			}
		})
	}
}

// wantError returns the [*Error] in err after checking what every one promises.
func wantError(t testing.TB, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a *config.Error", err)
	}
	for _, text := range []string{e.Error(), e.Hint} {
		if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) || len(text) > 1000 {
			t.Errorf("not one printable line: %q", text)
		}
	}
	return e
}

func TestFaultsOfFlagsAndEnvironment(t *testing.T) {
	tests := []struct {
		name                     string
		s                        Sources
		place, key, message, tip string
	}{
		{"wrong type", Sources{Set: []string{"agents=many"}}, "flag --set", "economy.agents", `an integer, not "many"`, ""},
		{"fraction", Sources{Set: []string{"agents=2.5"}}, "flag --set", "economy.agents", "not the number 2.5", ""},
		{"slip", Sources{Set: []string{"agent=2"}}, "flag --set", "economy.agent", "unknown setting", "agents"},
		{"slip in a full key", Sources{Set: []string{"loging.logs_dir=2"}}, "flag --set", "loging.logs_dir", "unknown section", "logging"},
		{"no value", Sources{Set: []string{"agents"}}, "flag --set", "", `"agents" is not key=value`, "--set ticks=50"},
		{"no key", Sources{Set: []string{"=3"}}, "flag --set", "", "is not key=value", ""},
		{"empty list element", Sources{Set: []string{"strategies=saver,nobody"}}, "flag --set", "economy.strategies", `not "nobody"`, ""},
		{"unknown model", Sources{Set: []string{"simulation.model=exchang"}}, "flag --set", "simulation.model", "one of", "exchange"},
		{"own flag", Sources{Flags: map[string]any{"logging.durability": "strong"}}, "flag --durability", "logging.durability", "one of", ""},
		{"flag of a wrong type", Sources{Flags: map[string]any{"ticks": true}}, "flag --ticks", "economy.ticks", "an integer, not the value true", ""},
		{"negative flag", Sources{Flags: map[string]any{"ticks": -1}}, "flag --ticks", "economy.ticks", "at least 0", ""},
		{"empty flag", Sources{Flags: map[string]any{"logging.logs_dir": ""}}, "flag --logs-dir", "logging.logs_dir", "must not be empty", ""},
		{"environment", Sources{Env: []string{"RUNSHELF_ECONOMY_UBI=perhaps"}}, "environment RUNSHELF_ECONOMY_UBI", "economy.ubi", "true or false", ""},
		{"hidden by a flag", Sources{Env: []string{"RUNSHELF_ECONOMY_AGENTS=x"}, Set: []string{"agents=3"}}, "environment RUNSHELF_ECONOMY_AGENTS", "economy.agents", "an integer", ""},
		{"control bytes", Sources{Set: []string{"agents=\x1b[2J\n"}}, "flag --set", "economy.agents", `"\x1b[2J"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.s.Dir, tt.s.UserDir = w.sub, w.user
			if tt.s.Env == nil {
				tt.s.Env = []string{}
			}
			_, err := testRegistry(t).Load(tt.s)
			e := wantError(t, err)
			if e.File != tt.place || e.Key != tt.key || !strings.Contains(e.Message, tt.message) || !strings.Contains(e.Hint, tt.tip) {
				t.Errorf("place %q, key %q, message %q, hint %q", e.File, e.Key, e.Message, e.Hint)
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	w := newWorld(t)
	s := w.sources()
	s.File = filepath.Join(w.sub, "missing.yaml")
	_, err := testRegistry(t).Load(s)
	if e := wantError(t, err); !errors.Is(err, fs.ErrNotExist) || e.File != placeName(s.File) {
		t.Errorf("missing: %v", err)
	}
	s.File = w.write(w.sub, "huge.yaml", strings.Repeat("# nothing\n", maxFileBytes/10+1))
	_, err = testRegistry(t).Load(s)
	if wantError(t, err); !strings.Contains(err.Error(), "larger than") {
		t.Errorf("huge: %v", err)
	}
	s.File = w.sub
	_, err = testRegistry(t).Load(s)
	wantError(t, err)
}

func TestDirectoryInPlaceOfAFile(t *testing.T) {
	for _, in := range []string{"project", "user"} {
		w := newWorld(t)
		dir := map[string]string{"project": w.project, "user": w.user}[in]
		if err := os.Mkdir(filepath.Join(dir, FileName), 0o777); err != nil {
			t.Fatal(err)
		}
		_, err := testRegistry(t).Load(w.sources())
		if wantError(t, err); !errors.Is(err, errNotRegular) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestOddButGoodFiles(t *testing.T) {
	tests := []struct {
		name, text string
		agents     int64
	}{
		{"empty", "", 12},
		{"comment", "# nothing\n", 12},
		{"null", "---\n", 12},
		{"empty section", "economy:\n  # agents: 3\n", 12},
		{"whole float", "economy: {agents: 3.0}", 3},
		{"exponent", "economy: {agents: 1e2}", 100},
		{"hexadecimal", "economy: {agents: 0x10}", 16},
		{"octal", "economy: {agents: 0o17}", 15},
		{"grouped", "economy: {agents: 1_000}", 1000},
		{"byte order mark", "\ufeffeconomy: {agents: 3}", 3},
		{"line ends of Windows", "economy:\r\n  agents: 3\r\n", 3},
		{"JSON", `{"economy": {"agents": 3}}`, 3},
		{"alias", "economy: {ticks: &n 7, agents: *n}", 7},
		{"document marks", "---\neconomy: {agents: 3}\n...\n", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sources()
			s.File = w.write(w.sub, "good.yaml", tt.text)
			if got := mustLoad(t, s).Int("economy.agents"); got != tt.agents {
				t.Errorf("agents %d, want %d", got, tt.agents)
			}
		})
	}
}

func TestErrorNamesNothingTwice(t *testing.T) {
	e := &Error{File: "runshelf.yaml:2", Key: "logging.log_dir", Message: "unknown setting", Hint: "did you mean logs_dir?"}
	if got := e.Error(); got != "runshelf.yaml:2: logging.log_dir: unknown setting" {
		t.Errorf("%q", got)
	}
}
