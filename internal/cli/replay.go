package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// replayOptions are the flags of replay.
type replayOptions struct {
	times  int
	exec   bool
	json   bool
	ignore []string
}

func newReplayCommand(a *app) *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay RUN",
		Short: "run a recorded simulation again, and compare it as it goes",
		Long: `Runs a recorded simulation again from what it recorded of itself: model, seed and
configuration. Each event is compared with the stored one as it comes, and the first
that differs ends the replay. Nothing is written.

With --exec the run of another program is repeated too, by its recorded command in its
recorded directory, and its events are compared stream by stream; what compare.ignore in
runshelf.yaml names is set aside, as diff does. Whatever the program writes elsewhere it
writes again. A run that was told a secret is not repeated, since the
secret was not recorded.

The exit code is 0 when every replay gives the same events, 1 when one does not, 2 for
trouble.`,
		Example: `  runshelf replay latest
  runshelf replay name:baseline --times 3
  runshelf replay latest --exec --ignore elapsed_ms`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneRun(cmd, args); err != nil {
				return err
			}
			if o.times < 1 {
				return usageErrorf("--times is %d, and must be 1 or more", o.times)
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.replay(cmd, args[0], &o) },
		ValidArgsFunction: a.completeRuns,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVar(&o.times, "times", 1, "replay `N` times")
	flags.BoolVar(&o.exec, "exec", false, "repeat also the run of another program, by its recorded command")
	flags.StringArrayVar(&o.ignore, "ignore", nil, "set aside the `FIELD` at any depth, as diff does (repeatable)")
	flags.BoolVar(&o.json, "json", false, "one JSON document")
	return cmd
}

// replayed is what the replays of a run gave.
type replayed struct {
	run    *shelf.Run
	times  int   // replays that were begun
	events int64 // found equal by the last one
	ended  bool  // the recorded run has an end to compare
	diff   *compare.Diff
	tick   int64
	drawn  []string // streams that drew in that tick
	differ []string // streams that drew differently
	how    string   // how that is known
}

// replay replays a run.
func (a *app) replay(cmd *cobra.Command, name string, o *replayOptions) error {
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	ctx, stop := a.interruptible(cmd.Context())
	defer stop()
	r := &replayed{run: run}
	for r.times < o.times && r.diff == nil && err == nil {
		r.times++
		if run.Manifest.Kind == kindExec {
			err = a.replayExec(ctx, r, o)
		} else {
			err = replaySimulation(ctx, r, o)
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return asTrouble(err)
	}
	if err := a.showReplay(r, o); err != nil {
		return err
	}
	if r.diff != nil {
		return &exitError{code: exitFailed}
	}
	return nil
}

// errEnough ends a replay whose answer is known.
var errEnough = errors.New("enough is known")

// replaySimulation lives a simulation again.
func replaySimulation(ctx context.Context, r *replayed, o *replayOptions) error {
	play, err := runner.NewReplay(r.run)
	if errors.Is(err, runner.ErrNoSimulation) {
		return withHint(err, "only recorded simulations and, with --exec, programs can be replayed")
	}
	if err != nil {
		return err
	}
	log, err := compare.OpenRun(r.run)
	if err != nil {
		return err
	}
	defer log.Close()
	checker, err := compare.NewChecker(log, compare.Options{Context: 3, Ignore: o.ignore})
	if err != nil {
		return err
	}
	defer checker.Close()
	first, err := playAgainst(ctx, play, checker)
	if err != nil {
		return err
	}
	r.events, r.ended = checker.Equal(), play.HasEnd()
	if first != nil {
		r.diff = &compare.Diff{Result: compare.Result{First: first}}
		return r.explain(ctx, play)
	}
	return nil
}

// playAgainst plays until the events part or one of the two has ended. A run that
// was killed, or lives, has no end, and what comes behind its last event is no
// difference.
func playAgainst(ctx context.Context, play *runner.Replay, checker *compare.Checker) (*compare.Divergence, error) {
	var first *compare.Divergence
	err := play.Play(ctx, func(line []byte) error {
		d, ended, err := checker.Next(line)
		if first = d; err == nil && (d != nil || ended) {
			return errEnough
		}
		return err
	})
	switch {
	case errors.Is(err, errEnough):
		return first, nil
	case err != nil:
		return nil, err
	}
	return checker.Finish()
}

// explain finds out which random streams had drawn differently: by a second
// replay, which tells when the model itself is not deterministic, and else by the
// checkpoints that the run saved.
func (r *replayed) explain(ctx context.Context, play *runner.Replay) error {
	r.tick, r.drawn = play.Tick(), play.Drawn()
	again, err := runner.NewReplay(r.run)
	if err != nil {
		return err
	}
	events := int64(0)
	err = again.Play(ctx, func([]byte) error {
		if events++; events >= r.diff.First.Index {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if r.differ = play.Streams().Differ(again.Streams()); len(r.differ) > 0 {
		r.how = "two replays differ from each other: the model is not deterministic"
		return nil
	}
	tick, names, _, err := again.DrewDifferently(ctx, r.run)
	if len(names) > 0 {
		r.differ, r.how = names, fmt.Sprintf("by the checkpoint of tick %d", tick)
	}
	return err
}

// showReplay prints what was found.
func (a *app) showReplay(r *replayed, o *replayOptions) error {
	if o.json {
		b := appendJSON(nil, indented(r.appendJSON(nil)), a.stdoutTerminal())
		_, err := a.out().Write(append(b, '\n'))
		return err
	}
	p := &page{out: a.out(), colored: a.stdoutColor()}
	if r.diff == nil {
		p.line(fmt.Sprintf("%s: %s, %s, no difference", safe(r.run.ID), plural(int64(r.times), "replay"), plural(r.events, "event")))
		if !r.ended && r.run.Manifest.Kind != kindExec {
			p.line("the recorded run has no end: it was compared as far as it goes")
		}
		return p.err
	}
	r.write(p)
	return p.err
}

// write shows a person where a replay parted from the recording, which is A.
func (r *replayed) write(p *page) {
	d := r.diff.First
	p.line(fmt.Sprintf("%s: replay %d of %d differs (A is recorded, B is replayed)", safe(r.run.ID), r.times, r.times))
	p.heading(divergenceTitle(d))
	writeSurroundings(p, d)
	if len(d.Fields) > 0 {
		p.line("")
		p.table(fieldTable(d.Fields))
		moreFields(p, len(d.Fields))
		writeNames(p, d.Fields)
	}
	if r.run.Manifest.Kind == kindExec {
		return
	}
	p.line("")
	p.fact("Tick", fmt.Sprint(r.tick))
	p.fact("Drawn", joinOr(r.drawn, "no random stream had drawn in this tick"))
	if len(r.differ) > 0 {
		p.fact("Differing", joinOr(r.differ, "")+" ("+r.how+")")
	}
}

// joinOr lists names, or says that there are none.
func joinOr(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	const shown = 12
	text := ""
	for i, n := range names[:min(shown, len(names))] {
		text += ", "[2*(1-min(i, 1)):] + n
	}
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// appendJSON appends the document of --json.
func (r *replayed) appendJSON(dst []byte) []byte {
	first := any(nil)
	if r.diff != nil {
		first = r.diff.FirstObject()
	}
	o := event.Object{
		{Key: "same", Value: r.diff == nil}, {Key: "run_id", Value: r.run.ID},
		{Key: "replays", Value: r.times}, {Key: "events", Value: r.events}, {Key: "first_divergence", Value: first},
	}
	if r.diff != nil && r.run.Manifest.Kind != kindExec {
		o = append(o, event.Member{Key: "tick", Value: r.tick}, event.Member{Key: "streams", Value: event.Object{
			{Key: "drawn", Value: texts(r.drawn)}, {Key: "differ", Value: texts(r.differ)},
		}})
	}
	return event.AppendValue(dst, o)
}

// texts is a list of strings as JSON, never null.
func texts(list []string) []any {
	out := make([]any, 0, len(list))
	for _, s := range list {
		out = append(out, s)
	}
	return out
}
