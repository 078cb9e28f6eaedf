package capture

import (
	"fmt"
	"io"
	"os"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// DefaultGrace is how long a program may take to end after it was asked to.
const DefaultGrace = 10 * time.Second

// Streams says which standard streams become events. Both are always kept in
// stdout.log and stderr.log.
type Streams string

// The choices of streams.
const (
	StreamsAll    Streams = "all"
	StreamsStdout Streams = "stdout"
	StreamsStderr Streams = "stderr"
	StreamsNone   Streams = "none"
)

// has reports whether the lines of a stream become events.
func (s Streams) has(name string) bool {
	return s == StreamsAll || string(s) == name
}

// Options says what to run and how to record it. Only Command is needed; the run
// then goes to the shelf "logs" under a fresh id.
type Options struct {
	// Command is the program, as a shell would find it, and its arguments.
	Command []string
	// Env is the environment of the program, "KEY=value" each. Nil means that of
	// this process. The variables of the side channel are added.
	Env []string
	// Stdin, Stdout and Stderr are what the program would have without us. Nil
	// means an empty input, and output that is only recorded.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Run says where the run is kept and what is known of it: shelf, id, name,
	// tags, notes, seed, durability. An empty id asks for a fresh one. Kind,
	// Program and Config are set by Run.
	Run runshelf.Options
	// Params are the parameters of the program: the run's configuration, and
	// RUNSHELF_PARAMS for the program.
	Params event.Object
	// Keep are globs, relative to the current directory, of files and
	// directories that are copied to artifacts/ when the program has ended.
	Keep []string

	// Events says which streams become events. Empty means StreamsAll.
	Events Streams
	// Dialect names the JSON dialect of the lines. Empty means that it is found
	// out for each stream.
	Dialect string
	// PTY gives the program a terminal in place of pipes. Its error output is
	// then part of its output.
	PTY bool

	// Timeout ends the program after this time. 0 means never.
	Timeout time.Duration
	// Grace is the time between asking the program to end and killing it. 0 means
	// DefaultGrace, and less than 0 none.
	Grace time.Duration

	// RequireClean refuses to start when the work tree has uncommitted changes.
	RequireClean bool
	// GitDiff keeps the uncommitted changes as artifacts/git.diff.
	GitDiff bool

	// Signals brings the signals that ask the run to end. Nil means those of this
	// process, which are then caught while Run runs.
	Signals <-chan os.Signal
	// Started is told the id and directory of the run before the program starts.
	Started func(id, dir string)
	// Warn is told, in one line each, what did not stop the run.
	Warn func(message string)
}

// Result is how a run ended.
type Result struct {
	ID, Dir string
	Status  shelf.Status
	// Reason says why, when the program did not simply come to its end.
	Reason string
	// Code is the exit code to pass on: the program's own, or 128 and the number
	// of the signal that ended it.
	Code int
	// Elapsed is how long the program ran.
	Elapsed time.Duration
}

// StartError says that the program could not be started.
type StartError struct {
	// Code is 127 when there is no such program and 126 when it cannot be run.
	Code int
	Err  error
}

// The exit codes of a program that did not start, as shells have them.
const (
	CodeNotRunnable = 126
	CodeNotFound    = 127
)

// Error says what was to be started and why it was not.
func (e *StartError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Err }

// withDefaults fills in what was left empty and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	if len(o.Command) == 0 || o.Command[0] == "" {
		return o, fmt.Errorf("there is no program to run")
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Events == "" {
		o.Events = StreamsAll
	}
	switch o.Events {
	case StreamsAll, StreamsStdout, StreamsStderr, StreamsNone:
	default:
		return o, fmt.Errorf("events %q: not one of stdout, stderr, all, none", string(o.Events))
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	if o.Run.RunID == "" {
		o.Run.RunID = runshelf.AutoRunID
	}
	if o.Started == nil {
		o.Started = func(string, string) {}
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if _, err := NewDetector(o.Dialect); err != nil {
		return o, err
	}
	return o, checkGlobs(o.Keep)
}
