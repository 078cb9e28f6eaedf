package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// newestShown is how many runs a person sees who does not ask for more.
const newestShown = 20

// nameWidth is the longest name that a row shows whole.
const nameWidth = 30

// lsOptions are the flags of ls.
type lsOptions struct {
	json    jsonFlag
	where   whereFlag
	columns []string
	groupBy []string
	quiet   bool
	all     bool
	limit   int
	sort    string
}

func newLsCommand(a *app) *cobra.Command {
	var o lsOptions
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "list the runs, newest first",
		Long: `Lists the runs of the shelf, newest first: on a terminal the 20 newest, elsewhere all.
A run whose manifest is damaged is listed with what is known of it. A run that was killed
took at least (≥) as long as it wrote events. On a terminal that is too narrow for the table
the least important columns are shortened or left out.
With --group-by the runs with equal values of some fields are one row: how many they are,
and the mean and the spread (standard deviation) of each figure over them.`,
		Example: `  runshelf ls
  runshelf ls -n 5 --sort -duration
  runshelf ls --sort config.seed
  runshelf ls --where 'status == "failed" && config.agents > 5'
  runshelf ls --columns id,config.agents,metrics.gini --sort -metrics.gini
  runshelf ls --group-by config.agents --columns metrics.gini,duration
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
	flags.IntVarP(&o.limit, "number", "n", newestShown, "how many runs, or rows of --group-by")
	flags.BoolVarP(&o.all, "all", "a", false, "all runs")
	flags.StringVar(&o.sort, "sort", "", "a column or a key of run.json (metrics.gini); -KEY is descending")
	o.where.add(flags, "runs for which an `EXPR` is true (status == \"failed\" && config.agents > 5)")
	flags.StringSliceVar(&o.columns, "columns", nil, "these `COLUMNS`: of the table, or keys of run.json")
	flags.StringSliceVar(&o.groupBy, "group-by", nil, "one row for all runs with equal values of these `KEYS`")
	o.json.add(a, cmd, "a JSON document, with `[FIELDS]` (run_id,config.seed) only of these")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "ids only")
	cmd.MarkFlagsMutuallyExclusive("number", "all")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet")
	cmd.MarkFlagsMutuallyExclusive("group-by", "quiet")
	cmd.MarkFlagsMutuallyExclusive("columns", "quiet")
	return cmd
}

// ls lists the runs.
func (a *app) ls(o *lsOptions, limited bool) error {
	where, err := o.check()
	if err != nil {
		return err
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	entries, err := a.listed(s, o.brief())
	if err != nil {
		return err
	}
	none := len(entries) == 0
	a.tellUnknown(entries, where)
	entries, err = o.choose(entries, where)
	if err != nil {
		return err
	}
	if len(o.groupBy) > 0 {
		return a.lsGroups(entries, o, limited)
	}
	total := len(entries)
	if !o.all && (limited || a.stdoutTerminal()) {
		entries = entries[:min(o.limit, total)]
	}
	switch {
	case o.json.on():
		return a.entriesJSON(entries, o.json.fields(), len(entries) < total)
	case o.quiet:
		return a.lsIDs(entries)
	case none:
		a.say("no runs in " + s.Dir())
		a.say("hint: " + noRunsAdvice(s.Dir()))
		return nil
	}
	return a.lsTable(entries, o.columns, total)
}

// Garbage of a list. For ten thousand runs it is a few megabytes, and to look for it took
// almost a third of the time: so it is left where it lies. For very many it would be much.
const (
	lazyGarbage = 400 // per cent, see debug.SetGCPercent
	lazyRuns    = 25_000
)

// listed lists the runs of a shelf, for a command that only shows them.
func (a *app) listed(s *shelf.Shelf, brief bool) ([]query.Entry, error) {
	usual := -1
	if a.getenv("GOGC") == "" {
		usual = debug.SetGCPercent(lazyGarbage)
	}
	entries, err := query.List(s, query.ListOptions{CacheDir: a.cacheDir(), Brief: brief})
	if usual >= 0 && len(entries) > lazyRuns {
		debug.SetGCPercent(usual)
	}
	return entries, err
}

// check refuses what no list can be, and reads the expression.
func (o *lsOptions) check() (*query.Where, error) {
	if o.limit < 0 {
		return nil, usageErrorf("-n is %d, and must not be negative", o.limit)
	}
	if err := o.json.check(); err != nil {
		return nil, err
	}
	return o.where.compile(query.AboutRuns)
}

// brief reports whether the answer needs no more of the manifests than a brief list
// tells, which is much less to read.
func (o *lsOptions) brief() bool {
	if o.json.on() || o.where.given || len(o.groupBy) > 0 || o.sort != "" {
		return false
	}
	return !slices.ContainsFunc(columnNeeds(o.columns), notBrief)
}

// tellUnknown says when a condition speaks of a field that no run has: it is most likely
// a slip, and the answer no run.
func (a *app) tellUnknown(entries []query.Entry, where *query.Where) {
	if where == nil || len(entries) == 0 {
		return
	}
	for _, root := range where.Roots() {
		if err := checkEntryFields(entries, []string{root}); err != nil {
			a.warn(err.Error() + "; " + hintOf(err))
		}
	}
}

// choose keeps the runs that are wanted, in the order that is wanted.
func (o *lsOptions) choose(entries []query.Entry, where *query.Where) ([]query.Entry, error) {
	paths := append(columnFields(o.columns), columnFields(o.groupBy)...)
	if err := checkEntryFields(entries, append(paths, o.json.fields()...)); err != nil {
		return nil, err
	}
	if where != nil {
		m := where.Matcher()
		entries = slices.DeleteFunc(entries, func(e query.Entry) bool { return !m.Match(e.JSON) })
	}
	return entries, sortEntries(entries, o.sort)
}

// cacheDir is where the cache of the list may be, "" where there is no place.
func (a *app) cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "runshelf")
}

// lsIDs prints the ids, one a line.
func (a *app) lsIDs(entries []query.Entry) error {
	for i := range entries {
		if _, err := a.out().WriteString(safe(entries[i].ID) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// lsJSON prints runs as ls prints its list.
func (a *app) lsJSON(runs []*shelf.Run, fields []string, truncated bool) error {
	if err := checkFields(runs, fields); err != nil {
		return err
	}
	entries := make([]query.Entry, len(runs))
	for i, run := range runs {
		b, err := run.JSON()
		if err != nil {
			return err
		}
		entries[i] = query.Entry{ID: run.ID, Dir: run.Dir, Status: run.Status, Start: run.Start, JSON: b}
	}
	return a.entriesJSON(entries, fields, truncated)
}

// entriesJSON prints one document with a line for each run.
func (a *app) entriesJSON(entries []query.Entry, fields []string, truncated bool) error {
	out, terminal := a.out(), a.stdoutTerminal()
	fmt.Fprintf(out, `{"format":1,"as_of":"%s","runs":[`, a.now().UTC().Format(event.TimeLayout))
	var line []byte
	for i := range entries {
		b := entries[i].JSON
		if fields != nil {
			o, err := decodeObject(b)
			if err != nil {
				return fmt.Errorf("reading the manifest of %s: %w", entries[i].ID, err)
			}
			b = event.AppendValue(nil, pick(o, fields))
		}
		line = append(line[:0], ",\n"[1-min(i, 1):]...)
		_, _ = out.Write(appendJSON(line, b, terminal))
	}
	// The buffer remembers the first error, and finish reports it.
	_, err := fmt.Fprintf(out, "%s],\"truncated\":%t}\n", "\n"[:min(len(entries), 1)], truncated)
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
		return nil, fmt.Errorf("reading the manifest of %s: %w", run.ID, err)
	}
	return event.AppendValue(nil, pick(o, fields)), nil
}
