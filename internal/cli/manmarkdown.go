package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// writeMarkdown writes the reference of a tree of commands as Markdown, which is
// docs/cli.md.
func writeMarkdown(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# The command line: `%s`\n\nMade by `%s man --markdown`; each command says the same by `--help`.\n", root.Name(), root.Name())
	fmt.Fprintf(&b, "\n%s\n", root.Long)
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			markdownCommand(&b, c)
		}
	}
	b.WriteString("\n## Flags of all commands\n\n")
	markdownFlags(&b, root.PersistentFlags())
	for _, section := range manSections() {
		fmt.Fprintf(&b, "\n## %s%s\n\n", section.title[:1], strings.ToLower(section.title[1:]))
		for _, entry := range section.entries {
			fmt.Fprintf(&b, "- `%s`: %s\n", entry[0], entry[1])
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownCommand writes the section of a command and of those below it.
func markdownCommand(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n```\n%s\n```\n\n", strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "), c.UseLine())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(b, "%s\n", text)
	if c.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", unindented(c.Example))
	}
	if c.HasAvailableLocalFlags() {
		b.WriteString("\n")
		markdownFlags(b, c.NonInheritedFlags())
	}
	for _, below := range c.Commands() {
		if below.IsAvailableCommand() {
			markdownCommand(b, below)
		}
	}
}

// unindented takes away the two blanks before each line of an example.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}

// markdownFlags writes a list of flags.
func markdownFlags(b *strings.Builder, flags *pflag.FlagSet) {
	eachFlag(flags, func(term, usage string) { fmt.Fprintf(b, "- `%s`: %s\n", term, usage) })
}
