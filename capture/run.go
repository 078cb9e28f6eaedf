package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
)

// kindExec is the kind of the runs of other programs.
const kindExec = "exec"

// Run runs a program as a run and returns how it ended. An error means that the
// program was not started: a [*StartError] when that is the program's fault, any
// other when the run could not be made. What goes wrong later disturbs neither
// the program nor its exit code, and is told to Options.Warn.
//
// Run may not be called twice at once in one process, see the package's comment.
func Run(options Options) (Result, error) {
	o, err := options.withDefaults()
	if err != nil {
		return Result{}, err
	}
	path, err := findProgram(o.Command[0])
	if err != nil {
		return Result{}, err
	}
	if err := o.requireClean(); err != nil {
		return Result{}, err
	}
	signals, stop := o.signals()
	defer stop()
	r := &running{Options: o, program: path, incoming: signals}
	if err := r.open(); err != nil {
		return Result{}, err
	}
	if err := r.start(); err != nil {
		return Result{}, r.refuse(err)
	}
	r.supervise()
	return r.finish(), nil
}

func (o Options) signals() (<-chan os.Signal, func()) {
	if o.Signals != nil {
		return o.Signals, func() {}
	}
	return catchSignals()
}

// running is a run from its making to its end.
type running struct {
	Options
	program  string // the path of its executable
	incoming <-chan os.Signal

	log     *runshelf.EventLogger
	metrics metrics
	dir     string // absolute
	stdout  *stream
	stderr  *stream // nil when the program has a terminal
	side    *side
	child   *child
	started time.Time
	asked   request
	troubles
}

// open makes the run and the files that the program's output goes to.
func (r *running) open() (err error) {
	if r.log, err = runshelf.NewEventLogger(r.loggerOptions()); err != nil {
		return err
	}
	if r.dir, err = filepath.Abs(r.log.Dir()); err == nil {
		err = r.openStreams()
	}
	if err != nil {
		return r.refuse(err)
	}
	r.Started(r.log.RunID(), r.log.Dir())
	r.keepDiff()
	return nil
}

// refuse ends a run whose program did not start.
func (r *running) refuse(err error) error {
	r.log.End(runshelf.Outcome{Status: shelf.StatusFailed, Reason: "not started: " + err.Error()})
	r.closeFiles()
	// What kept the program from starting is the error to tell.
	_ = r.log.Close()
	return err
}

// loggerOptions completes what the caller has said of the run.
func (r *running) loggerOptions() runshelf.Options {
	o := r.Run
	o.Kind = kindExec
	o.Program = runshelf.Program{
		Name: filepath.Base(r.Command[0]),
		Argv: provenance.RedactArgs(r.Command),
	}
	if len(r.Params) > 0 {
		o.Config = r.Params
	}
	o.Extra = map[string]json.RawMessage{
		ManifestMember: r.summary(),
		"environment":  event.AppendValue(nil, provenance.Environ(nil)),
	}
	if o.Warn == nil {
		o.Warn = r.Warn
	}
	return o
}

// openStreams makes the .log files and the side channel.
func (r *running) openStreams() (err error) {
	if r.stdout, err = r.openStream(streamStdout, r.Stdout); err != nil {
		return err
	}
	if !r.PTY {
		if r.stderr, err = r.openStream(streamStderr, r.Stderr); err != nil {
			return err
		}
	}
	rec, err := r.recorder(streamEvents)
	if err == nil {
		r.side, err = openSide(r.dir, rec)
	}
	return err
}

func (r *running) openStream(name string, out io.Writer) (*stream, error) {
	log, err := createLog(filepath.Join(r.dir, name+".log"))
	if err != nil {
		return nil, err
	}
	s := &stream{name: name, log: log, out: out, done: make(chan struct{})}
	if r.Events.has(name) {
		rec, err := r.recorder(name)
		if err != nil {
			return nil, errors.Join(err, log.close(false))
		}
		s.rec, s.lines = rec, &splitter{sink: rec}
	}
	return s, nil
}

func (r *running) recorder(name string) (*recorder, error) {
	d, err := NewDetector(r.Dialect)
	if err != nil {
		return nil, err
	}
	return newRecorder(r.log, d, &r.metrics, name), nil
}

// start starts the program.
func (r *running) start() error {
	r.child = newChild(r.Options, r.program)
	r.child.cmd.Env = r.environ(r.log.RunID(), r.dir, r.side.path)
	connect := r.child.connect
	if r.PTY {
		connect = func(o Options, stdout, _ *stream) error { return r.child.connectTerminal(o, stdout) }
	}
	if err := connect(r.Options, r.stdout, r.stderr); err != nil {
		r.child.discard(r.stdout, r.stderr)
		return fmt.Errorf("connecting the program: %w", err)
	}
	r.asked.release = adoptOrphans()
	r.started = time.Now()
	if err := r.child.start(); err != nil {
		r.asked.release()
		if noRoom(err) {
			return fmt.Errorf("starting %s: %w", r.Command[0], err)
		}
		return startError(r.Command[0], err)
	}
	go r.side.run()
	return nil
}

// closeFiles closes what openStreams has made, before a program ran.
func (r *running) closeFiles() {
	for _, s := range []*stream{r.stdout, r.stderr} {
		if s != nil {
			_ = s.log.close(false)
		}
	}
	if r.side != nil {
		_ = r.side.file.Close()
		_ = os.Remove(r.side.path) // nobody has heard of it
	}
}
