package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/config"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// simOptions are the flags of sim. The settings among them are texts: config
// judges them, and says what is wrong, as it does for every other source.
type simOptions struct {
	list, quiet         bool
	configFile          string
	set, tags           []string
	name, runID, output string
	resume              string
	settings            settingFlags
}

func newSimCommand(a *app) *cobra.Command {
	var o simOptions
	cmd := &cobra.Command{
		Use:   "sim [MODEL]",
		Short: "run a built-in simulation as a new run",
		Long: `Runs a built-in simulation, by default the agent economy, as a new run with a directory
of its own. The same model, settings and seed give the same events.

Ctrl-C ends the run early and keeps everything up to there. With --quiet nothing is
said, and the id of the run is printed.`,
		Example: `  runshelf sim
  runshelf sim economy --seed 42 --ticks 500 --name baseline --tag paper
  runshelf sim --config examples/economy.yaml --set agents=20
  runshelf sim exchange --set rule=saving --set lambda=0.8
  runshelf sim --resume latest --ticks 1000
  runshelf sim --list
  runshelf sim validate`,
		Args:              func(cmd *cobra.Command, args []string) error { return o.check(cmd, args) },
		RunE:              func(cmd *cobra.Command, args []string) error { return a.sim(cmd, &o, args) },
		ValidArgsFunction: completeModels,
	}
	o.declare(a, cmd)
	cmd.AddCommand(newSimValidateCommand(a))
	return cmd
}

// declare declares the flags on the command.
func (o *simOptions) declare(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.list, "list", false, "name the models and run nothing")
	flags.StringVar(&o.configFile, "config", "", "read the settings in `FILE` instead of runshelf.yaml")
	flags.StringArrayVar(&o.set, "set", nil, "a setting, as `KEY=VALUE`; a plain key is the model's, section.key is any (repeatable)")
	o.settings.add(flags, "seed", "simulation.seed", "N", "seed of all randomness; drawn and recorded when absent")
	o.settings.add(flags, "ticks", "ticks", "N", "length of the run in ticks")
	flags.StringVar(&o.name, "name", "", "a name for the run, so that name:`NAME` finds it")
	flags.StringArrayVar(&o.tags, "tag", nil, "a tag for the run, so that tag:`TAG` finds it (repeatable)")
	flags.StringVar(&o.runID, "run-id", "", "the `ID` of the run; it must be new")
	flags.StringVar(&o.output, "output-file", "", "write the events to `FILE` alone, without a run directory")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing but warnings, and print the id of the run")
	o.settings.add(flags, "metrics-every", "simulation.metrics_every", "N", "write the metrics to metrics.jsonl every N ticks")
	flags.StringVar(&o.resume, "resume", "", "go on where `RUN` stopped, as a new run; --ticks is the total")
	o.settings.add(flags, "durability", "logging.durability", "LEVEL", "what survives a crash: crash, each, power or none")
	o.complete(a, cmd)
}

// complete teaches the shell what the flags take.
func (o *simOptions) complete(a *app, cmd *cobra.Command) {
	levels := cobra.FixedCompletions([]cobra.Completion{"crash", "each", "power", "none"}, cobra.ShellCompDirectiveNoFileComp)
	_ = cmd.RegisterFlagCompletionFunc("durability", levels)
	_ = cmd.RegisterFlagCompletionFunc("set", completeSettings)
	_ = cmd.RegisterFlagCompletionFunc("resume", func(cmd *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return a.completeRuns(cmd, nil, word)
	})
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
}

// check refuses what cannot work before anything is read or made.
func (o *simOptions) check(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return withHint(usageErrorf("sim takes one model, and %q is too much", args[1]), "runshelf sim --list names the models")
	}
	given := cmd.Flags().Changed
	for _, flag := range []string{"config", "output-file", "resume"} {
		if given(flag) && cmd.Flag(flag).Value.String() == "" {
			return usageErrorf("--%s is empty", flag)
		}
	}
	for _, flag := range []string{"run-id", "name", "tag", "resume"} {
		if given("output-file") && given(flag) {
			return usageErrorf("--%s and --output-file exclude each other: an output file has no run directory", flag)
		}
	}
	if given("resume") && given("seed") {
		return usageErrorf("--resume and --seed exclude each other: the run goes on with its own seed")
	}
	if given("run-id") {
		return shelf.ValidateID(o.runID)
	}
	return nil
}

// sim runs a simulation.
func (a *app) sim(cmd *cobra.Command, o *simOptions, args []string) error {
	if o.list {
		return a.simList()
	}
	plan, err := a.planSim(cmd, o, args)
	if err != nil {
		return err
	}
	talk := &simTalk{app: a, quiet: o.quiet, starting: true}
	defer talk.started()
	plan.Warn, plan.Progress = talk.warn, talk.progressFor(a, o.quiet)
	if !o.quiet {
		plan.Console = talk
	}
	run, err := runner.New(plan)
	if err != nil {
		return withHint(asUsage(err), modelHint(err))
	}
	ctx, stop := a.interruptible(cmd.Context())
	defer stop()
	if err := run.Start(); err != nil {
		return startError(err)
	}
	talk.began(run)
	result, err := run.Run(ctx)
	if run.ID() != "" {
		a.applyRetention(plan.Config, run.ID(), talk.say, talk.warn)
	}
	return talk.ended(ctx, result, err)
}

// planSim resolves the settings of a run.
func (a *app) planSim(cmd *cobra.Command, o *simOptions, args []string) (runner.Options, error) {
	plan := runner.Options{Name: o.name, Tags: o.tags, RunID: o.runID, OutputFile: o.output}
	sources := a.sources()
	sources.File, sources.Set = o.configFile, o.set
	if len(args) > 0 {
		if _, err := runner.FindModel(args[0]); err != nil {
			return plan, withHint(asUsage(err), modelHint(err))
		}
		plan.Model = args[0]
		sources.Flags["simulation.model"], sources.Section = args[0], args[0]
	}
	if o.resume != "" {
		if err := a.planResume(&plan, &sources, o.resume); err != nil {
			return plan, err
		}
	}
	o.settings.give(cmd.Flags(), sources.Flags)
	var err error
	if plan.Config, err = a.load(sources); err != nil {
		return plan, err
	}
	return plan, a.checkResume(plan, sources.Section)
}

// planResume finds the run to go on from. It decides which model's section the
// plain keys belong to.
func (a *app) planResume(plan *runner.Options, sources *config.Sources, name string) error {
	c, err := a.load(*sources)
	if err != nil {
		return err
	}
	s := shelf.New(c.String(keyLogsDir))
	run, err := s.Find(name)
	if err != nil {
		return noRunHint(s, name, err)
	}
	plan.Resume = run
	model := run.Manifest.Program.Name
	if _, err := runner.FindModel(model); err == nil && sources.Section == "" {
		sources.Section = model // the run of another program is refused later, for what it is
	}
	return nil
}

// checkResume refuses settings that a resumed run would ignore although this command
// gave them, and tells of those from elsewhere.
func (a *app) checkResume(plan runner.Options, section string) error {
	if plan.Resume == nil {
		return nil
	}
	for _, v := range plan.Config.All() {
		key, flag := v.Setting.Key, strings.HasPrefix(v.Origin, "flag ")
		switch {
		case v.Origin == config.OriginDefault || v.Setting.Section() != section && key != "simulation.seed":
		case flag && v.Setting.Name() == "ticks":
		case flag:
			err := usageErrorf("%s: %s cannot change when a run is resumed", v.Origin, key)
			return withHint(err, "only ticks can; start a new run to change more")
		case !sameAsRecorded(plan.Resume, v):
			a.warn(fmt.Sprintf("%s: %s does not count: a resumed run goes on with its own", v.Origin, key))
		}
	}
	return nil
}

// sameAsRecorded reports whether a run is known to have had a setting as it is now.
func sameAsRecorded(run *shelf.Run, v config.Value) bool {
	recorded, err := decodeObject(run.Manifest.Config)
	if err != nil {
		return false
	}
	was, ok := recorded.Get(v.Setting.Name())
	return ok && recordedText(was) == settingText(v.Value)
}

// modelHint suggests the model that was meant.
func modelHint(err error) string {
	var unknown *runner.UnknownModelError
	if !errors.As(err, &unknown) {
		return ""
	}
	if near := nearest(unknown.Name, modelNames()); near != "" {
		return "did you mean " + near + "?"
	}
	return "runshelf sim --list names the models"
}

func modelNames() []string {
	var names []string
	for _, d := range runner.Models() {
		names = append(names, d.Name)
	}
	return names
}

// startError sorts the errors of making a run: an id that cannot be used is the
// caller's fault, all else the machine's.
func startError(err error) error {
	if errors.Is(err, shelf.ErrRunExists) {
		return withHint(asUsage(bareError{err}), "without --run-id the run gets a fresh id")
	}
	return bareError{err}
}

// simList names the models.
func (a *app) simList() error {
	t := table{}
	t.header("model", "version", "what it simulates")
	for i, d := range runner.Models() {
		doc := d.Doc
		if i == 0 {
			doc += " (default)"
		}
		t.add(cell{d.Name, colorBold}, cell{text: d.Version}, cell{text: doc})
	}
	return t.write(a.out(), a.stdoutColor(), "")
}

// completeModels offers the models.
func completeModels(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var found []cobra.Completion
	for _, d := range runner.Models() {
		if len(args) == 0 && strings.HasPrefix(d.Name, word) {
			found = append(found, cobra.CompletionWithDesc(d.Name, d.Doc))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}
