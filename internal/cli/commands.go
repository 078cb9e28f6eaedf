package cli

import "github.com/spf13/cobra"

// commands returns every command.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newLsCommand(a), newShowCommand(a), newEventsCommand(a), newTailCommand(a), newStatsCommand(a),
	}
}
