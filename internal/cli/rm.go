package cli

import (
	"errors"
	"slices"
	"strings"

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
			if len(args) == 0 {
				return withHint(usageErrorf("rm needs the id of a run"), "runshelf ls -q lists the ids")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.rm(args) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			found, directive := a.completeRuns(cmd, nil, word)
			return slices.DeleteFunc(found, isLatest), directive
		},
	}
}

// rm removes runs: all of them, or when one of them must stay none.
func (a *app) rm(ids []string) error {
	s, err := a.shelf()
	if err != nil {
		return err
	}
	var wanted []string // each once
	for _, id := range ids {
		if err := s.CheckRemove(id); err != nil {
			return removeError(s, id, err)
		}
		if !slices.Contains(wanted, id) {
			wanted = append(wanted, id)
		}
	}
	for _, id := range wanted {
		if err := s.Remove(id); err != nil {
			return removeError(s, id, err)
		}
		a.say(id + " is in the trash; runshelf restore " + quote(id) + " brings it back")
	}
	return nil
}

// removeError adds what can be done about a run that stays.
func removeError(s *shelf.Shelf, id string, err error) error {
	switch {
	case errors.Is(err, shelf.ErrPinned):
		return withHint(err, "runshelf pin "+quote(id)+" --remove takes the pin away")
	case errors.Is(err, shelf.ErrLives):
		return withHint(err, "wait until it has ended")
	case errors.Is(err, shelf.ErrNoRun):
		if run, found := s.Find(id); found == nil {
			return withHint(usageErrorf("rm wants the id in full, and %q is not one", id), "it means "+run.ID)
		}
		if inTrash(s, id) {
			return withHint(err, "it is in the trash; runshelf trash --empty removes it for ever")
		}
		return withHint(err, "rm wants the id in full; runshelf ls -q lists the ids")
	}
	return err
}

// isLatest reports the completion that is no id.
func isLatest(c cobra.Completion) bool { return strings.HasPrefix(c, shelf.LatestLink+"\t") }
