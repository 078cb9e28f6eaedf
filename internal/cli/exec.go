package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/runshelf"
	"example.org/runshelf/capture"
	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// exitNotStarted says that exec failed before the program could be started. Any
// lower code could be the program's.
const exitNotStarted = 125

// execOptions are the flags of exec.
type execOptions struct {
	name, runID, seed       string
	tags, notes             []string
	params, keep            []string
	events, dialect         string
	timeout, grace          time.Duration
	pty, requireClean, diff bool
	quiet                   bool
	settings                settingFlags
}

func newExecCommand(a *app) *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [flags] -- CMD [ARG…]",
		Short: "run any program as a new run",
		Long: `Runs a program in any language as a new run, without a change to it. Its input, output
and errors pass through byte for byte and are kept in stdout.log and stderr.log; its
lines become events, and lines that are JSON objects become events with their own
names and values. Of a line that is overwritten, as progress bars do it, the last state
becomes the event. Its exit code is passed on: 128 and the number of the signal when
one ended it, 125 when the run could not be made, 126 and 127 when the program cannot
be run or does not exist.

The program finds RUNSHELF_EVENTS in its environment, a file to append JSON lines to,
and RUNSHELF_RUN_ID, RUNSHELF_DIR, RUNSHELF_SEED and RUNSHELF_PARAMS, the parameters
as one JSON object. The last value of each number in its events of the type metrics,
such as a line {"event_type":"metrics","loss":0.25}, is a metric of the run.`,
		Example: `  runshelf exec -- ./simulate --agents 20
  runshelf exec --name melt --tag lammps --seed 7 --keep 'dump.*' -- lmp -in lj.in
  runshelf exec --param agents=20 --param rate=0.5 -- python3 model.py
  runshelf exec --timeout 1h --require-clean -- make experiment
  runshelf exec --pty -- ./watch`,
		Args: func(cmd *cobra.Command, args []string) error { return notStarted(checkExec(&o, args)) },
		RunE: func(cmd *cobra.Command, args []string) error { return a.exec(cmd, &o, args) },
		// The flags of all commands are judged here, as everything is that keeps
		// the program from starting.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return notStarted(a.checkGlobalFlags(cmd)) },
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return notStarted(a.flagError(cmd, err)) })
	o.declare(cmd)
	return cmd
}

// declare declares the flags on the command.
func (o *execOptions) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.SetInterspersed(false) // the first word that is no flag is the program
	flags.StringVar(&o.name, "name", "", "a name for the run, so that name:`NAME` finds it")
	flags.StringArrayVar(&o.tags, "tag", nil, "a tag for the run, so that tag:`TAG` finds it (repeatable)")
	flags.StringArrayVar(&o.notes, "note", nil, "a remark on the run, a `TEXT` (repeatable)")
	flags.StringVar(&o.runID, "run-id", "", "the `ID` of the run; it must be new")
	flags.StringVar(&o.seed, "seed", "", "a seed, recorded and passed on as RUNSHELF_SEED")
	flags.StringArrayVar(&o.params, "param", nil, "a parameter, as `KEY=VALUE`, recorded and passed on in RUNSHELF_PARAMS (repeatable)")
	flags.StringArrayVar(&o.keep, "keep", nil, "copy what matches `GLOB` into the run when the program has ended (repeatable)")
	flags.StringVar(&o.events, "events", string(capture.StreamsAll), "which streams become events: stdout, stderr, all or none")
	flags.StringVar(&o.dialect, "dialect", "", "the JSON dialect of the lines; found out when absent")
	flags.BoolVar(&o.pty, "pty", false, "give the program a terminal")
	flags.DurationVar(&o.timeout, "timeout", 0, "ask the program to end after this `TIME`, such as 90s or 2h")
	flags.DurationVar(&o.grace, "grace", capture.DefaultGrace, "the `TIME` between asking it to end and killing it")
	flags.BoolVar(&o.requireClean, "require-clean", false, "refuse to start in a git tree with uncommitted changes")
	flags.BoolVar(&o.diff, "git-diff", false, "keep the uncommitted changes of tracked files as artifacts/git.diff")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing but warnings")
	o.settings.add(flags, "durability", "logging.durability", "LEVEL", "what survives a crash: crash, each, power or none")
	_ = cmd.RegisterFlagCompletionFunc("events", cobra.FixedCompletions(
		[]cobra.Completion{"stdout", "stderr", "all", "none"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("durability", cobra.FixedCompletions(
		[]cobra.Completion{"crash", "each", "power", "none"}, cobra.ShellCompDirectiveNoFileComp))
}

// checkExec refuses what cannot work before anything is read or made.
func checkExec(o *execOptions, args []string) error {
	if len(args) == 0 {
		return withHint(usageErrorf("exec needs a program to run"), "runshelf exec -- CMD ARG…")
	}
	if o.timeout < 0 || o.grace < 0 {
		return usageErrorf("--timeout and --grace cannot be negative")
	}
	return nil
}

// notStarted gives an error the exit code of a run that could not be made.
func notStarted(err error) error {
	if err == nil {
		return nil
	}
	var exit *exitError
	hint := hintOf(err)
	if errors.As(err, &exit) && exit.err != nil {
		err = exit.err
	}
	return &exitError{code: exitNotStarted, err: withHint(err, hint)}
}

// exec runs a program.
func (a *app) exec(cmd *cobra.Command, o *execOptions, args []string) error {
	settings, plan, err := a.planExec(cmd, o, args)
	if err != nil {
		return notStarted(err)
	}
	a.prepareRuntime()
	talks := !o.quiet && a.stderrTerminal()
	besides := a.showBesides(&plan, settings, talks)
	say := func(text string) {
		if talks {
			a.say(text)
		}
	}
	plan.Started = func(id, dir string) { say(id + " → " + dir) }
	result, err := capture.Run(plan)
	besides.end()
	var start *capture.StartError
	switch {
	case errors.As(err, &start):
		return &exitError{code: start.Code, err: bareError{err}}
	case err != nil:
		return notStarted(startError(err))
	}
	a.applyRetention(settings, result.ID, say, a.warn)
	if talks {
		say(execSummary(result))
	}
	return exitWith(result.Code)
}

// exitWith passes an exit code on.
func exitWith(code int) error {
	if code == 0 {
		return nil
	}
	return &exitError{code: code}
}

// planExec resolves settings and flags.
func (a *app) planExec(cmd *cobra.Command, o *execOptions, args []string) (*config.Config, capture.Options, error) {
	plan := capture.Options{
		Command: args, Env: a.env, Stdin: a.stdin, Stdout: a.stdout, Stderr: a.stderr,
		Keep: o.keep, Events: capture.Streams(o.events), Dialect: o.dialect, PTY: o.pty,
		Timeout: o.timeout, Grace: o.grace, RequireClean: o.requireClean, GitDiff: o.diff, Warn: a.warn,
	}
	if o.grace == 0 {
		plan.Grace = -1 // none was asked for
	}
	sources := a.sources()
	o.settings.give(cmd.Flags(), sources.Flags)
	c, err := a.load(sources)
	if err != nil {
		return nil, plan, err
	}
	plan.Run = loggerOptions(c)
	plan.Run.Name, plan.Run.Tags, plan.Run.Notes = o.name, o.tags, o.notes
	if cmd.Flags().Changed("run-id") {
		if err := shelf.ValidateID(o.runID); err != nil {
			return nil, plan, err
		}
		plan.Run.RunID = o.runID
	}
	if cmd.Flags().Changed("seed") {
		seed, err := strconv.ParseUint(o.seed, 10, 64)
		if err != nil {
			return nil, plan, usageErrorf("--seed %q is no whole number from 0 to 2⁶⁴−1", o.seed)
		}
		plan.Run.Seed = &seed
	}
	plan.Params, err = capture.ParseParams(o.params)
	return c, plan, err
}

// loggerOptions are the settings of the section logging, for a run of its own.
func loggerOptions(c *config.Config) runshelf.Options {
	// The registry has admitted only what is a level.
	level, _ := event.ParseLevel(c.String("logging.readable_level"))
	logSize, _ := config.ParseSize(c.String("logging.max_log_size"))
	return runshelf.Options{
		LogsDir:        c.String(keyLogsDir),
		RunID:          runshelf.AutoRunID,
		Durability:     runshelf.Durability(c.String("logging.durability")),
		NoDigest:       !c.Bool("logging.digest"),
		MaxEventBytes:  int(c.Int("logging.max_event_bytes")),
		ReadableEvents: c.Strings("logging.readable_events"),
		ReadableLevel:  level,
		MaxLogBytes:    logSize,
	}
}

// execSummary says in a few words how a run ended, for a person at a terminal.
func execSummary(r capture.Result) string {
	text := string(r.Status)
	if r.Reason != "" {
		text += " (" + r.Reason + ")"
	}
	words := []string{"runshelf", "show", r.ID}
	return fmt.Sprintf("%s in %.2f s; next: %s", text, recordedDuration(r.Dir, r.Elapsed).Seconds(), strings.Join(quoteAll(words), " "))
}
