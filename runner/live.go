package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// The reasons for which a run ends.
const (
	ReasonMaxTicks    = "max_ticks"
	ReasonMaxEvents   = "max_events"
	ReasonMaxSeconds  = "max_seconds"
	ReasonDone        = "done"
	ReasonInterrupted = "interrupted"
	ReasonError       = "error"
)

// The types of the first and the last event of a simulation.
const (
	startType = "simulation_start"
	endType   = "simulation_end"
)

// brokenInvariant is how the error of a broken invariant begins.
const brokenInvariant = "an invariant is broken"

// start writes the first event.
func (r *SimulationRunner) start() { r.Record(0, startType, r.plan.startAttrs()) }

// startAttrs are the data of the first event: all that is needed to live this run
// again.
func (p *plan) startAttrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("model", p.def.Name),
		slog.String("version", p.def.Version),
		slog.Uint64("seed", p.seed),
		sortedGroup("config", p.config, slog.AnyValue),
	}
	if p.origin != nil {
		attrs = append(attrs,
			slog.String("parent", p.origin.run),
			slog.Int64("from_tick", p.origin.tick))
	}
	return attrs
}

// ending is how far a world came.
type ending struct {
	ticks int64 // how many were lived to their end
	turns int64 // of the next one, which was abandoned; wholeTick when none was
}

// wholeTick says that a run ended between two ticks.
const wholeTick = -1

// attrs are the level and the data of the last event. An abandoned tick is told by
// how many of its turns were lived, so that it can be lived again as far.
func (e ending) attrs(reason string, metrics map[string]float64, err error) (slog.Level, []slog.Attr) {
	attrs := []slog.Attr{slog.String("reason", reason), slog.Int64("ticks", e.ticks)}
	if e.turns != wholeTick {
		attrs = append(attrs, slog.Int64("turns", e.turns))
	}
	attrs = append(attrs, sortedGroup("metrics", metrics, slog.Float64Value))
	if err != nil {
		return slog.LevelError, append(attrs, slog.Any("error", err))
	}
	return slog.LevelInfo, attrs
}

// endingOf says how far a world has come; stopped, in the middle of its tick.
func endingOf(world *simulation.Context, stopped bool) ending {
	if stopped {
		return ending{world.Tick() - 1, world.Turns()}
	}
	return ending{world.Tick(), wholeTick}
}

// live runs the model and returns why it ended. A panic of the model is an error
// of the model: the run is closed as failed and keeps what it has.
func (r *SimulationRunner) live(ctx context.Context) (reason string, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.logger.Note(string(debug.Stack()))
			reason, err = ReasonError, fmt.Errorf("panic: %v", p)
		}
	}()
	r.world.SetStop(func() bool { return ctx.Err() != nil })
	if err := r.plan.build(ctx, r.model, r.world, r); err != nil {
		if ctx.Err() != nil {
			r.unbuilt = true
			return ReasonInterrupted, nil
		}
		return ReasonError, err
	}
	for {
		if reason := r.limit(ctx); reason != "" {
			return reason, nil
		}
		done, err := r.tick()
		if errors.Is(err, simulation.ErrStopped) && ctx.Err() != nil {
			r.stopped = true
			return ReasonInterrupted, nil
		}
		if err != nil {
			return ReasonError, err
		}
		if done {
			return ReasonDone, nil
		}
	}
}

// fresh returns the model and the context to begin with: new ones, or those that a
// checkpoint has given.
func (p *plan) fresh() (simulation.Model, *simulation.Context) {
	if p.origin != nil && p.origin.lived != nil {
		return p.origin.lived.model, p.origin.lived.world
	}
	return p.def.New(), simulation.NewContext(p.seed, p.config, nil)
}

// build makes the world of what fresh returned, from the beginning or as the run to
// resume left it. The recorder gets the events from there on.
func (p *plan) build(ctx context.Context, model simulation.Model, world *simulation.Context, recorder simulation.Recorder) error {
	if p.origin != nil && p.origin.lived != nil {
		world.SetRecorder(recorder)
		return nil
	}
	if p.origin != nil {
		if err := p.origin.restore(ctx, model, world); err != nil {
			return err
		}
		world.SetRecorder(recorder)
		return nil
	}
	world.SetRecorder(recorder)
	if err := model.Init(world); err != nil {
		return fmt.Errorf("building the world: %w", err)
	}
	return nil
}

// limit says why the run must stop before the next tick, or nothing.
func (r *SimulationRunner) limit(ctx context.Context) string {
	p := &r.plan
	switch {
	case ctx.Err() != nil:
		return ReasonInterrupted
	case r.world.Tick() >= p.ticks:
		return ReasonMaxTicks
	case p.maxEvents > 0 && r.events >= p.maxEvents:
		return ReasonMaxEvents
	case p.maxTime > 0 && time.Since(r.began) >= p.maxTime:
		return ReasonMaxSeconds
	}
	return ""
}

// tick lives one tick and then looks at the world.
func (r *SimulationRunner) tick() (done bool, err error) {
	r.world.Advance()
	err = r.model.Step(r.world)
	if done = errors.Is(err, simulation.ErrDone); err != nil && !done {
		return false, err
	}
	if err := r.plan.checkWorld(r.model); err != nil {
		return false, err
	}
	r.meter.measure(r.world.Tick(), r.model)
	r.checkpoint()
	if r.opts.Progress != nil {
		r.opts.Progress(Progress{
			Tick: r.world.Tick(), Ticks: r.plan.ticks, Events: r.events, Elapsed: time.Since(r.began),
		})
	}
	return done, nil
}

// checkWorld checks the model's laws, when that was asked for.
func (p *plan) checkWorld(model simulation.Model) error {
	checked, ok := model.(simulation.Checked)
	if !ok || !p.checkInvariants {
		return nil
	}
	if err := checked.CheckInvariants(); err != nil {
		return fmt.Errorf(brokenInvariant+": %w", err)
	}
	return nil
}

// end writes the last event and tells the logger how the run ended.
func (r *SimulationRunner) end(ctx context.Context, reason string, err error) Result {
	ended, metrics := r.reached()
	result := Result{Status: statusFor(reason), Reason: reason, Ticks: ended.ticks, Metrics: metrics}
	level, attrs := ended.attrs(reason, metrics, err)
	if err != nil {
		reason += ": " + err.Error()
	}
	if text := r.plan.limitText(reason); text != "" {
		r.logger.Note(text)
	}
	result.Events = r.logger.LogEvent(level, 0, endType, attrs...)
	result.Elapsed = time.Since(r.began)
	r.logger.End(runshelf.Outcome{
		Status: result.Status, Reason: reason, ExitCode: exitCode(result.Status), Signal: signalThat(ctx, result.Status),
		Metrics: result.Metrics,
	})
	return result
}

// limitText says which limit ended a run, "" when none did. The last tick is none: it is
// where the run was to end.
func (p *plan) limitText(reason string) string {
	switch reason {
	case ReasonMaxEvents:
		return fmt.Sprintf("limit reached: simulation.max_events is %d", p.maxEvents)
	case ReasonMaxSeconds:
		return fmt.Sprintf("limit reached: simulation.max_seconds is %g", p.maxTime.Seconds())
	}
	return ""
}

// signalThat names the signal that interrupted a run, "" when none did.
func signalThat(ctx context.Context, status shelf.Status) string {
	var s Signaled
	if status != shelf.StatusInterrupted || !errors.As(context.Cause(ctx), &s) {
		return ""
	}
	return s.SignalName()
}

// reached says how far the run came, and measures the world. A world that was not
// yet where the resumed run had left it has nothing to be measured: that run's last
// tick is as far as this one came.
func (r *SimulationRunner) reached() (ending, map[string]float64) {
	if r.unbuilt && r.plan.origin != nil {
		return ending{r.plan.origin.tick, wholeTick}, nil
	}
	return endingOf(r.world, r.stopped), metricsOf(r.model)
}

func statusFor(reason string) shelf.Status {
	switch reason {
	case ReasonInterrupted:
		return shelf.StatusInterrupted
	case ReasonError:
		return shelf.StatusFailed
	}
	return shelf.StatusCompleted
}

// exitCode is the exit code of the program where the way the run ended decides
// it; for an interrupted run the signal does.
func exitCode(status shelf.Status) *int {
	code := 0
	switch status {
	case shelf.StatusInterrupted:
		return nil
	case shelf.StatusFailed:
		code = 1
	}
	return &code
}

// sortedGroup makes a nested object of a map, in order of its keys: the order of
// a map must not reach an event.
func sortedGroup[M ~map[string]V, V any](key string, m M, value func(V) slog.Value) slog.Attr {
	attrs := make([]slog.Attr, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		attrs = append(attrs, slog.Attr{Key: k, Value: value(m[k])})
	}
	return slog.Attr{Key: key, Value: slog.GroupValue(attrs...)}
}
