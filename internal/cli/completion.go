package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// shells returns the shells that can complete, in the order of help.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func newCompletionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print the completion script of a shell",
		Long: `Prints a script that teaches bash, zsh, fish or powershell to complete commands, flags and the ids of
runs with a description.`,
		Example: `  source <(runshelf completion bash)                                  in this bash
  runshelf completion bash > /etc/bash_completion.d/runshelf          in every bash
  runshelf completion zsh > "${fpath[1]}/_runshelf"                   in every zsh
  runshelf completion fish > ~/.config/fish/completions/runshelf.fish in every fish
  runshelf completion powershell | Out-String | Invoke-Expression     in this powershell`,
		Args:      oneShell,
		ValidArgs: shells(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeCompletion(a.out(), cmd.Root(), args[0])
		},
	}
}

// oneShell checks that the argument is one of the shells.
func oneShell(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 1 && slices.Contains(shells(), args[0]):
		return nil
	case len(args) == 1:
		return withHint(usageErrorf("there is no completion for %q", args[0]), "the shells are "+strings.Join(shells(), ", "))
	}
	return withHint(usageErrorf("completion needs the name of one shell"), "runshelf completion bash")
}

func writeCompletion(w io.Writer, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		if _, err := io.WriteString(w, bashAlone); err != nil {
			return err
		}
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	}
	return root.GenPowerShellCompletionWithDesc(w)
}
