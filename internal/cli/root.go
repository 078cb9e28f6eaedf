package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Values of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

// helpTemplate begins with the examples: most who ask for help want one.
const helpTemplate = `{{if .HasExample}}Examples:
{{.Example}}

{{end}}{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}Usage:
  {{if .Runnable}}{{.UseLine}}{{else}}{{.CommandPath}} COMMAND{{end}}
{{if .HasAvailableSubCommands}}
Commands:
{{range .Commands}}{{if .IsAvailableCommand}}  {{rpad .Name .NamePadding }} {{.Short}}
{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}
Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
Flags of all commands:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}`

// newRootCommand puts the commands together.
func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "runshelf COMMAND",
		Short: "keep every run of a simulation or program, and look at it again",
		Long:  "Runshelf keeps every run in a directory of its own, with its complete event log.",
		Example: `  runshelf sim                           run the agent economy as a new run
  runshelf ls                            list the runs, newest first
  runshelf show latest                   what the newest run was and how it ended
  runshelf events latest --type 'mint*'  its events of some types
  runshelf tail latest                   follow it while it runs`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return a.runRoot(cmd, args) },
	}
	root.SetIn(a.stdin)
	root.SetOut(a.out())
	root.SetErr(a.stderr)
	root.SetHelpTemplate(helpTemplate)
	root.SetFlagErrorFunc(a.flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	a.addGlobalFlags(root)
	root.AddCommand(commands(a)...)
	root.SetHelpCommand(newHelpCommand())
	describeAll(root)
	a.completeFlags(root)
	return root
}

// addGlobalFlags declares the flags of all commands, and checks them before any
// command runs.
func (a *app) addGlobalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&a.logsDir, "logs-dir", "", "the shelf, a directory of runs (default: logging.logs_dir, \"logs\")")
	flags.StringVar(&a.color, "color", colorAuto, "auto, always or never")
	flags.BoolVar(&a.noPager, "no-pager", false, "never show long output in a pager")
	flags.SortFlags = false
	root.Flags().Bool("version", false, "print the version")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.checkGlobalFlags(cmd) }
	_ = root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(
		[]cobra.Completion{colorAuto, colorAlways, colorNever}, cobra.ShellCompDirectiveNoFileComp))
	_ = root.MarkPersistentFlagDirname("logs-dir")
}

// checkGlobalFlags refuses values that no command could work with.
func (a *app) checkGlobalFlags(cmd *cobra.Command) error {
	if !slices.Contains([]string{colorAuto, colorAlways, colorNever}, a.color) {
		return usageErrorf("--color is %q, and must be auto, always or never", a.color)
	}
	if cmd.Flags().Changed("logs-dir") && a.logsDir == "" {
		return usageErrorf("--logs-dir is empty")
	}
	if err := refuseEmpty(cmd); err != nil {
		return err
	}
	if err := cmd.ValidateFlagGroups(); err != nil {
		return usageErrorf("%s", excluding(err.Error()))
	}
	a.watchReading(cmd.Name())
	a.listen(cmd)
	return nil
}

// excluding says in fewer words that flags exclude each other. Flag parsing says
// at length which group they belong to, and at the end which were given.
func excluding(text string) string {
	_, given, ok := strings.Cut(strings.TrimSuffix(text, "] were all set"), "; [")
	if !ok {
		return text
	}
	return "--" + strings.Join(strings.Fields(given), " and --") + " exclude each other"
}

// describeAll gives every command without a description its summary as one, as a
// sentence.
func describeAll(parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if c.Long == "" && c.Short != "" {
			c.Long = strings.ToUpper(c.Short[:1]) + c.Short[1:] + "."
		}
		describeAll(c)
	}
}

// runRoot answers a command line without a command of ours.
func (a *app) runRoot(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	if asked, _ := cmd.Flags().GetBool("version"); asked {
		if version, _, err := cmd.Find([]string{"version"}); err == nil && version.RunE != nil {
			return version.RunE(version, nil)
		}
	}
	return cmd.Help()
}

// unknownCommand is wrong usage, with the nearest command as a hint.
func unknownCommand(root *cobra.Command, word string) error {
	if slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == word }) {
		return withHint(usageErrorf("there is nothing to run before --"), "the command goes in front: runshelf "+word)
	}
	err := usageErrorf("there is no command %q", word)
	names := []string{}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := nearest(word, names); near != "" {
		return withHint(err, fmt.Sprintf("did you mean %s?", near))
	}
	return withHint(err, "runshelf --help lists the commands")
}

// newHelpCommand is cobra's own, but a wrong topic is an error.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "help about a command",
		Example: "  runshelf help events",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || topic == cmd.Root() && len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			topic.InitDefaultHelpFlag() // which only running the topic itself would do
			return topic.Help()
		},
	}
}
