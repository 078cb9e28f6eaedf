package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// Options says what to run and how to keep it.
type Options struct {
	// Config holds all settings; it comes from [Registry]. Nil means what the registry
	// of the models, Own among them, loads from the environment and the files of the
	// process, without flags.
	Config *config.Config
	// Model is the name of the model. Empty means the setting simulation.model.
	Model string
	// Own are models besides the built-in ones, those that [Registry] was given.
	Own []simulation.Definition
	// RunID is the id of the run. Empty means a fresh one.
	RunID string
	// OutputFile, when set, asks for legacy mode: all events go to this file and
	// there is no run directory, so no metrics file and no checkpoints either.
	OutputFile string
	// Legacy asks for legacy mode too. The file is then that of the setting
	// logging.output_file, unless OutputFile names another.
	Legacy bool
	// Name, Tags and Notes go to the manifest.
	Name  string
	Tags  []string
	Notes []string
	// Resume, when set, goes on where that run stopped: from its newest
	// checkpoint that is whole or, when it has none, by living its ticks again
	// unrecorded.
	// The run's own configuration is used; only the number of ticks, which is the
	// total, may be set anew.
	Resume *shelf.Run
	// Progress, when set, is called after each tick, from the goroutine of Run.
	Progress func(Progress)
	// Warn is told of what did not stop the run. It may be nil.
	Warn func(message string)
	// Console is shown the events that the setting logging.console_level admits, while
	// the run goes and from a goroutine of its own, see [runshelf.Options]. It may be
	// nil.
	Console io.Writer
}

// Signaled is what ends the context of [SimulationRunner.Run] when a signal does, as
// its cause (see context.WithCancelCause). The manifest names the signal then.
type Signaled interface {
	error
	// SignalName returns the name of the signal without SIG, such as "TERM".
	SignalName() string
}

// Progress is how far a run has come.
type Progress struct {
	// Tick is the tick that was just lived, Ticks the last one that is wanted; both count
	// from the first tick of the first run also when it was resumed.
	Tick, Ticks int64
	// Events is how many events the run has, without those of the run that it resumes;
	// Elapsed is the time since it began.
	Events  uint64
	Elapsed time.Duration
}

// Result is how a run ended.
type Result struct {
	Status  shelf.Status
	Reason  string
	Events  uint64 // events of the run, those that could not be written included
	Dropped uint64 // of these, how many could not be written
	Ticks   int64  // how many ticks were lived to their end
	Elapsed time.Duration
	Metrics map[string]float64
	// LogErr is what went wrong with keeping the run, if anything did. The
	// simulation itself is not affected by it.
	LogErr error
}

// Errors of calls in the wrong order.
var (
	errNotStarted = errors.New("the simulation has not been started: Start comes before Run")
	errStarted    = errors.New("the simulation has been started: a runner runs it once")
	errRan        = errors.New("the simulation has been run: a runner runs it once")
)

// SimulationRunner runs one simulation once: [New], [SimulationRunner.Start],
// [SimulationRunner.Run]. A call out of this order is an error and does nothing. It is
// used from one goroutine.
type SimulationRunner struct {
	opts   Options
	plan   plan
	model  simulation.Model
	world  *simulation.Context
	logger *runshelf.EventLogger
	meter  *meter
	began  time.Time
	events uint64

	stopped bool // within a tick
	unbuilt bool // before the world stood where the resumed run had left it
}

// New checks everything that can be checked before a run is made: the model, its
// parameters, and the run to resume. It creates nothing.
func New(o Options) (*SimulationRunner, error) {
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Config == nil {
		c, err := loadConfig(o)
		if err != nil {
			return nil, err
		}
		o.Config = c
	}
	if o.Legacy && o.OutputFile == "" {
		o.OutputFile = o.Config.String("logging.output_file")
	}
	p, err := newPlan(o)
	if err != nil {
		return nil, err
	}
	return &SimulationRunner{opts: o, plan: p}, nil
}

// loadConfig loads the settings for who has given none.
func loadConfig(o Options) (*config.Config, error) {
	registry, err := Registry(o.Own...)
	if err != nil {
		return nil, err
	}
	return registry.Load(config.Sources{Section: o.Model})
}

// Start makes the run directory, or in legacy mode the file.
func (r *SimulationRunner) Start() error {
	if r.logger != nil {
		return errStarted
	}
	logger, err := runshelf.NewEventLogger(r.loggerOptions())
	if err != nil {
		return err
	}
	r.logger = logger
	return nil
}

// ID returns the id of the run, "" in legacy mode and before Start.
func (r *SimulationRunner) ID() string {
	if r.logger == nil {
		return ""
	}
	return r.logger.RunID()
}

// Dir returns the run directory, "" before Start.
func (r *SimulationRunner) Dir() string {
	if r.logger == nil {
		return ""
	}
	return r.logger.Dir()
}

// Path returns the path of the event log, "" before Start.
func (r *SimulationRunner) Path() string {
	if r.logger == nil {
		return ""
	}
	return r.logger.Path()
}

// Seed returns the seed of the run, drawn by New when none was set.
func (r *SimulationRunner) Seed() uint64 { return r.plan.seed }

func (r *SimulationRunner) loggerOptions() runshelf.Options {
	c := r.opts.Config
	level, _ := event.ParseLevel(c.String("logging.readable_level"))
	o := runshelf.Options{
		LogsDir:        c.String("logging.logs_dir"),
		RunID:          cmp.Or(r.opts.RunID, runshelf.AutoRunID),
		LegacyBackups:  orNone(c.Int("logging.legacy_backups")),
		Durability:     runshelf.Durability(c.String("logging.durability")),
		NoDigest:       !c.Bool("logging.digest"),
		DefaultRecent:  int(c.Int("logging.default_recent")),
		MaxEventBytes:  orNone(c.Int("logging.max_event_bytes")),
		ReadableEvents: c.Strings("logging.readable_events"),
		ReadableLevel:  level,
		MaxLogBytes:    logSize(c),
		Name:           r.opts.Name,
		Tags:           r.opts.Tags,
		Notes:          r.opts.Notes,
		Config:         r.plan.recorded(),
		Seed:           &r.plan.seed,
		Program:        runshelf.Program{Name: r.plan.def.Name, Version: r.plan.def.Version},
		Kind:           "simulation",
		Warn:           r.opts.Warn,
	}
	o.Console, o.ConsoleLevel = consoleOf(c, r.opts.Console)
	if r.opts.OutputFile != "" {
		o.RunID, o.OutputFile = "", r.opts.OutputFile
	}
	if r.opts.Resume != nil {
		o.Parent = r.opts.Resume.ID
	}
	return o
}

// logSize is the greatest size of run.log, 0 for no limit.
func logSize(c *config.Config) int64 {
	n, _ := config.ParseSize(c.String("logging.max_log_size"))
	return n
}

// consoleOf is where events are shown and from which level on, nowhere when the
// settings want none.
func consoleOf(c *config.Config, w io.Writer) (io.Writer, slog.Level) {
	level, ok := event.ParseLevel(c.String("logging.console_level"))
	if !ok {
		return nil, 0
	}
	return w, level
}

// orNone turns the setting 0, "none", into the option that says so.
func orNone(n int64) int {
	if n == 0 {
		return -1
	}
	return int(n)
}

// Run lives the world until it is done, a limit is reached, the model fails, or
// ctx ends, and closes the run. When ctx ends within a tick, that tick is abandoned:
// what it has told so far is kept, but it does not count, and a run that resumes
// this one lives it again. Limits are looked at between ticks. The error is the
// model's; what went wrong with keeping the run stands in the result.
func (r *SimulationRunner) Run(ctx context.Context) (Result, error) {
	switch {
	case r.logger == nil:
		return Result{}, errNotStarted
	case r.world != nil:
		return Result{}, errRan
	}
	r.began = time.Now()
	r.model, r.world = r.plan.fresh()
	if r.logger.RunID() != "" {
		r.meter = newMeter(r.logger.Dir(), r.plan.metricsEvery, r.opts.Warn)
	}
	r.start()
	reason, err := r.live(ctx)
	result := r.end(ctx, reason, err)
	result.LogErr = errors.Join(r.meter.close(), r.logger.Close())
	var dropped *runshelf.DroppedError
	if errors.As(result.LogErr, &dropped) {
		result.Dropped = dropped.Dropped
	}
	if err != nil {
		err = fmt.Errorf("%s at tick %d: %w", r.plan.def.Name, r.world.Tick(), err)
	}
	return result, err
}

// Record passes an event of the world on to the logger. It makes the runner the
// world's recorder.
func (r *SimulationRunner) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	r.events = r.logger.LogEvent(slog.LevelInfo, cause, eventType, attrs...)
	return r.events
}
