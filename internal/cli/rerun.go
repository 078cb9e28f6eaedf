package cli

import (
	"fmt"
	"strings"
	"unicode"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// redactedMark stands in a manifest where a secret was.
const redactedMark = "[redacted]"

// showCommand writes the command that would run the run again.
func (a *app) showCommand(p *page, run *shelf.Run) {
	argv, cwd := a.rerun(run)
	if len(argv) == 0 {
		return
	}
	p.heading("Run again")
	command := strings.Join(quoteAll(argv), " ")
	if cwd != "" && cwd != a.cwd {
		command = "cd " + quote(cwd) + " && " + command
	}
	p.line("  " + command)
	if strings.Contains(command, redactedMark) {
		p.line("  (put in what was redacted)")
	}
}

// checkSecrets refuses a run that was told a secret: run again without, it would be
// another one.
func checkSecrets(run *shelf.Run) error {
	m := &run.Manifest
	switch {
	case m.Kind == kindExec && strings.Contains(strings.Join(m.Program.Argv, " "), redactedMark):
		return fmt.Errorf("the command of %s holds a secret that was not recorded", run.ID)
	case strings.Contains(string(m.Config), `"`+redactedMark+`"`):
		return fmt.Errorf("the settings of %s hold a secret that was not recorded", run.ID)
	}
	return nil
}

// rerun returns the words of a command and the directory it belongs to, "" when
// it does not matter. No words mean that nobody knows.
func (a *app) rerun(run *shelf.Run) (argv []string, cwd string) {
	m := &run.Manifest
	if m.Kind == kindSimulation {
		if argv := a.rerunSimulation(m); argv != nil {
			return argv, ""
		}
	}
	if m.Kind == kindExec && len(m.Program.Argv) > 0 {
		return rerunExec(m), m.Program.Cwd
	}
	if m.Kind == kindImport && len(m.Program.Argv) > 0 {
		return rerunImport(m.Program.Argv), m.Program.Cwd
	}
	return m.Program.Argv, m.Program.Cwd
}

// rerunImport is the command of an import without the id that it gave its run: that
// is taken by now.
func rerunImport(argv []string) []string {
	words := []string{"runshelf"}
	for i := 1; i < len(argv); i++ {
		switch word := argv[i]; {
		case word == "--":
			return append(words, argv[i:]...)
		case word == "--run-id":
			i++
		case !strings.HasPrefix(word, "--run-id="):
			words = append(words, word)
		}
	}
	return words
}

// The kinds of the runs that sim, exec and import make.
const (
	kindSimulation = "simulation"
	kindImport     = "import"
	kindExec       = "exec"
)

// rerunSimulation builds the command from the recorded configuration, not from
// the recorded arguments: files and environment may have changed since. A
// setting is given when it differs from its default, or from what it would be
// here and now without being given. Nil when the model is not known.
func (a *app) rerunSimulation(m *shelf.Manifest) []string {
	recorded, err := decodeObject(m.Config)
	if err != nil {
		return nil
	}
	model := valueText(lookup(recorded, "model"))
	registry, err := runner.Registry()
	if err != nil {
		return nil
	}
	if _, err := runner.FindModel(model); err != nil {
		return nil
	}
	argv := []string{"runshelf", "sim", model}
	if m.Parent != "" {
		argv = append(argv, "--resume", m.Parent)
	} else if m.Seed != nil {
		argv = append(argv, "--seed", fmt.Sprint(*m.Seed))
	}
	here := a.settingsHere(registry)
	for _, s := range registry.Settings() {
		value, ok := recordedValue(recorded, s, model)
		if ok && m.Parent != "" && s.Section() == model {
			argv = append(argv, resumedWords(s, value)...)
		} else if ok && (value != settingText(s.Default) || value != here[s.Key]) {
			argv = append(argv, settingWords(s, value, model)...)
		}
	}
	return argv
}

// resumedWords are the words that give a model's setting to a resumed run: it has
// the others of the run that it goes on from.
func resumedWords(s config.Setting, value string) []string {
	if s.Name() == "ticks" {
		return []string{"--ticks", value}
	}
	return nil
}

// settingsHere is what each setting would be without being given. It is empty
// when the settings here are broken, and then everything is given.
func (a *app) settingsHere(registry *config.Registry) map[string]string {
	here := map[string]string{}
	c, err := registry.Load(a.sources())
	if err != nil {
		return here
	}
	for _, v := range c.All() {
		here[v.Setting.Key] = settingText(v.Value)
	}
	return here
}

// recordedValue is what the flat record of a run says about a setting. The seed
// and the model are said in other words.
func recordedValue(recorded event.Object, s config.Setting, model string) (string, bool) {
	section, name := s.Section(), s.Name()
	if section != model && section != "simulation" || name == "seed" || name == "model" {
		return "", false
	}
	v, ok := recorded.Get(name)
	if !ok {
		return "", false
	}
	return recordedText(v), true
}

// settingWords are the words that give a setting.
func settingWords(s config.Setting, value, model string) []string {
	switch {
	case s.Section() != model:
		return []string{"--set", s.Key + "=" + value}
	case s.Name() == "ticks":
		return []string{"--ticks", value}
	}
	return []string{"--set", s.Name() + "=" + value}
}

// settingText is a value as --set takes it: lists with commas.
func settingText(v any) string {
	if list, ok := v.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(v)
}

// recordedText is a recorded value as --set takes it.
func recordedText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return valueText(v)
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = valueText(e)
	}
	return strings.Join(parts, ",")
}

// quoteAll quotes each word.
func quoteAll(words []string) []string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return quoted
}

// quote writes a word so that a POSIX shell reads it back as one word, exactly,
// and a terminal obeys nothing in it. Words with bytes that cannot be shown use
// the $'…' form that bash, zsh, ksh and POSIX 2024 know.
func quote(word string) string {
	if word != "" && strings.IndexFunc(word, special) < 0 {
		return word
	}
	if safe(word) == word {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

// special reports what a shell might read as more than itself.
func special(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-+=./:,@%", r)
}
