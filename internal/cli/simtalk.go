package cli

import (
	"context"
	"fmt"
	"strings"

	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// simTalk says on standard error what a run does.
type simTalk struct {
	app   *app
	quiet bool
	bar   *progress // nil without one
	id    string    // of the run; "" in legacy mode
	path  string    // of its directory, or in legacy mode of its file
	// starting says that the run has not been named yet: that comes first.
	starting bool
	warnings []string // what waits for it
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
	if t.starting {
		t.warnings = append(t.warnings, text)
		return
	}
	t.bar.aside(func() { t.app.warn(text) })
}

// say tells what happened beside the run, unless nobody wants to hear of it.
func (t *simTalk) say(text string) {
	if !t.quiet {
		t.bar.aside(func() { t.app.say(text) })
	}
}

// Write shows lines of the run, as logging.console_level asks for.
func (t *simTalk) Write(lines []byte) (n int, err error) {
	t.bar.aside(func() { n, err = t.app.stderr.Write(lines) })
	return n, err
}

// began names the run and where it is, at once: it can be followed from now on.
func (t *simTalk) began(run *runner.SimulationRunner) {
	what := "events"
	t.id, t.path = run.ID(), run.Path()
	if t.id != "" {
		what, t.path = t.id, run.Dir()
	}
	if !t.quiet {
		t.app.say(what + " → " + t.path)
	}
	t.started()
}

// started tells the warnings of the start, once.
func (t *simTalk) started() {
	t.starting = false
	for _, text := range t.warnings {
		t.warn(text)
	}
	t.warnings = nil
}

// ended says how the run ended and returns the error that makes the exit code.
// What went wrong comes first, the summary last.
func (t *simTalk) ended(ctx context.Context, result runner.Result, err error) error {
	t.bar.wipe()
	var failure error
	for _, err := range append(parts(result.LogErr), parts(err)...) {
		t.app.complain(bareError{err})
		failure = &exitError{code: exitFailed}
	}
	if t.id != "" {
		result.Elapsed = recordedDuration(t.path, result.Elapsed)
	}
	if !t.quiet {
		t.app.say(summary(result) + "; next: " + t.next(result))
	} else if t.id != "" {
		fmt.Fprintln(t.app.out(), safe(t.id)) // the buffer keeps an error for finish
	}
	if cause := context.Cause(ctx); cause != nil && result.Status == shelf.StatusInterrupted {
		return cause
	}
	return failure
}

// bareError leaves out the package with which the logger's errors begin, since
// the program of the same name is put in front of every error.
type bareError struct{ error }

func (e bareError) Error() string { return strings.TrimPrefix(e.error.Error(), "runshelf: ") }

func (e bareError) Unwrap() error { return e.error }

// summary says in a few words how a run ended. Its numbers are plain, for programs
// read this line too.
func summary(r runner.Result) string {
	text := string(r.Status)
	if r.Reason != text {
		text += " (" + r.Reason + ")"
	}
	noun := "events"
	if r.Events == 1 {
		noun = "event"
	}
	text += fmt.Sprintf(": %d %s in %.2f s", r.Events, noun, r.Elapsed.Seconds())
	if r.Dropped > 0 {
		text += fmt.Sprintf(", %d of them dropped", r.Dropped)
	}
	return text
}

// next is the command that most people want after such a run.
func (t *simTalk) next(r runner.Result) string {
	if t.id == "" {
		return "head " + quote(t.path)
	}
	words := []string{"runshelf", "show", t.id}
	switch r.Status {
	case shelf.StatusInterrupted:
		words = []string{"runshelf", "sim", "--resume", t.id}
	case shelf.StatusFailed:
		words = []string{"runshelf", "events", "--last", "20", t.id}
	}
	if t.app.logsDir != "" {
		words = append(words, "--logs-dir", t.app.logsDir)
	}
	return strings.Join(quoteAll(words), " ")
}
