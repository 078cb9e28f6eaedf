package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

func newRestoreCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "restore RUN",
		Short: "bring a run back from the trash",
		Long: `Brings a run back from the trash, as it was. It must be named by its id in full. When
there is another run of that id by now, nothing is changed.`,
		Example: `  runshelf restore run_20260115_120000`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return withHint(usageErrorf("restore needs the id of a run"), "runshelf trash lists what is there")
			}
			return oneRun(cmd, args)
		},
		RunE:              func(_ *cobra.Command, args []string) error { return a.restore(args[0]) },
		ValidArgsFunction: a.completeTrash,
	}
}

// restore brings a run back.
func (a *app) restore(id string) error {
	s, err := a.shelf()
	if err != nil {
		return err
	}
	switch err := s.Restore(id); {
	case errors.Is(err, shelf.ErrTaken):
		return withHint(err, "remove or move that one first")
	case errors.Is(err, shelf.ErrNoRun):
		return withHint(err, "runshelf trash lists what is there")
	case err != nil:
		return err
	}
	a.say(id + " is back")
	return nil
}

// completeTrash offers the ids of the runs in the trash.
func (a *app) completeTrash(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	s, err := a.shelf()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	trashed, _ := s.Trash() // no offers without it
	var found []cobra.Completion
	for _, t := range trashed {
		if strings.HasPrefix(t.ID, word) {
			found = append(found, cobra.CompletionWithDesc(safe(t.ID), a.describe(t.Run)))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
