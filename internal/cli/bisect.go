package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// bisectOptions are the flags of bisect.
type bisectOptions struct {
	bad     whereFlag
	compare compare.Options
	fresh   bool
	json    bool
}

func newBisectCommand(a *app) *cobra.Command {
	var o bisectOptions
	cmd := &cobra.Command{
		Use:   "bisect A B",
		Short: "which settings make the difference between two runs",
		Long: `Finds out which of the settings in which B differs from A make it different: parameters
of a simulation or of a wrapped program, and the seed. A is the good run and B the bad
one. Combinations that have some settings of B and the others of A are run until few
settings are left that together are bad and of which none can be left out. These are
the last lines, and all that goes to standard output.

--bad says what makes a run bad, in the filter language for runs. Without it a run is
bad when its events part from those of A at the place where those of B do, and good
when they do not up to there. A combination that parts earlier, that cannot be run, or
that fails as A did not, is neither; what is found is then as small as could be told.

Each combination is a run on the shelf with its own settings, a note and a tag. The same
bisect again, after Ctrl-C or a crash too, goes on with what has been run; --fresh runs
all anew. Programs are run by their recorded command in their recorded directory, A and
B themselves first, since nobody knows whether they do the same again.

The exit code is 0 when settings were found, 2 when A is bad, B is not, or the two cannot
be bisected.`,
		Example: `  runshelf bisect name:baseline latest --bad 'metrics.gini > 0.5'
  runshelf bisect run_20260115_120000 run_20260115_130000
  runshelf bisect good bad --bad 'status == "failed"' --json
  runshelf bisect good bad --only transfer --ignore elapsed_ms`,
		Args: func(_ *cobra.Command, args []string) error { return o.check(args) },
		RunE: func(cmd *cobra.Command, args []string) error { return a.bisect(cmd.Context(), args[0], args[1], &o) },
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeRuns(cmd, nil, word)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&o.bad, "bad", "a run is bad when this `EXPR` holds for it, such as 'metrics.gini > 0.5' (repeatable)")
	flags.StringArrayVar(&o.compare.Ignore, "ignore", nil, "set aside the `FIELD` at any depth when events are compared, as diff does (repeatable)")
	flags.StringArrayVar(&o.compare.Only, "only", nil, "compare only events whose type matches `GLOB` (repeatable)")
	flags.StringArrayVar(&o.compare.Except, "except", nil, "pass over events whose type matches `GLOB` (repeatable)")
	flags.Float64Var(&o.compare.Tolerance, "tolerance", 0, "numbers are equal when |a-b| <= `T`*max(1,|a|,|b|)")
	flags.BoolVar(&o.fresh, "fresh", false, "run also what this bisect has run before")
	flags.BoolVar(&o.json, "json", false, "one JSON document")
	return cmd
}

// check refuses what cannot work.
func (o *bisectOptions) check(args []string) error {
	switch {
	case len(args) != 2:
		return withHint(usageErrorf("bisect needs two runs, the good and the bad one, and got %s", plural(int64(len(args)), "name")),
			"runshelf bisect name:baseline latest --bad 'metrics.gini > 0.5'")
	case o.bad.given && (len(o.compare.Ignore)+len(o.compare.Only)+len(o.compare.Except) > 0 || o.compare.Tolerance != 0):
		return usageErrorf("--ignore, --only, --except and --tolerance are about events, and do not go with --bad")
	}
	return checkTolerance(o.compare.Tolerance)
}

// bisect finds the guilty settings and names them.
func (a *app) bisect(parent context.Context, good, bad string, o *bisectOptions) error {
	b, err := a.newBisection(good, bad, o)
	if err != nil {
		return asUsage(err)
	}
	ctx, stop := a.interruptible(parent)
	defer stop()
	a.say(fmt.Sprintf("%s (good) and %s (bad) differ in %s: %s",
		b.good.ID, b.bad.ID, plural(int64(len(b.keys)), "setting"), joinOr(b.names(nil), "")))
	found, err := b.search(ctx)
	if cause := context.Cause(ctx); cause != nil {
		a.say(fmt.Sprintf("stopped after %s; to go on: %s", plural(int64(b.made), "run"), b.again()))
		return cause
	}
	if err != nil {
		return err
	}
	b.sayEnd()
	return b.show(found)
}

// search runs what is needed to find the guilty settings.
func (b *bisection) search(ctx context.Context) ([]int, error) {
	if err := b.checkEnds(ctx); err != nil {
		return nil, err
	}
	return compare.Bisect(len(b.keys), func(chosen []int) (compare.Outcome, error) {
		t, err := b.try(ctx, chosen)
		return t.outcome, err
	})
}

// checkEnds runs A and B again when nobody knows whether they do the same as
// before: what else than settings makes them differ cannot be found here.
func (b *bisection) checkEnds(ctx context.Context) error {
	if b.repeatable() {
		return nil
	}
	for _, end := range []struct {
		id     string
		chosen []int
		want   compare.Outcome
	}{{b.good.ID, nil, compare.Good}, {b.bad.ID, b.all(), compare.Bad}} {
		t, err := b.try(ctx, end.chosen)
		if err != nil {
			return err
		}
		if t.outcome != end.want {
			return withHint(asUsage(fmt.Errorf("%s is no longer %s when it is run again: the settings alone do not decide", end.id, end.want)),
				"runshelf diff "+end.id+" "+t.run+" shows the difference; --ignore and --only set aside what is never the same")
		}
	}
	return nil
}

// sayEnd sums the search up for a person.
func (b *bisection) sayEnd() {
	text := plural(int64(b.made), "run")
	if b.reused > 0 {
		text += fmt.Sprintf(", and %s made before", plural(int64(b.reused), "run"))
	}
	if n := b.unresolved(); n > 0 {
		text += fmt.Sprintf("; %s could not be told good from bad, so fewer settings may be enough", plural(n, "combination"))
	}
	b.app.say(text + "; what makes the difference:")
}

// show prints the guilty settings.
func (b *bisection) show(found []int) error {
	if !b.o.json {
		for _, name := range b.names(found) {
			fmt.Fprintln(b.app.out(), safe(name)) // the buffer keeps an error for finish
		}
		return nil
	}
	tried := make([]any, 0, len(b.trials))
	for _, t := range b.trials {
		o := event.Object{{Key: "keys", Value: texts(b.names(t.chosen))}, {Key: "run_id", Value: t.run}, {Key: "outcome", Value: t.outcome.String()}}
		if t.reason != "" {
			o = append(o, event.Member{Key: "reason", Value: t.reason})
		}
		tried = append(tried, o)
	}
	doc := event.Object{
		{Key: "keys", Value: texts(b.names(found))}, {Key: "runs", Value: b.made}, {Key: "reused", Value: b.reused},
		{Key: "a", Value: b.good.ID}, {Key: "b", Value: b.bad.ID}, {Key: "tag", Value: b.tag}, {Key: "tried", Value: tried},
	}
	out := appendJSON(nil, indented(event.AppendValue(nil, doc)), b.app.stdoutTerminal())
	_, err := b.app.out().Write(append(out, '\n'))
	return err
}

// again is the command that goes on with this bisect. It names the runs by their
// ids: latest is another one by now.
func (b *bisection) again() string {
	words := []string{"runshelf", "bisect", b.good.ID, b.bad.ID}
	if b.app.logsDir != "" {
		words = append(words, "--logs-dir", b.app.logsDir)
	}
	if b.o.bad.given {
		words = append(words, "--bad", b.o.bad.source)
	}
	for _, field := range b.o.compare.Ignore[:b.ignored] {
		words = append(words, "--ignore", field)
	}
	for _, glob := range b.o.compare.Only {
		words = append(words, "--only", glob)
	}
	for _, glob := range b.o.compare.Except {
		words = append(words, "--except", glob)
	}
	if t := b.o.compare.Tolerance; t != 0 {
		words = append(words, "--tolerance", fmt.Sprint(t))
	}
	return strings.Join(quoteAll(words), " ")
}

// newBisection finds the two runs, what differs between them, and what is bad
// about B.
func (a *app) newBisection(good, bad string, o *bisectOptions) (*bisection, error) {
	b := &bisection{app: a, o: o, ignored: len(o.compare.Ignore)}
	var err error
	if b.good, err = a.findRun(good); err != nil {
		return nil, err
	}
	if b.bad, err = a.findRun(bad); err != nil {
		return nil, err
	}
	where, err := o.bad.compile(query.AboutRuns)
	if err != nil {
		return nil, err
	}
	if err := b.prepare(); err != nil {
		return nil, err
	}
	if b.judge, err = a.newJudge(b.good, b.bad, where, o); err != nil {
		return nil, err
	}
	return b, b.remember()
}
