package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// pruneOptions are the flags of prune.
type pruneOptions struct {
	keep     int
	older    string
	maxSize  string
	statuses []string
	where    whereFlag
	yes      bool
	purge    bool
	quiet    bool
	json     jsonFlag
}

func newPruneCommand(a *app) *cobra.Command {
	var o pruneOptions
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "remove old runs by a policy",
		Long: `Removes runs for which everything that is given holds. Without --yes it only says which
runs would go, and how many bytes. Runs that are pinned, that live or whose status is unknown
stay and do not count for --keep; what is no run is not touched.

Removed runs go to the trash of the shelf, from which restore brings them back, and take
space until trash --empty. With --purge they are gone at once.`,
		Example: `  runshelf prune --keep 20
  runshelf prune --keep 20 --yes
  runshelf prune --older 30d --status failed,crashed --yes
  runshelf prune --max-size 5GB --yes --purge
  runshelf prune --where 'config.agents < 5' --yes`,
		Args:              func(cmd *cobra.Command, args []string) error { return noArgs(cmd, args) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.prune(cmd, &o) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVar(&o.keep, "keep", 0, "let go all but the `N` newest")
	flags.StringVar(&o.older, "older", "", "let go what started longer ago than an `AGE` such as 30d or 12h")
	flags.StringVar(&o.maxSize, "max-size", "", "let go the oldest until the rest takes at most a `SIZE` such as 5GB")
	flags.StringSliceVar(&o.statuses, "status", nil, "let go runs of a `STATUS`, such as failed,crashed")
	o.where.add(flags, "let go runs for which an `EXPR` is true")
	flags.BoolVarP(&o.yes, "yes", "y", false, "do it")
	flags.BoolVar(&o.purge, "purge", false, "remove at once, without the trash")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "ids only")
	o.json.add(a, cmd, "one JSON document")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet")
	return cmd
}

// policy reads the flags.
func (o *pruneOptions) policy(cmd *cobra.Command) (p shelf.Policy, where *query.Where, err error) {
	given := cmd.Flags().Changed
	if given("keep") {
		p.Keep = &o.keep
		if o.keep < 0 {
			return p, nil, usageErrorf("--keep is %d, and must not be negative", o.keep)
		}
	}
	if given("older") {
		age, ok := parseAge(o.older)
		if p.OlderThan = age; !ok || age <= 0 {
			return p, nil, withHint(usageErrorf("--older %q is no age", o.older), "--older 30d or --older 12h")
		}
	}
	if given("max-size") {
		size, ok := config.ParseSize(o.maxSize)
		if p.MaxBytes = &size; !ok {
			return p, nil, withHint(usageErrorf("--max-size %q is no size", o.maxSize), "--max-size 500MB or --max-size 5GB")
		}
	}
	if p.Statuses, err = parseStatuses(o.statuses); err != nil {
		return p, nil, err
	}
	where, err = o.where.compile(query.AboutRuns)
	if err != nil {
		return p, nil, err
	}
	if where != nil {
		p.Where = where.Matcher().MatchRun
	}
	if p.Empty() {
		return p, nil, withHint(usageErrorf("prune needs a policy"), "runshelf prune --keep 20 says which runs would go")
	}
	return p, where, nil
}

// finalStatuses are the names of how a run may have ended.
func finalStatuses() []string {
	return []string{string(shelf.StatusCompleted), string(shelf.StatusFailed), string(shelf.StatusInterrupted),
		string(shelf.StatusCrashed), string(shelf.StatusUnknown)}
}

// parseStatuses reads the names of statuses.
func parseStatuses(names []string) (statuses []shelf.Status, err error) {
	for _, name := range names {
		if !slices.Contains(finalStatuses(), name) {
			return nil, withHint(usageErrorf("--status %q is no status that a run ends with", name),
				"completed, failed, interrupted, crashed or unknown")
		}
		statuses = append(statuses, shelf.Status(name))
	}
	return statuses, nil
}

// prune removes runs, or says which would go.
func (a *app) prune(cmd *cobra.Command, o *pruneOptions) error {
	if o.json.fields() != nil {
		return usageErrorf("--json takes no fields here")
	}
	policy, where, err := o.policy(cmd)
	if err != nil {
		return err
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	if where != nil {
		entries, err := query.List(s, query.ListOptions{})
		if err != nil {
			return err
		}
		a.tellUnknown(entries, where)
	}
	plan, err := s.PlanPrune(policy, a.now())
	if err != nil {
		return err
	}
	going, staying := splitPlan(plan)
	var failure error
	if o.yes {
		going, failure = s.Prune(going, shelf.PruneOptions{Purge: o.purge})
	}
	if err := a.showPruned(o, going, staying, failure); err != nil {
		return err
	}
	return a.complainOfParts(failure)
}

// complainOfParts prints each of several joined errors, and returns what makes
// the exit code.
func (a *app) complainOfParts(err error) error {
	if err == nil {
		return nil
	}
	for _, part := range parts(err) {
		a.complain(part)
	}
	return &exitError{code: exitFailed}
}

func splitPlan(plan []shelf.Removal) (going, staying []shelf.Removal) {
	for _, entry := range plan {
		if entry.Kept == "" {
			going = append(going, entry)
		} else {
			staying = append(staying, entry)
		}
	}
	return going, staying
}

func (a *app) showPruned(o *pruneOptions, going, staying []shelf.Removal, failure error) error {
	switch {
	case o.json.on():
		return a.pruneJSON(o, going, staying)
	case o.quiet:
		for _, entry := range going {
			fmt.Fprintln(a.out(), safe(entry.Run.ID)) // the buffer keeps an error for finish
		}
		return nil
	}
	if err := a.pruneTable(going); err != nil {
		return err
	}
	for _, entry := range staying {
		fmt.Fprintf(a.out(), "%s stays: %s\n", safe(entry.Run.ID), entry.Kept)
	}
	if len(going) > 0 || failure == nil { // otherwise the errors say all
		a.say(pruneSummary(o, going))
	}
	return nil
}

// pruneTable prints one row for each run that goes.
func (a *app) pruneTable(going []shelf.Removal) error {
	t := table{right: map[int]bool{4: true}}
	if len(going) > 0 {
		t.header("id", "name", "status", "started", "size")
	}
	for _, entry := range going {
		r := entry.Run
		t.add(cell{safe(r.ID), colorBold}, cell{text: clip(safe(r.Manifest.Name), nameWidth)},
			cell{string(r.Status), statusColor(r.Status)}, cell{text: localTime(r.Start)}, cell{text: byteSize(entry.Bytes)})
	}
	return t.write(a.out(), a.stdoutColor(), "")
}

// pruneSummary says in a line what was done.
func pruneSummary(o *pruneOptions, going []shelf.Removal) string {
	what := plural(int64(len(going)), "run") + ", " + byteSize(removedBytes(going)) + ": "
	switch {
	case len(going) == 0:
		return "no run goes"
	case !o.yes:
		return what + "nothing was removed; --yes does it"
	case o.purge:
		return what + "removed"
	}
	return what + "moved to the trash; runshelf trash --empty frees the space"
}

func removedBytes(going []shelf.Removal) (total int64) {
	for _, entry := range going {
		total += entry.Bytes
	}
	return total
}

// pruneJSON prints one document.
func (a *app) pruneJSON(o *pruneOptions, going, staying []shelf.Removal) error {
	b := fmt.Appendf(nil, `{"format":1,"as_of":"%s","removed":%t,"bytes":%d,"runs":[`,
		a.now().UTC().Format(event.TimeLayout), o.yes, removedBytes(going))
	for i, entry := range going {
		b = appendRemoval(append(b, ",\n"[1-min(i, 1):]...), entry)
		b = fmt.Appendf(b, `,"bytes":%d}`, entry.Bytes)
	}
	b = append(b, `],"kept":[`...)
	for i, entry := range staying {
		b = appendRemoval(append(b, ",\n"[1-min(i, 1):]...), entry)
		b = append(event.AppendValue(append(b, `,"reason":`...), entry.Kept), '}')
	}
	b = append(b, "],\"truncated\":false}\n"...)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}

// appendRemoval begins the object of one run.
func appendRemoval(b []byte, entry shelf.Removal) []byte {
	b = event.AppendValue(append(b, `{"run_id":`...), entry.Run.ID)
	b = event.AppendValue(append(b, `,"dir":`...), entry.Run.Dir)
	return fmt.Appendf(b, `,"status":"%s"`, entry.Run.Status)
}
