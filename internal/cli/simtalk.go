package cli

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// simTalk says on standard error what a run does.
type simTalk struct {
	app   *app
	quiet bool
	bar   *progress // nil without one
}

// progressFor returns what is told of each tick, nil when nobody watches.
func (t *simTalk) progressFor(a *app, quiet bool) func(runner.Progress) {
	if quiet || !a.stderrTerminal() || a.getenv("TERM") == "dumb" {
		return nil
	}
	t.bar = newProgress(a.stderr, a.stderrColor())
	return t.bar.show
}

// warn says what did not stop the run. A bar in the way is wiped first.
func (t *simTalk) warn(text string) {
	t.bar.wipe()
	t.app.warn(text)
}

// began names the run and where it is, at once: it can be followed from now on.
func (t *simTalk) began(run *runner.SimulationRunner) {
	if t.quiet {
		return
	}
	if run.ID() == "" {
		t.app.say("events → " + run.Path())
		return
	}
	t.app.say(run.ID() + " → " + run.Dir())
}

// ended says how the run ended and returns the error that makes the exit code.
// What went wrong comes first, the summary last.
func (t *simTalk) ended(ctx context.Context, run *runner.SimulationRunner, result runner.Result, err error) error {
	t.bar.wipe()
	var failure error
	for _, err := range append(parts(result.LogErr), parts(err)...) {
		t.app.complain(err)
		failure = &exitError{code: exitFailed}
	}
	if !t.quiet {
		t.app.say(summary(result) + "; next: " + t.next(run, result))
	} else if run.ID() != "" {
		fmt.Fprintln(t.app.out(), safe(run.ID())) // the buffer keeps the error for finish
	}
	if result.Status == shelf.StatusInterrupted {
		return cmp.Or(context.Cause(ctx), failure)
	}
	return failure
}

// parts takes joined errors apart, so that each gets a line.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, parts(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// summary says in a few words how a run ended.
func summary(r runner.Result) string {
	text := fmt.Sprintf("%s (%s): %s in %s", r.Status, r.Reason, countOf(r.Events, "event"), seconds(r.Elapsed))
	if r.Dropped > 0 {
		text += fmt.Sprintf(", %d dropped", r.Dropped)
	}
	return text
}

func countOf(n uint64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// next is the command that most people want after such a run.
func (t *simTalk) next(run *runner.SimulationRunner, r runner.Result) string {
	if run.ID() == "" {
		return "head " + quote(run.Path())
	}
	where := ""
	if t.app.logsDir != "" {
		where = " --logs-dir " + quote(t.app.logsDir)
	}
	switch r.Status {
	case shelf.StatusInterrupted:
		return "runshelf sim" + where + " --resume " + run.ID()
	case shelf.StatusFailed:
		return "runshelf events" + where + " --last 20 " + run.ID()
	}
	return "runshelf show" + where + " " + run.ID()
}
