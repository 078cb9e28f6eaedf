package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/runshelf/compare"
	"example.org/runshelf/shelf"
)

// diffOptions are the flags of diff.
type diffOptions struct {
	compare     compare.Options
	learnedFrom []string // two runs
	learn, save bool
	matrix      bool
	json        bool
}

func newDiffCommand(a *app) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "what differs between two runs, and the first event at which they part",
		Long: `Compares two runs, or files of JSON Lines: what their manifests say differently, their
events by type, their metrics, and the first event at which they part.

Events are compared in order; of wrapped programs each stream by itself. The order of
keys and the spelling of numbers and strings do not count. At top level timestamp,
sequence, cause and source_time are set aside, and what compare.ignore in runshelf.yaml
names. --learn proposes such a rule from two runs that should be the same.

A FIELD with ~ and kinds behind it sets aside only these parts of its texts: time,
duration, address, uuid, temp (names of temporary files) and number (all numbers).
text~/took (\d+)/ sets aside what a regular expression finds, or its groups.

Ids that are made by chance are others in each run. request_id~renamed, and +renamed
behind kinds or an expression, has each of them stand for one of the other run, and for
the same one wherever they are met: only who is meant still counts.

Where a program does several things at once the order of its events differs by chance;
diff says so when the same events are there in another order, and --any-order finds those
that only one of the runs has.

With --matrix any number of runs are compared pair by pair, up to where they part. Two
tags that several runs bear are compared by their metrics, with the confidence interval
of each change.

The exit code is 0 when all events are the same, 1 when they are not, 2 for trouble.`,
		Example: `  runshelf diff latest~1 latest
  runshelf diff name:baseline latest --ignore duration_ms --ignore '*_at'
  runshelf diff name:baseline latest --ignore 'text~time+address'
  runshelf diff name:baseline latest --ignore 'request_id~renamed' --ignore 'text~uuid+renamed'
  runshelf diff a.jsonl b.jsonl --only tick --tolerance 1e-9
  runshelf diff name:baseline latest --except 'simulation_*'
  runshelf diff latest~1 latest --any-order
  runshelf diff latest~1 latest --json | jq .first_divergence
  runshelf diff run1 run2 --learn --save
  runshelf diff --matrix run1 run2 run3
  runshelf diff tag:before tag:after`,
		Args: func(_ *cobra.Command, args []string) error { return o.check(args) },
		RunE: func(_ *cobra.Command, args []string) error { return a.runDiff(args, &o) },
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 1 && !o.matrix {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeRuns(cmd, nil, word)
		},
	}
	o.declare(cmd.Flags())
	return cmd
}

// declare declares the flags.
func (o *diffOptions) declare(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringArrayVar(&o.compare.Ignore, "ignore", nil, "set aside the `FIELD` at any depth: a glob, a path such as events[*].kind, or parts of texts, text~time (repeatable)")
	flags.StringSliceVar(&o.learnedFrom, "ignore-learned", nil, "set aside what differs between two runs `RUN1,RUN2` that should be the same")
	flags.StringArrayVar(&o.compare.Only, "only", nil, "compare only events whose type matches `GLOB` (repeatable)")
	flags.StringArrayVar(&o.compare.Except, "except", nil, "pass over events whose type matches `GLOB` (repeatable)")
	flags.BoolVar(&o.compare.AnyOrder, "any-order", false, "compare the events without their order, for programs that do several things at once")
	flags.Float64Var(&o.compare.Tolerance, "tolerance", 0, "numbers are equal when |a-b| <= `T`*max(1,|a|,|b|)")
	flags.IntVar(&o.compare.Context, "context", 3, "show `N` events before and after the first divergence")
	flags.BoolVar(&o.compare.Strict, "strict", false, "set aside nothing but what --ignore names")
	flags.BoolVar(&o.compare.NoIndex, "no-index", false, "read all events, also where the indexes of the runs say that they are equal")
	flags.BoolVar(&o.learn, "learn", false, "propose what to set aside so that the two are the same")
	flags.BoolVar(&o.save, "save", false, "with --learn, store the rule in runshelf.yaml")
	flags.BoolVar(&o.matrix, "matrix", false, "compare any number of runs pair by pair: how many events they begin with alike")
	flags.BoolVar(&o.json, "json", false, "one JSON document")
}

// check refuses what cannot be compared.
func (o *diffOptions) check(args []string) error {
	switch {
	case o.matrix && (o.learn || len(args) < 2):
		return usageErrorf("--matrix compares two runs or more, and does not go with --learn")
	case len(args) != 2 && !o.matrix:
		return withHint(usageErrorf("diff compares two runs, and got %s", plural(int64(len(args)), "name")), "runshelf diff latest~1 latest")
	case o.compare.Context < 0:
		return usageErrorf("--context is %d, and must be 0 or more", o.compare.Context)
	case len(o.learnedFrom) != 0 && len(o.learnedFrom) != 2:
		return withHint(usageErrorf("--ignore-learned takes two runs, and got %d", len(o.learnedFrom)), "--ignore-learned RUN1,RUN2")
	case o.compare.AnyOrder && (o.matrix || o.learn):
		return usageErrorf("--any-order goes neither with --matrix nor with --learn: they compare events in order")
	case o.compare.AnyOrder && o.compare.Tolerance > 0:
		return usageErrorf("--any-order does not go with --tolerance: which numbers belong together only the order tells")
	case o.save && !o.learn:
		return usageErrorf("--save stores what --learn found, and --learn is not given")
	}
	return checkTolerance(o.compare.Tolerance)
}

// checkTolerance refuses what is no tolerance.
func checkTolerance(t float64) error {
	if t < 0 || math.IsNaN(t) || math.IsInf(t, 0) {
		return usageErrorf("--tolerance is %v, and must be a number from 0 on", t)
	}
	return nil
}

// runDiff chooses what to compare. An error must not look like a difference, so it
// is trouble.
func (a *app) runDiff(args []string, o *diffOptions) error {
	switch {
	case o.matrix:
		return asTroubleUnlessSaid(a.diffMatrix(args, o))
	case o.learn:
		return asTrouble(a.learn(args[0], args[1], o))
	}
	x, y, groups, err := a.groupsOf(args[0], args[1])
	switch {
	case err != nil:
		return asTrouble(err)
	case groups:
		return asTroubleUnlessSaid(a.diffGroups(args[0], args[1], x, y, o))
	}
	return a.diff(args[0], args[1], o)
}

// asTroubleUnlessSaid leaves an exit code as it is whose meaning has been printed.
func asTroubleUnlessSaid(err error) error {
	var exit *exitError
	if errors.As(err, &exit) && exit.err == nil || isBrokenPipe(err) {
		return err
	}
	return asTrouble(err)
}

// diff compares two logs.
func (a *app) diff(nameA, nameB string, o *diffOptions) error {
	if err := a.ignoreMore(o); err != nil {
		return asTrouble(err)
	}
	logA, err := a.openLog(nameA)
	if err != nil {
		return asTrouble(err)
	}
	defer logA.Close()
	logB, err := a.openLog(nameB)
	if err != nil {
		return asTrouble(err)
	}
	defer logB.Close()
	d, err := compare.Compare(logA, logB, o.compare)
	if err != nil {
		return asTrouble(err)
	}
	if err := a.showDiff(d, logA, logB, o); err != nil {
		return err
	}
	if !d.Same {
		return &exitError{code: exitFailed}
	}
	return nil
}

// showDiff prints what was found.
func (a *app) showDiff(d *compare.Diff, logA, logB *compare.Log, o *diffOptions) error {
	a.damaged(logA, d.A)
	a.damaged(logB, d.B)
	if o.json {
		b := appendJSON(nil, indented(d.AppendJSON(nil)), a.stdoutTerminal())
		_, err := a.out().Write(append(b, '\n'))
		return err
	}
	a.startPager()
	p := &page{out: a.out(), colored: a.stdoutColor()}
	writeDiff(p, d, logA, logB)
	return p.err
}

// damaged tells the person about lines that were passed over. An unfinished last
// line of a living run is no damage.
func (a *app) damaged(log *compare.Log, r compare.SideReport) {
	n := r.Broken
	if r.Torn && log.Run != nil && log.Run.Status == shelf.StatusRunning {
		n--
	}
	if log.Missing {
		a.warn(log.Name + " has no events.jsonl")
	}
	if n > 0 {
		a.warn(fmt.Sprintf("%s skipped in %s", plural(n, "broken line"), log.Name))
	}
}

// asTrouble makes an error exit code 2: a diff that fails must not look like one
// that found a difference.
func asTrouble(err error) error { return asUsage(err) }

// openLog opens what a name means: a run, or a file of JSON Lines.
func (a *app) openLog(name string) (*compare.Log, error) {
	run, err := a.findRun(name)
	if err == nil {
		return compare.OpenRun(run)
	}
	if !errors.Is(err, shelf.ErrNoRun) {
		return nil, err
	}
	info, statErr := os.Stat(name)
	switch {
	case errors.Is(statErr, fs.ErrNotExist):
		return nil, withHint(err, "there is no file of that name either; "+hintOf(err))
	case statErr == nil && info.IsDir():
		return nil, withHint(err, "there is only a directory of that name; "+hintOf(err))
	}
	if a.ctx != nil {
		return compare.OpenFileContext(a.ctx, name)
	}
	return compare.OpenFile(name)
}
