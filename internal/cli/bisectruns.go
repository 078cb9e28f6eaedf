package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// bisectTag is on every run that a bisect has made, beside the tag of this one.
const bisectTag = "bisect"

// refusedError says that a combination cannot be run at all.
type refusedError struct{ err error }

func (e *refusedError) Error() string { return e.err.Error() }

func (e *refusedError) Unwrap() error { return e.err }

// repeatable reports whether the runs are sure to do the same again.
func (b *bisection) repeatable() bool { return b.good.Manifest.Kind == kindSimulation }

// checkVersions refuses simulations that this program would not run as they ran.
func (b *bisection) checkVersions() error {
	for _, run := range []*shelf.Run{b.good, b.bad} {
		def, err := runner.FindModel(run.Manifest.Program.Name)
		if err != nil {
			return err
		}
		if v := run.Manifest.Program.Version; v != def.Version {
			return fmt.Errorf("%s was made by version %s of %s, and this program has version %s", run.ID, orUnknown(v), def.Name, def.Version)
		}
	}
	return nil
}

// remember finds what this bisect has run to its end before.
func (b *bisection) remember() error {
	b.before = map[string]*shelf.Run{}
	if b.o.fresh {
		return nil
	}
	s, err := b.app.shelf()
	if err != nil {
		return err
	}
	runs, err := s.Runs()
	if err != nil {
		return err
	}
	for _, run := range slices.Backward(runs) { // the newest comes last, and stays
		ended := run.Status == shelf.StatusCompleted || run.Status == shelf.StatusFailed
		if !ended || !slices.Contains(run.Manifest.Tags, b.tag) {
			continue
		}
		if c, err := b.combinationOf(run); err == nil {
			b.before[c.signature()] = run
		}
	}
	return nil
}

// combinationOf reads what a run was made with.
func (b *bisection) combinationOf(run *shelf.Run) (combination, error) {
	c := combination{seed: run.Manifest.Seed}
	if len(run.Manifest.Config) == 0 {
		return c, nil
	}
	o, err := decodeObject(run.Manifest.Config)
	if err == nil && run.Manifest.Kind == kindSimulation {
		o = slices.DeleteFunc(o, func(m event.Member) bool { return m.Key == "seed" || m.Key == "model" })
	}
	c.config = o
	return c, err
}

// try makes the run of a combination, or takes the one that was made before, and
// judges it.
func (b *bisection) try(ctx context.Context, chosen []int) (trial, error) {
	t := trial{chosen: append([]int{}, chosen...)}
	c := b.combine(chosen)
	run, reused := b.before[c.signature()]
	var err error
	if reused {
		b.reused++
	} else if run, err = b.make(ctx, c, b.noteOf(chosen)); run != nil {
		b.made++
	}
	var refused *refusedError
	switch {
	case errors.As(err, &refused):
		t.reason = err.Error()
	case err != nil:
		return t, err
	default:
		t.run = run.ID
		if t.outcome, t.reason, err = b.judge.outcome(run); err != nil {
			return t, err
		}
	}
	b.trials = append(b.trials, t)
	b.say(t, reused)
	return t, nil
}

// noteOf says to whoever looks at the run later what it is.
func (b *bisection) noteOf(chosen []int) string {
	what := fmt.Sprintf("bisect of %s and %s: ", b.good.ID, b.bad.ID)
	if len(chosen) == 0 {
		return what + "as " + b.good.ID
	}
	return what + joinOr(b.names(chosen), "") + " as in " + b.bad.ID
}

// say tells what came of a combination.
func (b *bisection) say(t trial, reused bool) {
	text := t.outcome.String()
	if t.reason != "" {
		text += " (" + t.reason + ")"
	}
	if reused {
		text += ", run before"
	}
	with := "nothing"
	if len(t.chosen) > 0 {
		with = joinOr(b.names(t.chosen), "")
	}
	who := t.run
	if who == "" {
		who = "no run"
	}
	b.app.say(fmt.Sprintf("%s with %s of %s: %s", who, with, b.bad.ID, text))
}

// make runs a combination.
func (b *bisection) make(ctx context.Context, c combination, note string) (*shelf.Run, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var dir string
	var err error
	if b.good.Manifest.Kind == kindSimulation {
		dir, err = b.simulate(ctx, c, note)
	} else {
		dir, err = b.execute(c, note)
	}
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return shelf.OpenRun(dir)
}

// simulate runs a simulation and returns the directory of the run.
func (b *bisection) simulate(ctx context.Context, c combination, note string) (string, error) {
	settings, err := b.settings(c)
	if err != nil {
		return "", err
	}
	talk := &simTalk{app: b.app}
	run, err := runner.New(runner.Options{
		Config: settings, Model: b.good.Manifest.Program.Name, Tags: []string{bisectTag, b.tag}, Notes: []string{note},
		Warn: talk.warn, Progress: talk.progressFor(b.app, false),
	})
	if err != nil {
		return "", &refusedError{err}
	}
	if err := run.Start(); err != nil {
		return "", bareError{err}
	}
	result, _ := run.Run(ctx) // what went wrong with the model stands in the run
	talk.bar.wipe()
	if result.LogErr != nil {
		return "", fmt.Errorf("keeping %s: %w", run.ID(), bareError{result.LogErr})
	}
	return run.Dir(), nil
}

// settings are those of a combination: what its run recorded, and the defaults of
// what is recorded only when it is another. Nothing that holds here and now gets
// in, but for the section logging.
func (b *bisection) settings(c combination) (*config.Config, error) {
	registry, err := runner.Registry()
	if err != nil {
		return nil, err
	}
	model := b.good.Manifest.Program.Name
	sources := b.app.sources()
	sources.Section = model
	for _, s := range registry.Settings() {
		if s.Section() != model && s.Section() != "simulation" {
			continue
		}
		sources.Flags[s.Key] = s.Default
		if v, ok := c.config.Get(s.Name()); ok {
			sources.Flags[s.Key] = recordedText(v)
		}
	}
	sources.Flags["simulation.model"] = model
	if c.seed != nil {
		sources.Flags["simulation.seed"] = fmt.Sprint(*c.seed)
	}
	settings, err := registry.Load(sources)
	if err != nil {
		return nil, &refusedError{err}
	}
	return settings, nil
}

// execute runs a wrapped program and returns the directory of the run.
func (b *bisection) execute(c combination, note string) (string, error) {
	plan, err := b.app.planRepeat(b.good)
	if err != nil {
		return "", err
	}
	if plan.Run.LogsDir, err = filepath.Abs(plan.Run.LogsDir); err != nil {
		return "", err
	}
	recorded := recordedExec(&b.good.Manifest)
	plan.Keep = recorded.Keep
	plan.Timeout, _ = time.ParseDuration(recorded.Timeout) // none when it is not recorded
	plan.Params, plan.Run.Seed = c.config, c.seed
	plan.Run.Tags, plan.Run.Notes = []string{bisectTag, b.tag}, []string{note}
	result, err := b.app.captureIn(b.good.Manifest.Program.Cwd, plan)
	if err != nil {
		return "", bareError{err}
	}
	return result.Dir, nil
}
