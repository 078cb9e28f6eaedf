package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

func newRmCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "rm RUN...",
		Short: "move runs to the trash",
		Long: `Moves runs to the trash of the shelf, from which restore brings them back. Each must be
named by its id in full. A run that is pinned or being written stays.`,
		Example: `  runshelf rm run_20260115_120000
  runshelf restore run_20260115_120000
  runshelf trash --empty`,
		Args: func(cmd *cobra.Command, args []string) error {
			return oneRun(cmd, args[:min(1, len(args))])
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.rm(args) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return a.completeRuns(cmd, nil, word)
		},
	}
}

// rm removes runs: all of them, or when one of them must stay none.
func (a *app) rm(ids []string) error {
	s, err := a.shelf()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.CheckRemove(id); err != nil {
			return removeError(err)
		}
	}
	for _, id := range ids {
		if err := s.Remove(id); err != nil {
			return removeError(err)
		}
		a.say(id + " is in the trash; runshelf restore " + quote(id) + " brings it back")
	}
	return nil
}

// removeError adds what can be done about a run that stays.
func removeError(err error) error {
	switch {
	case errors.Is(err, shelf.ErrPinned):
		return withHint(err, "runshelf pin RUN --remove takes the pin away")
	case errors.Is(err, shelf.ErrLives):
		return withHint(err, "wait until it has ended")
	case errors.Is(err, shelf.ErrNoRun):
		return withHint(err, "rm wants the id in full; runshelf ls -q lists the ids")
	}
	return err
}
