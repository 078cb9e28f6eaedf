package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"example.org/runshelf/capture"
	"example.org/runshelf/compare"
	"example.org/runshelf/shelf"
)

// replayExec repeats the run of another program on a shelf of its own, which is
// removed afterwards, and compares the two.
func (a *app) replayExec(ctx context.Context, r *replayed, o *replayOptions) error {
	m := &r.run.Manifest
	switch {
	case !o.exec:
		return withHint(fmt.Errorf("%s is the run of another program, which a replay would start again", r.run.ID),
			"runshelf replay "+r.run.ID+" --exec")
	case len(m.Program.Argv) == 0:
		return fmt.Errorf("%s does not say which command it ran", r.run.ID)
	}
	if err := checkSecrets(r.run); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "runshelf-replay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	again, err := a.repeat(r.run, temp)
	if err != nil {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	settled, err := a.settledIgnore()
	if err != nil {
		return err
	}
	return compareRepeated(r, again, slices.Concat(settled, o.ignore))
}

// repeat runs the recorded command in its recorded directory, on another shelf.
// Its output is kept and not shown.
func (a *app) repeat(run *shelf.Run, logs string) (*shelf.Run, error) {
	plan, err := a.planRepeat(run)
	if err != nil {
		return nil, err
	}
	plan.Run.LogsDir = logs
	result, err := a.captureIn(run.Manifest.Program.Cwd, plan)
	if err != nil {
		return nil, err
	}
	return shelf.OpenRun(result.Dir)
}

// planRepeat is what a run of another program recorded of itself, to be run again
// on this shelf.
func (a *app) planRepeat(run *shelf.Run) (capture.Options, error) {
	m := &run.Manifest
	plan := capture.Options{Command: m.Program.Argv, Env: a.env, Warn: a.warn}
	c, err := a.load(a.sources())
	if err != nil {
		return plan, err
	}
	plan.Run = loggerOptions(c)
	plan.Run.Seed = m.Seed
	if params, err := decodeObject(m.Config); err == nil {
		plan.Params = params
	}
	recorded := recordedExec(m)
	plan.Events, plan.Dialect, plan.PTY = recorded.Events, recorded.Dialect, recorded.PTY
	return plan, nil
}

// captureIn runs a program in a directory, "" for the current one.
func (a *app) captureIn(dir string, plan capture.Options) (capture.Result, error) {
	if dir != "" {
		if err := os.Chdir(dir); err != nil {
			return capture.Result{}, err
		}
		defer os.Chdir(a.cwd)
	}
	return capture.Run(plan)
}

// recordedExec is what a run recorded of its flags; zero when it cannot be read.
func recordedExec(m *shelf.Manifest) capture.Recorded {
	var about struct{ Options capture.Recorded }
	if json.Unmarshal(m.Extra[capture.ManifestMember], &about) != nil {
		return capture.Recorded{}
	}
	return about.Options
}

// compareRepeated compares a run with its repetition, and the ways they ended.
func compareRepeated(r *replayed, again *shelf.Run, ignore []string) error {
	a, err := compare.OpenRun(r.run)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := compare.OpenRun(again)
	if err != nil {
		return err
	}
	defer b.Close()
	d, err := compare.Compare(a, b, compare.Options{Context: 3, Ignore: ignore, FirstOnly: true})
	if err != nil {
		return err
	}
	r.events = d.Equal
	if !d.Same {
		r.diff = d
	}
	return nil
}
