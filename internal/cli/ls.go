package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// newestShown is how many runs a person sees who does not ask for more.
const newestShown = 20

// nameWidth is the longest name that a row shows whole.
const nameWidth = 30

// lsOptions are the flags of ls.
type lsOptions struct {
	json  jsonFlag
	quiet bool
	all   bool
	limit int
	sort  string
}

func newLsCommand(a *app) *cobra.Command {
	var o lsOptions
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "list the runs, newest first",
		Long: `Lists the runs of the shelf, newest first: on a terminal the 20 newest, elsewhere all.
A run whose manifest is damaged is listed with what is known of it.`,
		Example: `  runshelf ls
  runshelf ls -n 5 --sort -duration
  runshelf ls --sort config.seed
  runshelf ls --json run_id,status,config.seed
  runshelf ls -q | head -1`,
		Args: func(cmd *cobra.Command, args []string) error { return noArgs(cmd, o.json.take(args, 0)) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.ls(&o, cmd.Flags().Changed("number"))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVarP(&o.limit, "number", "n", newestShown, "how many runs")
	flags.BoolVarP(&o.all, "all", "a", false, "all runs")
	flags.StringVar(&o.sort, "sort", "", "a column or a key of run.json (metrics.gini); -KEY is descending")
	o.json.add(a, cmd, "a JSON document, with `[FIELDS]` (run_id,config.seed) only of these")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "ids only")
	cmd.MarkFlagsMutuallyExclusive("number", "all")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet")
	return cmd
}

// ls lists the runs.
func (a *app) ls(o *lsOptions, limited bool) error {
	if err := o.check(); err != nil {
		return err
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	runs, err := s.Runs()
	if err != nil {
		return err
	}
	if err := sortRuns(runs, o.sort); err != nil {
		return err
	}
	total := len(runs)
	if !o.all && (limited || a.stdoutTerminal()) {
		runs = runs[:min(o.limit, total)]
	}
	switch {
	case o.json.on():
		return a.lsJSON(runs, o.json.fields(), len(runs) < total)
	case o.quiet:
		return a.lsIDs(runs)
	}
	return a.lsTable(s, runs, total)
}

func (o *lsOptions) check() error {
	if o.limit < 0 {
		return usageErrorf("-n is %d, and must not be negative", o.limit)
	}
	return o.json.check()
}

// lsIDs prints the ids, one a line.
func (a *app) lsIDs(runs []*shelf.Run) error {
	for _, run := range runs {
		if _, err := a.out().WriteString(safe(run.ID) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// lsTable prints one row for each run.
func (a *app) lsTable(s *shelf.Shelf, runs []*shelf.Run, total int) error {
	if total == 0 {
		a.say("no runs in " + s.Dir())
		a.say("hint: runshelf sim makes one")
		return nil
	}
	t := table{right: map[int]bool{4: true, 5: true, 7: true}}
	t.header("id", "name", "status", "started", "duration", "events", "program", "seed", "tags")
	for _, run := range runs {
		t.add(a.lsRow(run)...)
	}
	if err := t.write(a.out(), a.stdoutColor(), ""); err != nil {
		return err
	}
	if len(runs) < total && a.stderrTerminal() {
		a.say(fmt.Sprintf("%d of %s; --all lists all", len(runs), plural(int64(total), "run")))
	}
	return nil
}

// lsRow is one run. A field that nobody knows is "?", one that a run does not
// have is empty.
func (a *app) lsRow(run *shelf.Run) []cell {
	m := &run.Manifest
	started, took, count, seed := unknown, unknown, unknown, ""
	if !m.StartedAt.IsZero() {
		started = localTime(m.StartedAt)
	}
	if d, ok := a.duration(run); ok {
		took = shortDuration(d)
	}
	if n, ok := eventCount(run); ok {
		count = strconv.FormatUint(n, 10)
	}
	if m.Seed != nil {
		seed = strconv.FormatUint(*m.Seed, 10)
	}
	return []cell{
		{safe(run.ID), colorBold}, {text: clip(safe(m.Name), nameWidth)}, {string(run.Status), statusColor(run.Status)},
		{text: started}, {text: took}, {text: count}, {text: clip(orUnknown(m.Program.Name), nameWidth)}, {text: seed},
		{text: clip(safe(strings.Join(m.Tags, ",")), valueWidth)},
	}
}

// lsJSON prints one document with a line for each run.
func (a *app) lsJSON(runs []*shelf.Run, fields []string, truncated bool) error {
	if err := checkFields(runs, fields); err != nil {
		return err
	}
	out, terminal := a.out(), a.stdoutTerminal()
	fmt.Fprintf(out, `{"format":1,"as_of":"%s","runs":[`, a.now().UTC().Format(event.TimeLayout))
	var line []byte
	for i, run := range runs {
		b, err := runJSON(run, fields)
		if err != nil {
			return err
		}
		line = append(line[:0], ",\n"[1-min(i, 1):]...)
		_, _ = out.Write(appendJSON(line, b, terminal))
	}
	// The buffer remembers the first error, and finish reports it.
	_, err := fmt.Fprintf(out, "%s],\"truncated\":%t}\n", "\n"[:min(len(runs), 1)], truncated)
	return err
}

// runJSON is a run on one line: its manifest and directory, or the fields asked
// for.
func runJSON(run *shelf.Run, fields []string) ([]byte, error) {
	b, err := run.JSON()
	if err != nil {
		return nil, err
	}
	if fields == nil {
		return bytes.ReplaceAll(compacted(b), []byte{'\n'}, nil), nil
	}
	o, err := decodeObject(b)
	if err != nil {
		return nil, fmt.Errorf("read the manifest of %s: %w", run.ID, err)
	}
	return event.AppendValue(nil, pick(o, fields)), nil
}
