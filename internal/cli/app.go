package cli

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"example.org/runshelf/config"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// keyLogsDir is the setting that says where the shelf is.
const keyLogsDir = "logging.logs_dir"

// app is what every command shares: the streams, the environment, and the flags
// that all commands have. It is used from one goroutine.
type app struct {
	stdin  io.Reader
	stdout io.Writer // the terminal, a file or a pipe; see out for data
	stderr io.Writer
	env    []string // "KEY=value"; of equal keys the last counts
	cwd    string
	now    func() time.Time
	args   []string // the words of the command line, for what flag parsing hides

	logsDir string // --logs-dir; "" when not given
	color   string // --color
	noPager bool   // --no-pager

	data    *bufio.Writer // what out returned, flushed by finish
	pager   *pager        // nil without one
	waiting []byte        // what say holds back while there is a pager
	reading *readingTalk  // nil where nobody watches

	ctx     context.Context         // of the runs that are found; nil without one
	giveUp  context.CancelCauseFunc // ends it
	deafen  func()                  // ends listening for signals
	paged   atomic.Bool             // Ctrl-C is the pager's
	writing atomic.Int64            // the number of the write to standard output that is going on; 0 without one
}

// newApp returns the app of one invocation.
func newApp(args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) *app {
	cwd, err := os.Getwd()
	if err != nil {
		cwd = "." // the directory is gone; relative names fail where they are used
	}
	return &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env, cwd: cwd, now: time.Now, args: args, deafen: func() {}}
}

// getenv returns the value of an environment variable, "" when it is not set.
func (a *app) getenv(key string) string {
	for i := len(a.env) - 1; i >= 0; i-- {
		if name, value, ok := strings.Cut(a.env[i], "="); ok && name == key {
			return value
		}
	}
	return ""
}

// isTerminal reports whether a stream is a terminal. Anything that is no file
// is not.
func isTerminal(stream any) bool {
	file, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(file.Fd()))
}

// stdoutTerminal reports whether data is shown to a person. It stays true when
// a pager stands between.
func (a *app) stdoutTerminal() bool { return isTerminal(a.stdout) }

// stderrTerminal reports whether talk is shown to a person.
func (a *app) stderrTerminal() bool { return isTerminal(a.stderr) }

// stdoutColor reports whether data is coloured.
func (a *app) stdoutColor() bool { return a.colored(a.stdoutTerminal()) }

// stderrColor reports whether talk is coloured.
func (a *app) stderrColor() bool { return a.colored(a.stderrTerminal()) }

// colored decides about colour for a stream. The flag counts most, then the
// variables that programs have agreed on (no-color.org, bixense.com/clicolors).
func (a *app) colored(terminal bool) bool {
	switch {
	case a.color == colorAlways:
		return true
	case a.color == colorNever || a.getenv("NO_COLOR") != "":
		return false
	}
	if force := a.getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return terminal && a.getenv("TERM") != "dumb" && a.getenv("CLICOLOR") != "0"
}

// sources returns where settings come from for this invocation: the current
// directory, the environment and --logs-dir. A command adds its own flags.
func (a *app) sources() config.Sources {
	s := config.Sources{Dir: a.cwd, Env: a.env, Flags: map[string]any{}}
	if a.logsDir != "" {
		s.Flags[keyLogsDir] = a.logsDir
	}
	return s
}

// load resolves all settings. Its errors are wrong usage.
func (a *app) load(s config.Sources) (*config.Config, error) {
	registry, err := runner.Registry()
	if err != nil {
		return nil, err
	}
	return registry.Load(s)
}

// shelf returns the shelf that this invocation is about. It need not exist. A
// shelf given by the flag needs no settings, so a broken file does not keep
// anybody from reading it.
func (a *app) shelf() (*shelf.Shelf, error) {
	if a.logsDir != "" {
		return shelf.New(a.logsDir), nil
	}
	c, err := a.load(a.sources())
	if err != nil {
		return nil, err
	}
	return shelf.New(c.String(keyLogsDir)), nil
}

// out returns where data goes. It is buffered: a command that streams to a
// person flushes it, all others leave that to the end.
func (a *app) out() *bufio.Writer {
	if a.data == nil {
		a.data = bufio.NewWriterSize(&ahead{w: a.stdout, app: a}, 64<<10)
	}
	return a.data
}

// finish brings out what is still buffered and waits for the pager.
func (a *app) finish() error {
	var err error
	if a.data != nil {
		err = a.data.Flush()
	}
	a.reading.end()
	if a.pager != nil {
		a.pager.close()
		a.pager = nil
		_, _ = a.stderr.Write(a.waiting)
	}
	return err
}
