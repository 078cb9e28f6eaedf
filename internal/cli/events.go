package cli

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// eventOptions are the flags of events and tail.
type eventOptions struct {
	types    []string
	where    whereFlag
	level    string
	last     int
	first    int
	from, to uint64
	since    string
	fields   []string
	json     jsonFlag
	raw      bool
	count    bool
	follow   bool
	latest   bool // tail only: go on with the next run
	status   bool // end with the exit code of the run

	hasLast, hasFirst bool
	given             func(flag string) bool
}

func newEventsCommand(a *app) *cobra.Command {
	var o eventOptions
	cmd := &cobra.Command{
		Use:   "events RUN",
		Short: "the events of a run",
		Long: `Prints the events of a run, one readable line each: time, sequence, level, text. The time
is local, and has its date when that is not the one on which the run started.
A line that is no event is skipped; a warning says how many.`,
		Example: `  runshelf events latest
  runshelf events latest --type 'mint*' --type transfer --last 10
  runshelf events @~1 --level warn --since 10m
  runshelf events latest --fields tick,sender,amount --type transfer
  runshelf events latest --where 'event_type == "transfer" && amount > 10'
  runshelf events name:baseline --json | jq .amount
  runshelf events latest -f`,
		Args: func(cmd *cobra.Command, args []string) error { return oneRun(cmd, o.json.take(args, 1)) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.events(cmd, o.json.take(args, 1)[0], &o)
		},
		ValidArgsFunction: a.completeRuns,
	}
	flags := cmd.Flags()
	o.addFilters(flags)
	flags.IntVar(&o.last, "last", 0, "only the last `N` of them")
	flags.IntVar(&o.first, "first", 0, "only the first `N` of them")
	flags.BoolVarP(&o.follow, "follow", "f", false, "go on until the run ends")
	o.addExitStatus(flags)
	o.addOutputs(a, cmd)
	flags.BoolVar(&o.count, "count", false, "only how many")
	cmd.MarkFlagsMutuallyExclusive("last", "first")
	cmd.MarkFlagsMutuallyExclusive("follow", "count")
	cmd.MarkFlagsMutuallyExclusive("exit-status", "count")
	cmd.MarkFlagsMutuallyExclusive("raw", "json")
	cmd.MarkFlagsMutuallyExclusive("raw", "fields")
	return cmd
}

// addFilters declares the flags that say which events.
func (o *eventOptions) addFilters(flags *pflag.FlagSet) {
	flags.SortFlags = false
	o.given = flags.Changed
	flags.StringArrayVar(&o.types, "type", nil, "events whose type matches `GLOB`; may be repeated")
	o.where.add(flags, "events for which an `EXPR` is true (amount > 10 && sender in [\"alpha\"])")
	flags.StringVar(&o.level, "level", "", "events at or above DEBUG, INFO, WARN or ERROR")
	flags.Uint64Var(&o.from, "from", 0, "events from sequence `SEQ` on")
	flags.Uint64Var(&o.to, "to", 0, "events up to sequence `SEQ`")
	flags.StringVar(&o.since, "since", "", "events since a `TIME` (RFC 3339, 09:30, today), or since so long ago (10m, 7d)")
}

// addExitStatus declares the flag of those who wait for a run.
func (o *eventOptions) addExitStatus(flags *pflag.FlagSet) {
	flags.BoolVar(&o.status, "exit-status", false, "when the run ends, end with its exit code")
}

// addOutputs declares the flags that say how an event is printed.
func (o *eventOptions) addOutputs(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&o.fields, "fields", nil, "only these `FIELDS` (tick,sender), separated by tabs")
	o.json.add(a, cmd, "the stored lines; with `[FIELDS]`, or --fields, objects of these")
	flags.BoolVar(&o.raw, "raw", false, "the stored bytes, also on a terminal, and lines that are no events")
}

// filter is what the flags ask for.
func (o *eventOptions) filter(a *app) (query.Filter, error) {
	f := query.Filter{Types: o.types, From: o.from, To: o.to, KeepBroken: o.raw, CacheDir: a.cacheDir()}
	if o.to == 0 && o.given("to") {
		f.From, f.To = 2, 1 // no event is up to 0, which for a filter means no bound
	}
	where, err := o.where.compile(query.AboutEvents)
	if err != nil {
		return f, err
	}
	f.Where = where
	if o.level != "" {
		level, ok := event.ParseLevel(o.level)
		if !ok {
			return f, withHint(usageErrorf("there is no level %q", o.level), "one of DEBUG, INFO, WARN, ERROR")
		}
		f.MinLevel = &level
	}
	if o.since != "" {
		since, err := parseSince(o.since, a.now())
		if err != nil {
			return f, err
		}
		f.Since = since
	}
	return f, f.Check()
}

// check reads and checks what flag parsing cannot.
func (o *eventOptions) check(cmd *cobra.Command) error {
	o.hasLast, o.hasFirst = cmd.Flags().Changed("last"), cmd.Flags().Changed("first")
	if o.last < 0 || o.first < 0 {
		return usageErrorf("--last and --first must not be negative")
	}
	if o.json.fields() != nil {
		o.fields = o.json.fields()
	}
	for _, field := range o.fields {
		if strings.TrimSpace(field) == "" {
			return usageErrorf("--fields has an empty field")
		}
	}
	if o.json.on() { // an object has each key once
		var once []string
		for _, field := range o.fields {
			if !slices.Contains(once, field) {
				once = append(once, field)
			}
		}
		o.fields = once
	}
	return nil
}

// events prints the events of one run.
func (a *app) events(cmd *cobra.Command, name string, o *eventOptions) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	filter, err := o.filter(a)
	if err != nil {
		return asUsage(err)
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	if o.follow || o.status {
		return a.followRun(cmd.Context(), run, filter, o)
	}
	return a.printEvents(run, filter, o)
}

// printEvents prints the events there are.
func (a *app) printEvents(run *shelf.Run, filter query.Filter, o *eventOptions) error {
	if !o.count && !o.raw {
		a.startPager() // which would show some of the stored bytes in its own way
	}
	p := a.newEventPrinter(a.out(), o)
	p.of(run)
	if o.count && !o.hasLast && !o.hasFirst && !filter.KeepBroken {
		n, report, err := query.Count(run, filter)
		if err != nil {
			return err
		}
		_, err = a.out().WriteString(strconv.FormatInt(n, 10) + "\n")
		a.broken(run, report)
		a.unknown(run, filter.Where)
		return err
	}
	report, err := o.ask(run, filter, p.print)
	if err != nil {
		return err
	}
	if o.count {
		if _, err := a.out().WriteString(strconv.FormatInt(p.printed, 10) + "\n"); err != nil {
			return err
		}
	}
	a.broken(run, report)
	if !o.hasLast && !o.hasFirst { // these are answered by a part of the log
		a.unknown(run, filter.Where)
	}
	return nil
}

// ask puts the question in the direction that suits it.
func (o *eventOptions) ask(run *shelf.Run, f query.Filter, fn func(*query.Line) error) (query.Report, error) {
	if o.hasLast {
		return query.Last(run, f, o.last, fn)
	}
	return query.Scan(run, f, o.atMost(fn))
}

// atMost ends a question after --first events.
func (o *eventOptions) atMost(fn func(*query.Line) error) func(*query.Line) error {
	if !o.hasFirst {
		return fn
	}
	left := o.first
	return func(l *query.Line) error {
		if left == 0 {
			return query.ErrStop
		}
		if err := fn(l); err != nil {
			return err
		}
		if left--; left == 0 {
			return query.ErrStop
		}
		return nil
	}
}

// followRun prints events until the run ends or somebody has seen enough.
func (a *app) followRun(ctx context.Context, run *shelf.Run, filter query.Filter, o *eventOptions) error {
	ctx, stop := a.interruptibleReader(ctx)
	defer stop()
	out := a.prompt()
	p := a.newEventPrinter(out, o)
	p.of(run)
	options := query.FollowOptions{
		Last: o.last, FromLast: o.hasLast, CaughtUp: func() error { return out.Flush() }, Alone: true,
	}
	if !o.hasFirst {
		options.Through = p.through(out)
	}
	report, err := query.Follow(ctx, run, filter, o.atMost(p.follower()), options)
	if err = cmp.Or(err, out.Flush()); err != nil {
		return err
	}
	a.broken(run, report)
	if a.stderrTerminal() {
		a.sayEnd(run.Dir)
	}
	if !o.status {
		return nil
	}
	return exitStatus(run.Dir)
}

// sayEnd tells who followed a run how it ended: a run that was killed just stops. Of
// one that goes on, since somebody had seen enough, there is nothing to tell.
func (a *app) sayEnd(dir string) {
	if run, err := shelf.OpenRun(dir); err == nil && run.Status != shelf.StatusRunning {
		a.say(run.ID + " " + string(run.Status) + reasonText(&run.Manifest))
	}
}

// signalNumbers are the signals that have one number everywhere.
var signalNumbers = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "FPE": 8, "KILL": 9, "SEGV": 11, "PIPE": 13, "ALRM": 14, "TERM": 15,
}

// exitStatus ends the command as the run in dir ended: with the code of its
// program where that is known, else with one that says how.
func exitStatus(dir string) error {
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return err
	}
	code := exitFailed
	switch {
	case run.Manifest.Program.ExitCode != nil && run.Status != shelf.StatusCrashed:
		code = *run.Manifest.Program.ExitCode
	case signalNumbers[run.Manifest.Program.Signal] != 0:
		code = exitSignals + signalNumbers[run.Manifest.Program.Signal]
	case run.Status == shelf.StatusCompleted, run.Status == shelf.StatusRunning:
		code = exitGood
	case run.Status == shelf.StatusInterrupted:
		code = exitSignals + int(syscall.SIGINT)
	}
	if code == exitGood {
		return nil
	}
	return &exitError{code: code}
}
