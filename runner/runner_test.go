package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// settings resolves a configuration from key=value pairs alone.
func settings(t *testing.T, model string, set ...string) *config.Config {
	t.Helper()
	registry, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c, err := registry.Load(config.Sources{Dir: dir, UserDir: dir, Env: []string{}, Set: set, Section: model})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run lives a simulation on the shelf logs and returns how it ended.
func run(t *testing.T, logs string, o Options, set ...string) (*SimulationRunner, Result) {
	t.Helper()
	set = append([]string{"logging.logs_dir=" + logs}, set...)
	model := o.Model
	if model == "" {
		model = "economy"
	}
	o.Config = settings(t, model, set...)
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	result, err := r.Run(t.Context())
	if err != nil || result.LogErr != nil {
		t.Fatal(err, result.LogErr)
	}
	return r, result
}

// events returns the stored events; those of the world without timestamp,
// sequence and cause, as lines that can be compared.
func events(t *testing.T, path string) (all []event.Event, world []string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n")) {
		e, err := event.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
		if e.Type != "simulation_start" && e.Type != "simulation_end" {
			world = append(world, e.Type+" "+string(event.AppendValue(nil, e.Data)))
		}
	}
	return all, world
}

func sameLines(t *testing.T, what string, a, b []string) {
	t.Helper()
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s: event %d is\n%s\nand not\n%s", what, i+1, b[i], a[i])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%s: %d events and not %d", what, len(b), len(a))
	}
}

func TestSmokeEconomy(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	r, result := run(t, logs, Options{}, "simulation.check_invariants=true", "simulation.seed=7")
	if result.Status != shelf.StatusCompleted || result.Reason != ReasonMaxTicks || result.Ticks != 200 {
		t.Errorf("the run ended %+v", result)
	}
	all, _ := events(t, r.Path())
	if first := all[0]; first.Type != "simulation_start" {
		t.Errorf("the first event is %s", first.Type)
	}
	if last := all[len(all)-1]; last.Type != "simulation_end" || last.Sequence != result.Events {
		t.Errorf("the last event is %s, sequence %d of %d", last.Type, last.Sequence, result.Events)
	}
	kinds := map[string]int{}
	for _, e := range all {
		kinds[e.Type]++
	}
	for _, kind := range []string{"world_init", "tick", "action", "transfer", "mint_auction", "invoke_success", "artifact_written"} {
		if kinds[kind] == 0 {
			t.Errorf("a default run has no %s", kind)
		}
	}
	m := manifest(t, r)
	if m.Kind != "simulation" || *m.Seed != 7 || m.Program.Name != "economy" || m.Metrics["total_scrip"] == 0 {
		t.Errorf("the manifest says %+v", m)
	}
	var recorded map[string]any
	if err := json.Unmarshal(m.Config, &recorded); err != nil || recorded["seed"] != 7.0 || recorded["model"] != "economy" || recorded["ticks"] != 200.0 {
		t.Errorf("the recorded configuration is %s, %v", m.Config, err)
	}
}

func manifest(t *testing.T, r *SimulationRunner) shelf.Manifest {
	t.Helper()
	run, err := shelf.OpenRun(r.Dir())
	if err != nil || run.Problem != nil {
		t.Fatal(err, run.Problem)
	}
	return run.Manifest
}

// The same model, configuration and seed give the same events, and whatever
// observes the run changes nothing.
func TestObservationChangesNothing(t *testing.T) {
	for _, model := range []string{"economy", "exchange"} {
		t.Run(model, func(t *testing.T) {
			logs := filepath.Join(t.TempDir(), "logs")
			base := []string{"simulation.seed=3", "ticks=40", "agents=8"}
			plain, _ := run(t, logs, Options{Model: model}, base...)
			observed, _ := run(t, logs, Options{Model: model, Progress: func(Progress) {}}, append(base,
				"simulation.metrics_every=5", "simulation.checkpoint_every=10", "simulation.check_invariants=true",
				"logging.readable_level=ERROR", "logging.durability=each")...)
			_, want := events(t, plain.Path())
			_, got := events(t, observed.Path())
			sameLines(t, "observed", want, got)
			metrics, err := os.ReadFile(filepath.Join(observed.Dir(), shelf.MetricsFile))
			if err != nil || bytes.Count(metrics, []byte("\n")) != 8 {
				t.Errorf("metrics.jsonl: %v\n%s", err, metrics)
			}
			other, _ := run(t, logs, Options{Model: model}, append(base, "simulation.seed=4")...)
			if _, world := events(t, other.Path()); strings.Join(world, "\n") == strings.Join(want, "\n") {
				t.Error("another seed gives the same events")
			}
		})
	}
}

// A resumed run has the events that the run would have had, whether it goes on
// from a checkpoint or lives the ticks again.
func TestResume(t *testing.T) {
	for _, model := range []string{"economy", "exchange"} {
		for name, extra := range map[string]string{
			"replayed":   "simulation.checkpoint_every=0",
			"checkpoint": "simulation.checkpoint_every=7",
		} {
			t.Run(model+"/"+name, func(t *testing.T) {
				logs := filepath.Join(t.TempDir(), "logs")
				base := []string{"simulation.seed=5", "agents=8", extra}
				whole, _ := run(t, logs, Options{Model: model}, append(base, "ticks=40")...)
				half, _ := run(t, logs, Options{Model: model}, append(base, "ticks=21")...)
				old, err := shelf.OpenRun(half.Dir())
				if err != nil {
					t.Fatal(err)
				}
				rest, result := run(t, logs, Options{Model: model, Resume: old}, append(base, "ticks=40")...)
				_, want := events(t, whole.Path())
				_, first := events(t, half.Path())
				all, second := events(t, rest.Path())
				sameLines(t, "resumed", want, append(first, second...))
				if result.Ticks != 40 || all[0].Sequence != 1 || manifest(t, rest).Parent != half.ID() {
					t.Errorf("resumed: %+v, parent %q", result, manifest(t, rest).Parent)
				}
			})
		}
	}
}

func TestResumeRefusals(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	done, _ := run(t, logs, Options{}, "ticks=5", "agents=3")
	old, err := shelf.OpenRun(done.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"nothing left": {Resume: old, Config: settings(t, "economy", "ticks=5")},
		"other model":  {Resume: old, Model: "exchange", Config: settings(t, "economy", "ticks=50")},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	lines, _ := os.ReadFile(done.Path())
	other := bytes.Replace(lines, []byte(`"version":"`), []byte(`"version":"0.`), 1)
	if err := os.WriteFile(done.Path(), other, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Resume: old, Config: settings(t, "economy", "ticks=50")}); err == nil {
		t.Error("a run of another version: no error")
	}
}

func TestLimits(t *testing.T) {
	for limit, reason := range map[string]string{
		"simulation.max_events=100":     ReasonMaxEvents,
		"simulation.max_seconds=0.0001": ReasonMaxSeconds,
		"ticks=3":                       ReasonMaxTicks,
	} {
		done, result := run(t, filepath.Join(t.TempDir(), "logs"), Options{}, limit, "logging.readable_events=none")
		if result.Reason != reason || result.Status != shelf.StatusCompleted {
			t.Errorf("%s: %+v", limit, result)
		}
		notes, _ := os.ReadFile(filepath.Join(done.Dir(), shelf.LogFile)) // there is none without a note
		key, value, _ := strings.Cut(limit, "=")
		if said := strings.Contains(string(notes), "limit reached: "+key+" is "+value+"\n"); said != (reason != ReasonMaxTicks) {
			t.Errorf("%s: run.log has %q", limit, notes)
		}
	}
}

func TestInterrupted(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := New(Options{
		Config:   settings(t, "economy", "logging.logs_dir="+logs),
		Progress: func(p Progress) { map[bool]func(){true: cancel, false: func() {}}[p.Tick == 12]() },
	})
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := r.Run(ctx)
	if err != nil || result.Status != shelf.StatusInterrupted || result.Ticks != 12 {
		t.Errorf("%+v, %v", result, err)
	}
	all, _ := events(t, r.Path())
	if last := all[len(all)-1]; last.Type != "simulation_end" {
		t.Errorf("the last event is %s", last.Type)
	}
	if m := manifest(t, r); m.Status != shelf.StatusInterrupted || m.Events.Count != uint64(len(all)) {
		t.Errorf("the manifest says %+v", m)
	}
}

func TestLegacyFile(t *testing.T) {
	t.Chdir(t.TempDir())
	r, result := run(t, "logs", Options{OutputFile: "out.jsonl"}, "ticks=3")
	if r.ID() != "" || result.Status != shelf.StatusCompleted {
		t.Errorf("id %q, %+v", r.ID(), result)
	}
	if all, _ := events(t, "out.jsonl"); len(all) != int(result.Events) {
		t.Errorf("%d events of %d", len(all), result.Events)
	}
	if _, err := os.Stat("logs"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("legacy mode made a shelf: %v", err)
	}
	if _, err := New(Options{OutputFile: "out.jsonl", Config: settings(t, "economy", "simulation.metrics_every=1")}); err == nil {
		t.Error("metrics in legacy mode: no error")
	}
}

// failing is a model that fails in its third tick.
type failing struct{ how func() error }

func (failing) Init(*simulation.Context) error { return nil }

func (f failing) Step(ctx *simulation.Context) error {
	ctx.Emit("step", slog.Int("i", 1))
	if ctx.Tick() == 3 {
		return f.how()
	}
	return nil
}

func TestFailingModels(t *testing.T) {
	for name, c := range map[string]struct {
		how    func() error
		status shelf.Status
		reason string
		fails  bool
	}{
		"error": {func() error { return errors.New("no luck") }, shelf.StatusFailed, "error: no luck", true},
		"panic": {func() error { panic("no luck") }, shelf.StatusFailed, "error: panic: no luck", true},
		"done":  {func() error { return simulation.ErrDone }, shelf.StatusCompleted, "done", false},
	} {
		t.Run(name, func(t *testing.T) {
			logs := filepath.Join(t.TempDir(), "logs")
			r, err := New(Options{Config: settings(t, "economy", "logging.logs_dir="+logs)})
			if err != nil {
				t.Fatal(err)
			}
			r.plan.def.New = func() simulation.Model { return failing{c.how} }
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			result, err := r.Run(t.Context())
			if (err != nil) != c.fails || result.Status != c.status || result.Ticks != 3 {
				t.Errorf("%+v, %v", result, err)
			}
			all, world := events(t, r.Path())
			if len(world) != 3 || all[len(all)-1].Type != "simulation_end" {
				t.Errorf("%d events", len(all))
			}
			if m := manifest(t, r); m.Status != c.status || m.Reason != c.reason {
				t.Errorf("the manifest says %s, %s", m.Status, m.Reason)
			}
		})
	}
}

// Without a name the file of legacy mode is that of the settings.
func TestLegacyFileOfTheSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	r, _ := run(t, "logs", Options{Legacy: true}, "ticks=1", "logging.output_file=mine.jsonl")
	if r.Path() != "mine.jsonl" || r.ID() != "" {
		t.Errorf("id %q, path %q", r.ID(), r.Path())
	}
	if _, err := New(Options{Legacy: true, Config: settings(t, "economy", "simulation.metrics_every=1")}); err == nil {
		t.Error("metrics in legacy mode: no error")
	}
}

// The setting 0 means that no earlier file is kept, and not the default.
func TestNoLegacyBackups(t *testing.T) {
	t.Chdir(t.TempDir())
	for backups, want := range map[string]int{"0": 1, "2": 3} {
		name := "out" + backups + ".jsonl"
		for range 4 {
			run(t, "logs", Options{OutputFile: name}, "ticks=0", "logging.legacy_backups="+backups)
		}
		if files, err := filepath.Glob(name + "*"); err != nil || len(files) != want {
			t.Errorf("%s earlier files: %q, %v", backups, files, err)
		}
	}
}

// The seed 0 is one like any other, and only -1 draws one.
func TestSeedZero(t *testing.T) {
	for seed, drawn := range map[string]bool{"0": false, "-1": true} {
		r, err := New(Options{Config: settings(t, "economy", "simulation.seed="+seed)})
		if err != nil || (r.Seed() != 0) != drawn {
			t.Errorf("seed %s: %d, %v", seed, r.Seed(), err)
		}
	}
}

// The record of a run is flat, so no parameter may have the name of a setting of
// every simulation.
func TestRecordIsUnambiguous(t *testing.T) {
	for _, s := range config.Builtin() {
		for _, d := range Models() {
			for _, p := range d.Params {
				if s.Section() == "simulation" && s.Name() == p.Name {
					t.Errorf("%s and a parameter of %s have one name", s.Key, d.Name)
				}
			}
		}
	}
}
