package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// trashOptions are the flags of trash.
type trashOptions struct {
	empty bool
	quiet bool
	json  jsonFlag
}

func newTrashCommand(a *app) *cobra.Command {
	var o trashOptions
	cmd := &cobra.Command{
		Use:   "trash",
		Short: "see and empty the trash",
		Long: `Lists the runs that rm and prune have moved to the trash of the shelf. They take space
until it is emptied, which is for ever.`,
		Example: `  runshelf trash
  runshelf restore run_20260115_120000
  runshelf trash --empty`,
		Args:              noArgs,
		RunE:              func(*cobra.Command, []string) error { return a.trash(&o) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&o.empty, "empty", false, "remove all that is in it for ever")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "ids only")
	o.json.add(a, cmd, "one JSON document")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet", "empty")
	return cmd
}

// trash lists or empties the trash.
func (a *app) trash(o *trashOptions) error {
	if o.json.fields() != nil {
		return usageErrorf("--json takes no fields here")
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	if o.empty {
		runs, bytes, err := s.EmptyTrash()
		a.say("removed " + plural(int64(runs), "run") + ", " + byteSize(bytes))
		return a.complainOfParts(err)
	}
	trashed, err := s.Trash()
	if err != nil {
		return err
	}
	switch {
	case o.json.on():
		return a.trashJSON(trashed)
	case o.quiet:
		for _, t := range trashed {
			fmt.Fprintln(a.out(), safe(t.ID)) // the buffer keeps an error for finish
		}
		return nil
	}
	return a.trashTable(trashed)
}

// trashTable prints one row for each run.
func (a *app) trashTable(trashed []shelf.Trashed) error {
	if len(trashed) == 0 {
		a.say("the trash is empty")
		return nil
	}
	t := table{right: map[int]bool{4: true}}
	t.header("id", "name", "status", "started", "size")
	var total int64
	for _, entry := range trashed {
		r := entry.Run
		total += entry.Bytes
		t.add(cell{safe(entry.ID), colorBold}, cell{text: clip(safe(r.Manifest.Name), nameWidth)},
			cell{string(r.Status), statusColor(r.Status)}, cell{text: localTime(r.Start)}, cell{text: byteSize(entry.Bytes)})
	}
	if err := t.write(a.out(), a.stdoutColor(), ""); err != nil {
		return err
	}
	a.say(plural(int64(len(trashed)), "run") + ", " + byteSize(total) + "; runshelf trash --empty removes them for ever")
	return nil
}

// trashJSON prints one document.
func (a *app) trashJSON(trashed []shelf.Trashed) error {
	b := fmt.Appendf(nil, `{"format":1,"as_of":"%s","runs":[`, a.now().UTC().Format(event.TimeLayout))
	for i, entry := range trashed {
		line, err := runJSON(entry.Run, nil)
		if err != nil {
			return err
		}
		b = append(append(b, ",\n"[1-min(i, 1):]...), line...)
	}
	b = append(b, "],\"truncated\":false}\n"...)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}
