package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/runshelf"
)

func newManCommand(a *app) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:   "man",
		Short: "print the manual page",
		Long:  "Prints the manual page of all commands in the language of man(1), or as Markdown.",
		Example: `  runshelf man | man -l -
  runshelf man > ~/.local/share/man/man1/runshelf.1
  runshelf man --markdown > docs/cli.md`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if markdown {
				return writeMarkdown(a.out(), cmd.Root())
			}
			return writeMan(a.out(), cmd.Root(), runshelf.Version())
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "the same as Markdown")
	return cmd
}

// writeMan writes the manual page of a tree of commands with the macros of
// man(7). It holds no date, so that the same program gives the same page.
func writeMan(w io.Writer, root *cobra.Command, version string) error {
	m := &manPage{}
	m.macro("TH", strings.ToUpper(root.Name()), "1", "", root.Name()+" "+version, "")
	m.macro("SH", "NAME")
	m.text(root.Name() + " - " + root.Short)
	m.macro("SH", "SYNOPSIS")
	m.text(root.Name() + " [FLAGS] COMMAND")
	m.macro("SH", "DESCRIPTION")
	m.text(root.Long)
	m.examples(root)
	m.macro("SH", "COMMANDS")
	for _, c := range root.Commands() {
		m.command(c)
	}
	m.macro("SH", "FLAGS OF ALL COMMANDS")
	m.flags(root.PersistentFlags())
	for _, section := range manSections() {
		m.macro("SH", section.title)
		for _, entry := range section.entries {
			m.entry(entry[0], entry[1])
		}
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// manSection is a part of the page that no command states.
type manSection struct {
	title   string
	entries [][2]string
}

func manSections() []manSection {
	return []manSection{
		{"NAMING A RUN", [][2]string{
			{"run_20260115_120000", "an id, or enough of its beginning; with or without run_"},
			{"latest, @", "the run that started last"},
			{"latest~1, @~2", "the one before it, and the one before that"},
			{"name:baseline, tag:paper", "the newest run with that name or tag"},
			{"logs/run_20260115_120000", "a path to a run directory"},
		}},
		{"ENVIRONMENT", [][2]string{
			{"RUNSHELF_LOGS_DIR", "the shelf, when --logs-dir is not given"},
			{"RUNSHELF_<SECTION>_<KEY>", "any setting, such as RUNSHELF_LOGGING_DURABILITY"},
			{"NO_COLOR, CLICOLOR_FORCE", "never, or always, colour"},
			{"PAGER", "what shows long output on a terminal; empty is nothing, unset is less"},
		}},
		{"FILES", [][2]string{
			{"runshelf.yaml", "the settings, in the current directory or the nearest one above; runshelf config shows what holds"},
			{"runshelf/runshelf.yaml", "the same in the user's configuration directory"},
			{"logs/", "the shelf, unless set otherwise: one directory for each run, and latest"},
		}},
		{"EXIT STATUS", [][2]string{
			{"0", "good"},
			{"1", "the command failed, or events were dropped"},
			{"2", "wrong usage, no such run, or an ambiguous one"},
			{"130, 143", "ended by Ctrl-C or by SIGTERM"},
		}},
	}
}

// manPage collects the source of a page.
type manPage struct{ b strings.Builder }

// macro writes a request with quoted arguments.
func (m *manPage) macro(name string, args ...string) {
	m.b.WriteString("." + name)
	for _, arg := range args {
		m.b.WriteString(` "` + strings.ReplaceAll(roff(arg), `"`, `\(dq`) + `"`)
	}
	m.b.WriteByte('\n')
}

// text writes running text.
func (m *manPage) text(s string) {
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		switch {
		case line == "":
			m.macro("PP")
		default:
			m.b.WriteString(protect(roff(line)) + "\n")
		}
	}
}

// entry writes a term and what it means.
func (m *manPage) entry(term, meaning string) {
	m.macro("TP")
	m.b.WriteString(protect(`\fB`+roff(term)+`\fR`) + "\n")
	m.text(meaning)
}

// command writes a command and those below it.
func (m *manPage) command(c *cobra.Command) {
	if !c.IsAvailableCommand() {
		return
	}
	m.macro("SS", c.UseLine())
	if c.Long != "" {
		m.text(c.Long)
	} else {
		m.text(c.Short)
	}
	m.flags(c.NonInheritedFlags())
	m.examples(c)
	for _, sub := range c.Commands() {
		m.command(sub)
	}
}

// flags writes the flags of a command.
func (m *manPage) flags(flags *pflag.FlagSet) { eachFlag(flags, m.entry) }

// eachFlag tells each flag that is shown as it is typed, and what it does.
func eachFlag(flags *pflag.FlagSet, tell func(term, usage string)) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if kind != "" {
			term += " " + kind
		}
		tell(term, usage)
	})
}

// examples writes the examples of a command as they stand.
func (m *manPage) examples(c *cobra.Command) {
	if c.Example == "" {
		return
	}
	m.macro("PP")
	m.text("Examples:")
	m.macro("PP")
	m.macro("EX")
	for line := range strings.SplitSeq(c.Example, "\n") {
		m.b.WriteString(protect(roff(line)) + "\n")
	}
	m.macro("EE")
}

// roff escapes what the language gives a meaning to inside a line. A plain minus
// would be set as a hyphen, which nobody can copy and run.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}

// protect keeps a line from being taken for a request.
func protect(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}
