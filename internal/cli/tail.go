package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// tailLines is how many events tail begins with.
const tailLines = 20

// latestEvery is how often the shelf is asked for a newer run.
const latestEvery = 100 * time.Millisecond

func newTailCommand(a *app) *cobra.Command {
	var o eventOptions
	cmd := &cobra.Command{
		Use:   "tail [RUN]",
		Short: "follow the events of a run",
		Long: `Prints the last events of a run and follows it until it ends: short for events -f --last 20.
On a terminal it says how the run ended.
With --latest it goes on with the next run, from its first event, whenever there is a newer
one: with one after the other in the order in which they started, so that none is left out.
Of a run that has not ended by then what it logs later is not shown.`,
		Example: `  runshelf tail latest
  runshelf tail latest --level warn
  runshelf tail latest --where 'event_type == "error"' --exit-status
  runshelf tail --latest`,
		Args: func(cmd *cobra.Command, args []string) error {
			if args = o.tailArgs(args); len(args) == 0 && o.latest {
				return nil
			}
			return oneRun(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !o.follow {
				return withHint(usageErrorf("tail always follows"), "runshelf events RUN --last N does not")
			}
			return a.tail(cmd, append(o.tailArgs(args), "")[0], &o)
		},
		ValidArgsFunction: a.completeRuns,
	}
	o.addFilters(cmd.Flags())
	cmd.Flags().BoolVarP(&o.follow, "follow", "f", true, "as it always does: hands type tail -f")
	_ = cmd.Flags().MarkHidden("follow")
	cmd.Flags().IntVarP(&o.last, "last", "n", tailLines, "begin with the last `N` of them")
	cmd.Flags().BoolVar(&o.latest, "latest", false, "go on with the latest run when there is a newer one")
	o.addExitStatus(cmd.Flags())
	o.addOutputs(a, cmd)
	cmd.MarkFlagsMutuallyExclusive("latest", "exit-status")
	cmd.MarkFlagsMutuallyExclusive("raw", "json")
	cmd.MarkFlagsMutuallyExclusive("raw", "fields")
	return cmd
}

// tailArgs returns the arguments without the list of --json. With --latest no run
// need be named, so that a single word behind --json is the list.
func (o *eventOptions) tailArgs(args []string) []string {
	if o.latest && len(args) == 1 {
		return o.json.take(args, 0)
	}
	return o.json.take(args, 1)
}

// tail follows a run, or one run after the other. The name is empty only with
// --latest.
func (a *app) tail(cmd *cobra.Command, name string, o *eventOptions) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	o.hasLast = true
	filter, err := o.filter(a)
	if err != nil {
		return asUsage(err)
	}
	if o.latest {
		return a.tailLatest(cmd.Context(), name, filter, o)
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	return a.followRun(cmd.Context(), run, filter, o)
}

// tailLatest follows a run and then each newer one until somebody stops it.
func (a *app) tailLatest(ctx context.Context, name string, filter query.Filter, o *eventOptions) error {
	ctx, stop := a.interruptibleReader(ctx)
	defer stop()
	s, err := a.shelf()
	if err != nil {
		return err
	}
	out := a.prompt()
	defer func() { _ = out.Flush() }() // nothing is left but what an error has cut off
	w := &latestWatch{shelf: s, flush: out.Flush, seen: map[string]bool{}}
	run, err := s.Find(cmp.Or(name, shelf.LatestLink))
	waiting := errors.Is(err, shelf.ErrNoRun) && (name == "" || name == shelf.LatestLink || name == "@")
	if err != nil && !waiting {
		return noRunHint(s, name, err)
	}
	p := a.newEventPrinter(out, o)
	options := query.FollowOptions{Last: o.last, FromLast: !waiting, CaughtUp: w.caughtUp, Through: p.through(out), Alone: true}
	if waiting {
		a.say("waiting for a run in " + s.Dir())
	} else {
		w.begin(run)
		a.say("following " + run.ID)
		p.of(run)
		_, err = query.Follow(ctx, run, filter, p.follower(), options)
	}
	options.FromLast = false
	for err == nil || waiting {
		waiting = false
		if run, err = w.next(ctx); err != nil {
			return err
		}
		a.say("following " + run.ID)
		p.of(run)
		if _, err = query.Follow(ctx, run, filter, p.follower(), options); errors.Is(err, fs.ErrNotExist) {
			err = nil // it has been removed since, as a limit on the shelf does soon
		}
	}
	return err
}

// latestWatch looks out for newer runs while another one is followed.
type latestWatch struct {
	shelf *shelf.Shelf
	flush func() error
	since time.Time       // when the latest run of the beginning started
	seen  map[string]bool // the ids of the runs that were followed
	known string          // what latest named when there was no other to follow
	moved bool            // there is a newer one
	asked time.Time
}

// begin is told of the run that is followed first. From then on all are followed that
// start, and the latest if that is another.
func (w *latestWatch) begin(run *shelf.Run) {
	w.seen[run.ID], w.since = true, run.Start
	if latest, err := w.shelf.Find(shelf.LatestLink); err == nil {
		w.since = latest.Start
		if latest.ID == run.ID {
			w.known = run.ID
		}
	}
}

// caughtUp ends the following of a run that is not the latest any more. What it
// wrote before the newer one began is read once more first.
func (w *latestWatch) caughtUp() error {
	if err := w.flush(); err != nil {
		return err
	}
	if w.moved {
		return query.ErrStop
	}
	if time.Since(w.asked) >= latestEvery {
		w.asked = time.Now()
		w.moved = w.newer() != nil
	}
	return nil
}

// newer is the first that started of the runs still to be followed. The shelf is asked
// only when latest has moved, and until nothing is left to follow. Trouble in finding it
// out is as if there were none: it may pass.
func (w *latestWatch) newer() *shelf.Run {
	latest, err := w.shelf.Find(shelf.LatestLink)
	if err != nil || latest.ID == w.known {
		return nil
	}
	runs, err := w.shelf.Runs()
	if err != nil {
		return nil
	}
	for _, run := range slices.Backward(runs) { // the newest is the first of them
		if !w.seen[run.ID] && !run.Start.Before(w.since) {
			return run
		}
	}
	w.known = latest.ID
	return nil
}

// next waits for a newer run.
func (w *latestWatch) next(ctx context.Context) (*shelf.Run, error) {
	ticker := time.NewTicker(latestEvery)
	defer ticker.Stop()
	for {
		if run := w.newer(); run != nil {
			w.seen[run.ID], w.moved = true, false
			return run, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-ticker.C:
		}
	}
}
