package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Main runs one command line and returns the exit code. args are the words
// after the program's name, env the environment as [os.Environ] gives it. The
// working directory is the process's own. It does not exit the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	stop := survivePipes()
	defer stop()
	a := newApp(args, stdin, stdout, stderr, env)
	root := newRootCommand(a)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		plainUsage(root)
	}
	root.SetArgs(args)
	defer a.deafen()
	err := root.ExecuteContext(context.Background())
	output := a.finish()
	return a.report(alsoOutput(a.ended(err), output))
}

// alsoOutput joins how a command ended with what kept its output from being
// written. That is said unless the command has something of its own to say.
func alsoOutput(err, output error) error {
	var silent *exitError
	switch {
	case err == nil:
		return output
	case output != nil && !isBrokenPipe(output) && errors.As(err, &silent) && silent.err == nil:
		return &exitError{code: silent.code, err: output}
	}
	return err
}

// survivePipes makes a write to a closed standard stream return EPIPE, where it
// would else end the process: a simulation must not die of a reader that left.
// The signal is caught, not ignored, because children inherit what is ignored.
func survivePipes() (stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGPIPE)
	return func() { signal.Stop(c) }
}

// interruptible returns a context that ends with a [*signalError] as its cause
// on the first Ctrl-C or SIGTERM. The second one ends the process as if nobody
// had caught it. stop must be called.
func (a *app) interruptible(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case s := <-signals:
				if s == os.Interrupt && a.paged.Load() {
					continue // it is the pager's
				}
				signal.Stop(signals)
				cancel(&signalError{signal: s})
			case <-ctx.Done():
			}
			return
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// stuckAfter is how long a reader has to end after it was asked to, unless it waits for
// somebody to take what it writes.
const stuckAfter = 2 * time.Second

// interruptibleReader is interruptible for a command that only reads, and whose output may
// be stuck: a pipe that nobody reads, a terminal that was stopped. When it has not called
// stop some time after the signal the process exits with the code that it would have had.
func (a *app) interruptibleReader(parent context.Context) (ctx context.Context, stop func()) {
	ctx, end := a.interruptible(parent)
	stopped := make(chan struct{})
	go func() {
		<-ctx.Done()
		var ended *signalError
		if errors.As(context.Cause(ctx), &ended) && a.stuck(stopped) {
			os.Exit(ended.code())
		}
	}()
	return ctx, func() {
		close(stopped)
		end()
	}
}

// stuck waits for a command to stop, and reports that it does not.
func (a *app) stuck(stopped <-chan struct{}) bool {
	const look = 50 * time.Millisecond
	for end := time.Now().Add(stuckAfter); time.Now().Before(end); {
		waiting := a.writing.Load()
		select {
		case <-stopped:
			return false
		case <-time.After(look):
		}
		if waiting > 0 && waiting == a.writing.Load() {
			return true // nobody takes what it writes
		}
	}
	return true
}

// scanners are the commands that read event logs to answer one question, and end at once
// when they are told to. What follows or makes a run listens for signals itself.
var scanners = []string{"check", "diff", "events", "report", "series", "show", "stats", "why"}

// listen lets Ctrl-C and SIGTERM end a command that reads: the runs that it finds cannot
// be read any more then.
func (a *app) listen(cmd *cobra.Command) {
	if !slices.Contains(scanners, cmd.Name()) || a.ctx != nil {
		return
	}
	ctx, stop := a.interruptibleReader(cmd.Context())
	ctx, giveUp := context.WithCancelCause(ctx)
	a.ctx, a.giveUp, a.deafen = ctx, giveUp, func() { giveUp(nil); stop() }
}

// ended stops to listen. A signal that came is how the command ended, whatever the command
// says itself.
func (a *app) ended(err error) error {
	if a.ctx == nil {
		return err
	}
	var ended *signalError
	if errors.As(context.Cause(a.ctx), &ended) {
		err = ended
	}
	return err
}
