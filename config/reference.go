package config

import (
	"fmt"
	"strings"
)

// Reference returns the reference page of all settings, in Markdown.
func (r *Registry) Reference() []byte {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, section := range r.sections {
		fmt.Fprintf(&b, "\n## %s\n\n| setting | type | default | permitted | meaning |\n|---|---|---|---|---|\n", section)
		for _, s := range r.settings {
			if s.Section() == section {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Name(), s.Type(), code(literal(s.Default)), s.permitted(), cell(s.Doc))
			}
		}
	}
	return []byte(b.String())
}

const referenceHead = `# Settings

<!-- Generated from the settings themselves. Change them there. -->

A setting has a section and a name. It may be given, from the strongest to the weakest:

1. by a flag: one of its own where a command has it (` + "`--logs-dir`, `--seed`" + `), then
   ` + "`--set section.name=value`" + `; a name without a section belongs to the model that runs
2. by the environment: ` + "`RUNSHELF_<SECTION>_<NAME>`" + `, such as ` + "`RUNSHELF_LOGGING_DURABILITY`" + `, and
   ` + "`RUNSHELF_LOGS_DIR`" + ` for ` + "`logging.logs_dir`" + `; an empty variable counts as not set
3. by the file given with ` + "`--config`" + `, or else the ` + "`runshelf.yaml`" + ` in the current directory or the nearest one above it
4. by ` + "`runshelf/runshelf.yaml`" + ` in the user's configuration directory
5. by default

A file looks like this:

` + "```yaml" + `
logging:
  logs_dir: logs
simulation:
  seed: 42
` + "```" + `

A relative ` + "`logs_dir`" + ` in a ` + "`runshelf.yaml`" + ` that was found by searching is relative to that file. Given in
any other way it is relative to the current directory. Behind a directory that may not be entered, such as the home of
another user, no file is looked for. Lists are separated by commas in flags and the environment.
Unknown names and wrong types are refused, wherever they stand, and so is an environment variable that is nearly one of
these (` + "`RUNSHELF_ECONMY_AGENTS`" + `). ` + "`runshelf config --show-origin`" + ` shows what holds and
why, and ` + "`runshelf config schema`" + ` gives a JSON Schema for editors.
`

// permitted says in one table cell which values a setting takes.
func (s Setting) permitted() string {
	if s.Size {
		return "a number of bytes, kB, MB, GB, TB, KiB, MiB, GiB or TiB"
	}
	if len(s.Allowed) > 0 {
		quoted := make([]string, len(s.Allowed))
		for i, v := range s.Allowed {
			quoted[i] = code(v)
		}
		return strings.Join(quoted, ", ")
	}
	if words := interval(limit(s.Min, -1), limit(s.Max, 1)); words != "" {
		return words
	}
	if s.NonEmpty {
		return "not empty"
	}
	return ""
}

// code sets a text in code, safe inside a table.
func code(s string) string { return "`" + cell(s) + "`" }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
