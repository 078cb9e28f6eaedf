package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// Exit codes of the command line.
const (
	exitGood    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitSignals = 128 // plus the number of the signal
)

// exitError ends the command with a code. A nil err means that all has been
// said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageErrorf is wrong usage: exit code 2.
func usageErrorf(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// asUsage makes an error wrong usage. Nil stays nil.
func asUsage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code: exitUsage, err: err}
}

// hintError adds what a person can do about an error.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }

func (e *hintError) Unwrap() error { return e.err }

// withHint adds a hint to an error. A nil error stays nil, and an empty hint
// adds nothing.
func withHint(err error, hint string) error {
	if err == nil || hint == "" {
		return err
	}
	return &hintError{err: err, hint: hint}
}

// signalError says that a person or the system asked the command to end.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string { return "ended by " + e.signal.String() }

// SignalName implements [runner.Signaled] for the two signals that are caught.
func (e *signalError) SignalName() string {
	if e.signal == os.Interrupt {
		return "INT"
	}
	return "TERM"
}

// code is 130 for Ctrl-C and 143 for SIGTERM.
func (e *signalError) code() int {
	if s, ok := e.signal.(syscall.Signal); ok {
		return exitSignals + int(s)
	}
	return exitFailed
}

// report prints an error the way all commands do and returns the exit code.
func (a *app) report(err error) int {
	code := exitCode(err)
	var exit *exitError
	var ended *signalError
	switch {
	case err == nil, isBrokenPipe(err):
		return exitGood
	case errors.As(err, &exit) && exit.err == nil, errors.As(err, &ended):
		return code
	}
	a.complain(err)
	return code
}

// complain prints an error and its hint, one line each.
func (a *app) complain(err error) {
	a.say("runshelf: " + err.Error())
	if hint := hintOf(err); hint != "" {
		a.say("hint: " + hint)
	}
}

// warn prints a warning. The command goes on.
func (a *app) warn(text string) { a.say("runshelf: warning: " + text) }

// say prints one line to standard error, with every control, escape and bidi
// byte shown escaped. While a pager has the screen the line waits; without one
// the data before it goes out first, for on a terminal both are one text. A
// failure to print is not worth failing for.
func (a *app) say(line string) {
	a.waiting = append(event.AppendSafe(a.waiting, line), '\n')
	if a.pager == nil {
		if a.data != nil {
			_ = a.data.Flush() // the buffer keeps the error for finish
		}
		a.reading.giveWay()
		_, _ = a.stderr.Write(a.waiting)
		a.waiting = a.waiting[:0]
	}
}

// exitCode maps an error to the exit code.
func exitCode(err error) int {
	var exit *exitError
	var ended *signalError
	switch {
	case err == nil, isBrokenPipe(err):
		return exitGood
	case errors.As(err, &ended):
		return ended.code()
	case errors.As(err, &exit):
		return exit.code
	case isUsage(err):
		return exitUsage
	}
	return exitFailed
}

// isUsage reports the errors of other packages that mean wrong usage.
func isUsage(err error) bool {
	var setting *config.Error
	var id *shelf.IDError
	var ambiguous *shelf.AmbiguousError
	return errors.Is(err, shelf.ErrNoRun) || errors.As(err, &setting) ||
		errors.As(err, &id) || errors.As(err, &ambiguous)
}

// isBrokenPipe reports that whoever read the output has gone, which is no error.
func isBrokenPipe(err error) bool {
	var path *fs.PathError
	return errors.Is(err, syscall.EPIPE) && (!errors.As(err, &path) || path.Op == "write")
}

// hintOf returns the hint that belongs to an error.
func hintOf(err error) string {
	var hinted *hintError
	var setting *config.Error
	var ambiguous *shelf.AmbiguousError
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.As(err, &setting):
		return setting.Hint
	case errors.As(err, &ambiguous):
		return "name one of them in full"
	case errors.Is(err, shelf.ErrNoRun):
		return "runshelf ls --all lists the runs there are"
	}
	return ""
}
