package cli

import "github.com/spf13/cobra"

// maker makes one command.
type maker struct {
	word string // its name
	make func(*app) *cobra.Command
	all  bool // it is about all commands
}

// makers make every command, in the order of the help.
var makers = []maker{
	{word: "sim", make: newSimCommand}, {word: "exec", make: newExecCommand}, {word: "import", make: newImportCommand},
	{word: "ls", make: newLsCommand}, {word: "show", make: newShowCommand}, {word: "events", make: newEventsCommand},
	{word: "tail", make: newTailCommand}, {word: "stats", make: newStatsCommand}, {word: "series", make: newSeriesCommand}, {word: "query", make: newQueryCommand},
	{word: "diff", make: newDiffCommand}, {word: "replay", make: newReplayCommand}, {word: "bisect", make: newBisectCommand}, {word: "why", make: newWhyCommand},
	{word: "check", make: newCheckCommand}, {word: "ui", make: newUICommand}, {word: "report", make: newReportCommand},
	{word: "verify", make: newVerifyCommand}, {word: "repair", make: newRepairCommand}, {word: "prune", make: newPruneCommand},
	{word: "rm", make: newRmCommand}, {word: "restore", make: newRestoreCommand}, {word: "trash", make: newTrashCommand}, {word: "doctor", make: newDoctorCommand},
	{word: "name", make: newNameCommand}, {word: "tag", make: newTagCommand}, {word: "note", make: newNoteCommand}, {word: "pin", make: newPinCommand},
	{word: "config", make: newConfigCommand}, {word: "version", make: newVersionCommand},
	{word: "completion", make: newCompletionCommand, all: true}, {word: "man", make: newManCommand, all: true},
}

// commands returns the commands that an invocation needs: the one that it begins with,
// since to make the others ready takes longer than many a command itself; else all.
func commands(a *app) []*cobra.Command {
	for _, m := range makers {
		if !m.all && len(a.args) > 0 && a.args[0] == m.word {
			return []*cobra.Command{m.make(a)}
		}
	}
	var all []*cobra.Command
	for _, m := range makers {
		all = append(all, m.make(a))
	}
	return all
}
