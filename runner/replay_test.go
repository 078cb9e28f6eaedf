package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/compare"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

var errParted = errors.New("they part")

// replayed replays a run and returns where it parts from the recording, nil when
// it does not.
func replayed(t *testing.T, r *Replay, run *shelf.Run) *compare.Divergence {
	t.Helper()
	log, err := compare.OpenRun(run)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	checker, err := compare.NewChecker(log, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer checker.Close()
	err = r.Play(t.Context(), func(line []byte) error {
		d, ended, err := checker.Next(line)
		if err == nil && (d != nil || ended) {
			err = errParted
		}
		return err
	})
	if err != nil && !errors.Is(err, errParted) {
		t.Fatal(err)
	}
	d, err := checker.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func openRun(t *testing.T, dir string) *shelf.Run {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func newReplayOf(t *testing.T, run *shelf.Run) *Replay {
	t.Helper()
	r, err := NewReplay(run)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReplayManySeeds records a hundred short economies and lives each again.
func TestReplayManySeeds(t *testing.T) {
	logs := t.TempDir()
	for seed := range 100 {
		set := []string{fmt.Sprint("simulation.seed=", seed), "economy.ticks=8", "logging.durability=none"}
		r, result := run(t, logs, Options{RunID: fmt.Sprint("seed", seed)}, set...)
		stored := openRun(t, r.Dir())
		if d := replayed(t, newReplayOf(t, stored), stored); d != nil {
			t.Fatalf("seed %d parts at event %d of %d: %+v", seed, d.Index, result.Events, d.Fields)
		}
	}
}

// TestReplayEnds replays runs that ended in every way there is.
func TestReplayEnds(t *testing.T) {
	tests := []struct {
		name, model string
		set         []string
	}{
		{"max ticks", "exchange", []string{"exchange.ticks=5", "exchange.agents=10"}},
		{"max events", "economy", []string{"economy.ticks=50", "simulation.max_events=200"}},
		{"checked", "economy", []string{"economy.ticks=5", "simulation.check_invariants=true"}},
		{"checkpoints", "economy", []string{"economy.ticks=9", "simulation.checkpoint_every=3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := run(t, t.TempDir(), Options{Model: tt.model}, append(tt.set, "simulation.seed=3")...)
			stored := openRun(t, r.Dir())
			replay := newReplayOf(t, stored)
			for range 2 {
				if d := replayed(t, replay, stored); d != nil {
					t.Fatalf("it parts at event %d: %+v", d.Index, d.Fields)
				}
			}
		})
	}
}

// TestReplayResumed replays a run that went on where another one stopped.
func TestReplayResumed(t *testing.T) {
	logs := t.TempDir()
	first, _ := run(t, logs, Options{}, "simulation.seed=4", "economy.ticks=6", "simulation.checkpoint_every=3")
	second, _ := run(t, logs, Options{Resume: openRun(t, first.Dir())}, "ticks=12")
	stored := openRun(t, second.Dir())
	if d := replayed(t, newReplayOf(t, stored), stored); d != nil {
		t.Fatalf("it parts at event %d: %+v", d.Index, d.Fields)
	}
}

// edit changes the stored events of a run.
func edit(t *testing.T, run *shelf.Run, change func(lines []string) []string) {
	t.Helper()
	path := filepath.Join(run.Dir, shelf.EventsFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := change(strings.SplitAfter(strings.TrimSuffix(string(content), "\n"), "\n"))
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestReplayFindsChange changes one figure of a recording.
func TestReplayFindsChange(t *testing.T) {
	r, _ := run(t, t.TempDir(), Options{}, "simulation.seed=5", "economy.ticks=6")
	stored := openRun(t, r.Dir())
	at := 0
	edit(t, stored, func(lines []string) []string {
		at = slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, `"event_type":"thinking","tick":4`) })
		lines[at] = strings.Replace(lines[at], `"compute_cost":`, `"compute_cost":7`, 1)
		return lines
	})
	replay := newReplayOf(t, stored)
	d := replayed(t, replay, stored)
	if d == nil || d.Index != int64(at)+1 || len(d.Fields) != 1 || d.Fields[0].Path != "compute_cost" {
		t.Fatalf("found %+v, want compute_cost in event %d", d, at+1)
	}
	if replay.Tick() != 4 || len(replay.Drawn()) == 0 {
		t.Errorf("tick %d, drawn %q", replay.Tick(), replay.Drawn())
	}
}

// TestReplayKilled replays a run of which only a part was kept: what there is is
// the same.
func TestReplayKilled(t *testing.T) {
	r, _ := run(t, t.TempDir(), Options{}, "simulation.seed=6", "economy.ticks=6")
	stored := openRun(t, r.Dir())
	edit(t, stored, func(lines []string) []string { return append(lines[:40], `{"torn`) })
	if d := replayed(t, newReplayOf(t, stored), stored); d != nil {
		t.Fatalf("it parts at event %d", d.Index)
	}
}

// TestReplayFromManifest replays a run whose first event is lost.
func TestReplayFromManifest(t *testing.T) {
	r, _ := run(t, t.TempDir(), Options{}, "simulation.seed=7", "economy.ticks=6")
	stored := openRun(t, r.Dir())
	edit(t, stored, func(lines []string) []string {
		lines[0] = `{"event_type":"log_gap","dropped":1,"first_sequence":1,"last_sequence":1,"sequence":1}` + "\n"
		return lines
	})
	if d := replayed(t, newReplayOf(t, stored), stored); d != nil {
		t.Fatalf("it parts at event %d: %+v", d.Index, d.Fields)
	}
	if err := os.Remove(filepath.Join(stored.Dir, shelf.ManifestFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReplay(openRun(t, stored.Dir)); !errors.Is(err, ErrNoSimulation) {
		t.Errorf("without event and manifest: %v", err)
	}
}

// TestDrewDifferently finds by its checkpoints that a recorded run drew other
// numbers.
func TestDrewDifferently(t *testing.T) {
	r, _ := run(t, t.TempDir(), Options{}, "simulation.seed=8", "economy.ticks=6", "simulation.checkpoint_every=2")
	stored := openRun(t, r.Dir())
	replay := newReplayOf(t, stored)
	if _, names, told, err := replay.DrewDifferently(t.Context(), stored); err != nil || !told || len(names) > 0 {
		t.Fatalf("the same run: %q, told %v, %v", names, told, err)
	}
	replay.plan.seed++
	if tick, names, told, err := replay.DrewDifferently(t.Context(), stored); err != nil || !told || len(names) == 0 || tick != 2 {
		t.Errorf("another seed: tick %d, %q, told %v, %v", tick, names, told, err)
	}
}

// careless is a model with a bug: the order of a map reaches its events, and its
// random numbers.
type careless struct{ purses map[string]int }

func (m *careless) Init(*simulation.Context) error {
	m.purses = map[string]int{}
	for i := range 12 {
		m.purses[fmt.Sprint("agent_", i)] = i
	}
	return nil
}

func (m *careless) Step(ctx *simulation.Context) error {
	ctx.Emit("tick")
	if ctx.Tick() < 3 {
		return nil
	}
	for name := range m.purses {
		ctx.Emit("payment", slog.String("from", name), slog.Int("amount", ctx.Rand("pay_"+name).IntN(10)))
	}
	return nil
}

// TestReplayCatchesMapIteration records a model with a planted bug and finds the
// event at which it shows.
func TestReplayCatchesMapIteration(t *testing.T) {
	def := simulation.Definition{Name: "careless", Version: "1", New: func() simulation.Model { return &careless{} },
		Params: []simulation.Param{{Name: "ticks", Default: int64(10)}}}
	find := func(string) (simulation.Definition, error) { return def, nil }
	stored := recordedBy(t, def, find)
	replay, err := newReplay(stored, find)
	if err != nil {
		t.Fatal(err)
	}
	d := replayed(t, replay, stored)
	if d == nil || len(d.Fields) == 0 || !strings.HasPrefix(d.Fields[0].Path, "from") {
		t.Fatalf("the bug was not found: %+v", d)
	}
	if kind, _ := d.A.Value.Get("event_type"); kind != "payment" || replay.Tick() < 3 {
		t.Errorf("it parts at %v in tick %d", kind, replay.Tick())
	}
}

// recordedBy makes a run of a model that is not built in.
func recordedBy(t *testing.T, def simulation.Definition, find func(string) (simulation.Definition, error)) *shelf.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run_20260115_120000")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, shelf.EventsFile)
	start := fmt.Sprintf(`{"sequence":1,"event_type":"simulation_start","model":%q,"version":"1","seed":1,"config":{"ticks":10}}`+"\n", def.Name)
	if err := os.WriteFile(path, []byte(start), 0o666); err != nil {
		t.Fatal(err)
	}
	replay, err := newReplay(openRun(t, dir), find)
	if err != nil {
		t.Fatal(err)
	}
	var log []byte
	if err := replay.Play(context.Background(), func(line []byte) error { log = append(log, line...); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, log, 0o666); err != nil {
		t.Fatal(err)
	}
	return openRun(t, dir)
}
