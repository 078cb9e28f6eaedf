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
