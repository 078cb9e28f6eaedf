package cli

import (
	"errors"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

func newRepairCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "repair RUN",
		Short: "make the events of a damaged run readable again",
		Long: `Keeps every line that is an event, puts a log_gap with reason "damaged" where lines are
missing, and makes the manifest true again. The log as it was stays beside the new one in
events.jsonl.damaged, and each bad range in quarantine/. The last events of a killed run are
moved from its tail into its log, and what it had set aside on the disk is free again.

A run that is sound is not touched, and one that is being written is refused. Whether the
repair succeeded is verified before anything is said.`,
		Example: `  runshelf repair latest
  runshelf verify -q | xargs -r -n 1 runshelf repair`,
		Args:              oneRun,
		RunE:              func(_ *cobra.Command, args []string) error { return a.repair(args[0]) },
		ValidArgsFunction: a.completeRuns,
	}
}

// repair repairs a run and says what became of it.
func (a *app) repair(name string) error {
	s, err := a.shelf()
	if err != nil {
		return err
	}
	done, err := s.Repair(name)
	if errors.Is(err, shelf.ErrLives) {
		return withHint(err, "wait until it has ended")
	}
	if err != nil {
		return err
	}
	a.say(repairText(done))
	if done.Freed > 0 {
		a.say(byteSize(done.Freed) + " that the killed writer had set aside on the disk are free again")
	}
	for _, u := range done.After.Unrecorded {
		a.say(unrecordedText(u) + "; they stay there")
	}
	a.sayKept(done)
	return nil
}

// rangesNamed is how many of the bad ranges a repair names one by one.
const rangesNamed = 20

// sayKept says where what was not good is kept. Of a log with a bad range in every other
// line it says where they all are.
func (a *app) sayKept(done *shelf.Repaired) {
	var ranges []string
	for _, kept := range done.Kept {
		name := filepath.Join(done.After.Dir, filepath.FromSlash(kept))
		if path.Dir(kept) == "." {
			a.say("kept: " + name)
		} else {
			ranges = append(ranges, name)
		}
	}
	for _, name := range ranges[:min(len(ranges), rangesNamed)] {
		a.say("kept: " + name)
	}
	if more := len(ranges) - rangesNamed; more > 0 {
		a.say("kept: " + plural(int64(more), "more bad range") + " in " + filepath.Dir(ranges[0]))
	}
}

// repairText says in a line what a repair did.
func repairText(done *shelf.Repaired) string {
	v := done.After
	if !done.Changed() {
		return v.RunID + " is sound and was not touched: " + string(v.Verdict) + ", " + proved(v)
	}
	text := v.RunID + " was " + string(done.Before.Verdict) + " and is now " + string(v.Verdict) + ": " + proved(v)
	if done.Lost > 0 {
		text += "; " + plural(int64(done.Lost), "event") + " could not be saved"
	}
	if n := changedBytes(done.Before); n > 0 {
		text += "; what was changed among " + plural(n, "byte") + " and is still an event cannot be told, and stays"
	}
	return text
}

// changedBytes is the length of the ranges of the log of which only a digest told
// that something in them had been changed: a repair has nothing to take in their place.
func changedBytes(v *shelf.Verification) (n int64) {
	for _, f := range v.Faults {
		if f.Kind == shelf.FaultChanged && f.File == shelf.EventsFile {
			n += f.Length
		}
	}
	return n
}
