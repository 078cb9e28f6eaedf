package runner

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/config"
	"example.org/runshelf/simulation"
)

// counting is a model of a caller's own.
type counting struct{ total uint64 }

func (m *counting) Init(*simulation.Context) error { return nil }

func (m *counting) Step(ctx *simulation.Context) error {
	m.total += ctx.Rand("dice").Uint64N(6) + 1
	ctx.Emit("roll", slog.Int64("tick", ctx.Tick()), slog.Uint64("total", m.total))
	return nil
}

func ownModel(name string) simulation.Definition {
	return simulation.Definition{
		Name: name, Version: "1", Doc: "counts",
		Params: []simulation.Param{{Name: "ticks", Default: int64(10), Doc: "length"}},
		New:    func() simulation.Model { return &counting{} },
	}
}

// A model of the caller's own has settings, runs, and is resumed as if it had not stopped.
func TestOwnModel(t *testing.T) {
	own := []simulation.Definition{ownModel("dice")}
	registry, err := Registry(own...)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	lived := func(ticks string, o Options) (world []string, r *SimulationRunner) {
		t.Helper()
		o.Own = own
		o.Config, err = registry.Load(config.Sources{Dir: dir, UserDir: dir, Env: []string{}, Section: "dice",
			Set: []string{"logging.logs_dir=" + filepath.Join(dir, "logs"), "simulation.seed=3", "simulation.model=dice", "ticks=" + ticks}})
		if err == nil {
			r, err = New(o)
		}
		if err == nil {
			err = r.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if result, err := r.Run(t.Context()); err != nil || result.LogErr != nil {
			t.Fatal(err, result.LogErr)
		}
		_, world = events(t, r.Path())
		return world, r
	}
	whole, _ := lived("12", Options{})
	half, r := lived("5", Options{})
	rest, _ := lived("12", Options{Resume: openRun(t, r.Dir())})
	if len(whole) != 12 || !slices.Equal(append(half, rest...), whole) {
		t.Errorf("%q and %q, want %q", half, rest, whole)
	}
}

func TestOwnModelRefused(t *testing.T) {
	if _, err := Registry(ownModel("economy")); err == nil {
		t.Error("a model by the name of a built-in one: no error")
	}
	for want, spoil := range map[string]func(d *simulation.Definition){
		`"My Dice"`:       func(d *simulation.Definition) { d.Name = "My Dice" },
		"no New":          func(d *simulation.Definition) { d.New = nil },
		"parameter ticks": func(d *simulation.Definition) { d.Params = nil },
		"int64":           func(d *simulation.Definition) { d.Params[0].Default = 10 },
	} {
		d := ownModel("dice")
		spoil(&d)
		if _, err := Registry(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want something about %s", err, want)
		}
	}
	plain := settings(t, "economy")
	_, err := New(Options{Config: plain, Model: "dice", Own: []simulation.Definition{ownModel("dice")}})
	if err == nil || !strings.Contains(err.Error(), "dice") {
		t.Errorf("settings without those of the model: %v", err)
	}
	var unknown *UnknownModelError
	_, err = New(Options{Config: plain, Model: "cards", Own: []simulation.Definition{ownModel("dice")}})
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "economy, exchange, dice") {
		t.Errorf("an unknown model: %v", err)
	}
}

// Who gives no settings has those of the environment and the files.
func TestNoConfig(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	t.Setenv("RUNSHELF_LOGS_DIR", logs)
	t.Setenv("RUNSHELF_DICE_TICKS", "4")
	r, err := New(Options{Model: "dice", Own: []simulation.Definition{ownModel("dice")}})
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := r.Run(t.Context())
	if err != nil || result.Ticks != 4 || filepath.Dir(r.Dir()) != logs {
		t.Errorf("%+v in %s, %v", result, r.Dir(), err)
	}
	if _, err := New(Options{Model: "cards", Own: []simulation.Definition{{Name: "cards"}}}); err == nil {
		t.Error("a model that cannot be run: no error")
	}
}

// A runner runs once, and in its order.
func TestOrderOfCalls(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("RUNSHELF_LOGS_DIR", dir)
	r, err := New(Options{Model: "dice", Own: []simulation.Definition{ownModel("dice")}})
	if err != nil {
		t.Fatal(err)
	}
	if r.ID()+r.Dir()+r.Path() != "" {
		t.Errorf("before Start: %q %q %q", r.ID(), r.Dir(), r.Path())
	}
	if _, err := r.Run(t.Context()); !errors.Is(err, errNotStarted) {
		t.Errorf("Run before Start: %v", err)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	if err := r.Start(); !errors.Is(err, errStarted) {
		t.Errorf("a second Start: %v", err)
	}
	if result, err := r.Run(t.Context()); err != nil || result.Ticks != 10 {
		t.Errorf("%+v, %v", result, err)
	}
	if result, err := r.Run(t.Context()); !errors.Is(err, errRan) || result.Ticks != 0 {
		t.Errorf("a second Run: %+v, %v", result, err)
	}
	if runs, err := filepath.Glob(filepath.Join(dir, "run_*")); err != nil || len(runs) != 1 {
		t.Errorf("%q, %v", runs, err)
	}
}
