package cli

import "github.com/spf13/cobra"

// commands returns every command.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newSimCommand(a), newExecCommand(a), newImportCommand(a),
		newLsCommand(a), newShowCommand(a), newEventsCommand(a), newTailCommand(a), newStatsCommand(a), newSeriesCommand(a), newQueryCommand(a),
		newDiffCommand(a), newReplayCommand(a), newBisectCommand(a), newWhyCommand(a), newCheckCommand(a), newUICommand(a), newReportCommand(a),
		newVerifyCommand(a), newRepairCommand(a), newPruneCommand(a), newRmCommand(a), newRestoreCommand(a), newTrashCommand(a), newDoctorCommand(a), newNameCommand(a), newTagCommand(a), newNoteCommand(a), newPinCommand(a),
		newConfigCommand(a), newVersionCommand(a), newCompletionCommand(a), newManCommand(a),
	}
}
