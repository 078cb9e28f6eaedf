package runner

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// interrupting is a model during one of whose turns somebody presses Ctrl-C.
type interrupting struct {
	simulation.Model
	tick, turns int64
	ctx         context.Context
	press       func()
}

func (m *interrupting) Step(ctx *simulation.Context) error {
	if ctx.Tick() == m.tick {
		ctx.SetStop(func() bool {
			if ctx.Turns() == m.turns {
				m.press()
			}
			return m.ctx.Err() != nil
		})
	}
	return m.Model.Step(ctx)
}

// Metrics passes on what the model measures.
func (m *interrupting) Metrics(set func(string, float64)) { m.Model.(simulation.Metered).Metrics(set) }

// stopped makes a run that is stopped within a tick, after some of its turns.
func stopped(t *testing.T, logs, model string, tick, turns int64, set ...string) *shelf.Run {
	t.Helper()
	r, err := New(Options{Model: model, Config: settings(t, model, append(set, "logging.logs_dir="+logs)...)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, press := context.WithCancel(t.Context())
	fresh := r.plan.def.New
	r.plan.def.New = func() simulation.Model { return &interrupting{fresh(), tick, turns, ctx, press} }
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	result, err := r.Run(ctx)
	if err != nil || result.LogErr != nil || result.Status != shelf.StatusInterrupted || result.Ticks != tick-1 {
		t.Fatalf("%+v, %v", result, err)
	}
	return openRun(t, r.Dir())
}

// A run may be stopped between any two turns. It ends at once, says how many ticks
// it has lived whole, can be replayed to its last event, and is resumed as if it had
// ended before the tick.
func TestStoppedWithinTick(t *testing.T) {
	for _, model := range []string{"economy", "exchange"} {
		for _, turns := range []int64{0, 1, 5, 7} {
			t.Run(fmt.Sprint(model, turns), func(t *testing.T) {
				logs := filepath.Join(t.TempDir(), "logs")
				set := []string{"simulation.seed=5", "agents=8", "ticks=30"}
				whole, _ := run(t, logs, Options{Model: model}, set...)
				_, want := events(t, whole.Path())
				half := stopped(t, logs, model, 12, turns, set...)
				all, first := events(t, filepath.Join(half.Dir, shelf.EventsFile))
				end := all[len(all)-1]
				if n, ok := intField(end, "turns"); !ok || n != turns || end.Type != endType {
					t.Errorf("the last event is %+v", end)
				}
				sameLines(t, "stopped", want[:len(first)], first)
				if strings.Contains(strings.Join(first, "\n"), `"tick":13`) {
					t.Error("it lived on")
				}
				replay := newReplayOf(t, half)
				for range 2 {
					if d := replayed(t, replay, half); d != nil {
						t.Fatalf("replayed it parts at event %d: %+v", d.Index, d.Fields)
					}
				}
				rest, _ := run(t, logs, Options{Model: model, Resume: half}, set...)
				started, second := events(t, rest.Path())
				if from, _ := intField(started[0], "from_tick"); from != 11 {
					t.Errorf("resumed from tick %d", from)
				}
				sameLines(t, "resumed", want[len(want)-len(second):], second)
				if d := replayed(t, newReplayOf(t, openRun(t, rest.Dir())), openRun(t, rest.Dir())); d != nil {
					t.Fatalf("the resumed run parts at event %d: %+v", d.Index, d.Fields)
				}
			})
		}
	}
}

// A run that is stopped while it lives the ticks of another one again has come as
// far as that one, and nothing is lost.
func TestStoppedWhileResuming(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	set := []string{"simulation.seed=5", "agents=8"}
	half, _ := run(t, logs, Options{}, append(set, "ticks=9")...)
	r, err := New(Options{Resume: openRun(t, half.Dir()), Config: settings(t, "economy", "logging.logs_dir="+logs, "ticks=20")})
	if err == nil {
		r.opts.Config = settings(t, "economy", "logging.logs_dir="+logs)
		r.plan.ticks = 20
		err = r.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := r.Run(ctx)
	if err != nil || result.Status != shelf.StatusInterrupted || result.Ticks != 9 || len(result.Metrics) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
	run := openRun(t, r.Dir())
	if d := replayed(t, newReplayOf(t, run), run); d != nil {
		t.Errorf("replayed it parts at event %d: %+v", d.Index, d.Fields)
	}
	if _, last, err := ends(run); err != nil || lastTick(last) != 9 {
		t.Errorf("it would be resumed from tick %d, %v", lastTick(last), err)
	}
}

// TestResumeKilled resumes runs that were killed after any of their events, without
// checkpoints: what the tick of the last event would still have brought is lived
// again with all of that tick.
func TestResumeKilled(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	set := []string{"simulation.seed=6", "agents=3", "ticks=5"}
	whole, _ := run(t, logs, Options{}, set...)
	_, want := events(t, whole.Path())
	for kept := 1; kept <= len(want)+1; kept += 9 {
		killed, _ := run(t, logs, Options{}, set...)
		stored := openRun(t, killed.Dir())
		edit(t, stored, func(lines []string) []string {
			lines[kept-1] = strings.TrimSuffix(lines[kept-1], "\n")
			return lines[:kept]
		})
		lastTick := int64(0)
		if all, _ := events(t, killed.Path()); kept > 1 {
			lastTick, _ = intField(all[kept-1], "tick")
		}
		rest, _ := run(t, logs, Options{Resume: stored}, set...)
		all, second := events(t, rest.Path())
		if from, _ := intField(all[0], "from_tick"); from != max(0, lastTick-1) {
			t.Errorf("killed in tick %d, resumed from %d", lastTick, from)
		}
		sameLines(t, "resumed", want[len(want)-len(second):], second)
		// The beginning of the world is told by the first run alone.
		if told := max(0, kept-1); kept > 1 && told+len(second) < len(want) {
			t.Errorf("killed after %d events, %d of %d are told", kept, kept+len(second), len(want))
		}
	}
}
