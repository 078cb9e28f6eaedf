package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// Replay lives a recorded simulation again, from nothing but its first event (or
// its manifest, when that event is lost) and the tick at which it ended. It
// records nothing: the events are handed to the caller as the lines that would be
// stored. It is used from one goroutine.
type Replay struct {
	plan  plan
	ended recordedEnd
	model simulation.Model
	world *simulation.Context

	emit     func(line []byte) error
	sequence uint64
	line     []byte
	stopped  error // what emit returned
	// abandoned says that the last tick ends where the recorded one was stopped.
	abandoned bool
	tick      Streams // as they stood when the current tick began
	at        Streams // as they stood when emit stopped the replay
}

// recordedEnd is how the recorded run ended, as far as the replay cannot know it.
type recordedEnd struct {
	ending
	known      bool
	unmeasured bool // stopped before there was a world to measure
	reason     string
	failed     string
}

// ErrNoSimulation is what is wrapped when a run is no simulation of this program.
var ErrNoSimulation = errors.New("not a recorded simulation")

// NewReplay reads what a run was. It fails when the model is neither built in nor among
// the caller's own, when its version is another, or when neither event nor manifest
// tells seed and configuration.
func NewReplay(run *shelf.Run, own ...simulation.Definition) (*Replay, error) {
	return newReplay(run, finderOf(own))
}

func newReplay(run *shelf.Run, find finder) (*Replay, error) {
	r := &Replay{}
	start, last, err := recordedEnds(run)
	if err != nil {
		return nil, fmt.Errorf("replaying %s: %w", run.ID, err)
	}
	if start.Type != startType {
		if start, err = startOfManifest(run); err != nil {
			return nil, fmt.Errorf("replaying %s: %w", run.ID, err)
		}
	}
	if err := r.plan.adopt(start, find); err != nil {
		return nil, fmt.Errorf("replaying %s: %w", run.ID, err)
	}
	if parent, ok := start.Data.Get("parent"); ok {
		from, _ := intField(start, "from_tick")
		r.plan.origin = &origin{run: fmt.Sprint(parent), tick: from}
	}
	r.plan.ticks = r.plan.config.Int("ticks")
	r.ended = endOf(last)
	r.plan.checkInvariants = strings.HasPrefix(r.ended.failed, brokenInvariant)
	return r, nil
}

// recordedEnds reads the first and the last event; a damaged one is zero.
func recordedEnds(run *shelf.Run) (first, last event.Event, err error) {
	events, err := run.OpenEvents()
	if err != nil {
		return first, last, err
	}
	defer events.Close()
	line, err := shelf.FirstLine(events, 64<<20)
	if err == nil {
		first, _ = event.Decode(line)
	}
	lines, err := shelf.LastLines(events, events.Size(), 1)
	if err != nil {
		return first, last, err
	}
	if len(lines) > 0 {
		last, _ = event.Decode(lines[0])
	}
	return first, last, nil
}

// startOfManifest makes a first event of what the manifest says.
func startOfManifest(run *shelf.Run) (event.Event, error) {
	m := &run.Manifest
	recorded, err := event.DecodeValue(m.Config)
	config, ok := recorded.(event.Object)
	if m.Kind != "simulation" || m.Seed == nil || err != nil || !ok {
		return event.Event{}, ErrNoSimulation
	}
	return event.Event{Type: startType, Data: event.Object{
		{Key: "model", Value: m.Program.Name}, {Key: "version", Value: m.Program.Version},
		{Key: "seed", Value: json.Number(fmt.Sprint(*m.Seed))}, {Key: "config", Value: config},
	}}, nil
}

// endOf reads the end of a run from its last event.
func endOf(last event.Event) recordedEnd {
	if last.Type != endType {
		return recordedEnd{}
	}
	e := recordedEnd{ending: ending{turns: wholeTick}}
	e.ticks, e.known = intField(last, "ticks")
	if turns, ok := intField(last, "turns"); ok {
		e.turns = turns
	}
	_, measured := last.Data.Get("metrics")
	e.unmeasured = !measured
	reason, _ := last.Data.Get("reason")
	e.reason = fmt.Sprint(reason)
	if failed, ok := last.Data.Get("error"); ok {
		e.failed = fmt.Sprint(failed)
	}
	return e
}

// Model returns the name of the model; Seed the seed.
func (r *Replay) Model() string { return r.plan.def.Name }

// Seed returns the seed of the run.
func (r *Replay) Seed() uint64 { return r.plan.seed }

// HasEnd reports whether the recorded run says how it ended. One that was killed,
// or still lives, does not.
func (r *Replay) HasEnd() bool { return r.ended.known }

// Tick returns the tick that the world is in.
func (r *Replay) Tick() int64 {
	if r.world == nil {
		return 0
	}
	return r.world.Tick()
}

// Play lives the run again and calls emit with each event, in order; the line is
// valid only during the call. An error of emit ends the replay after the tick it
// came in, and is returned. Play may be called again, and begins anew.
func (r *Replay) Play(ctx context.Context, emit func(line []byte) error) error {
	r.emit, r.sequence, r.stopped, r.at, r.abandoned = emit, 0, nil, nil, false
	r.model = r.plan.def.New()
	r.world = simulation.NewContext(r.plan.seed, r.plan.config, nil)
	r.Record(0, startType, r.plan.startAttrs())
	reason, err := r.live(ctx)
	if r.stopped != nil {
		return r.stopped
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	metrics := metricsOf(r.model)
	if r.ended.unmeasured && reason == ReasonInterrupted {
		metrics = nil
	}
	level, attrs := endingOf(r.world, r.abandoned).attrs(reason, metrics, err)
	r.record(level, 0, endType, attrs)
	return r.stopped
}

// live runs the model as [SimulationRunner] does, and returns why it ended.
func (r *Replay) live(ctx context.Context) (reason string, err error) {
	defer func() {
		if p := recover(); p != nil {
			reason, err = ReasonError, fmt.Errorf("panic: %v", p)
		}
	}()
	if err := r.plan.build(ctx, r.model, r.world, r); err != nil {
		return ReasonError, err
	}
	r.world.SetStop(func() bool { return ctx.Err() != nil || r.stopsHere() })
	for r.stopped == nil && ctx.Err() == nil {
		switch {
		case r.world.Tick() >= r.plan.ticks:
			return ReasonMaxTicks, nil
		case r.ended.stopped() && r.ended.turns == wholeTick && r.world.Tick() >= r.ended.ticks:
			return r.ended.reason, nil
		}
		r.tick = streamsOf(r.world)
		r.world.Advance()
		err := r.model.Step(r.world)
		if errors.Is(err, simulation.ErrStopped) && r.stopsHere() {
			r.abandoned = true
			return r.ended.reason, nil
		}
		if errors.Is(err, simulation.ErrDone) {
			return ReasonDone, nil
		}
		if err == nil {
			err = r.plan.checkWorld(r.model)
		}
		if err != nil {
			return ReasonError, err
		}
	}
	return "", nil
}

// stopsHere reports whether the recorded run was stopped at this turn.
func (r *Replay) stopsHere() bool {
	return r.ended.stopped() && r.ended.turns != wholeTick &&
		r.world.Tick() > r.ended.ticks && r.world.Turns() >= r.ended.turns
}

// stopped reports whether the run was ended from outside, by somebody or by a
// limit that is no part of its configuration.
func (e *recordedEnd) stopped() bool {
	return e.known && (e.reason == ReasonInterrupted || e.reason == ReasonMaxEvents || e.reason == ReasonMaxSeconds)
}

// Record hands on an event of the world. It makes the replay the world's
// recorder.
func (r *Replay) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	return r.record(slog.LevelInfo, cause, eventType, attrs)
}

func (r *Replay) record(level slog.Level, cause uint64, eventType string, attrs []slog.Attr) uint64 {
	r.sequence++
	if r.stopped != nil {
		return r.sequence
	}
	body := event.Body{Type: eventType, Level: level, Cause: cause, Attrs: attrs}
	r.line = event.AppendLine(r.line[:0], time.Time{}, r.sequence, body)
	line, err := event.Shorten(r.line, maxEventBytes, func(string, []byte) error { return nil })
	if err == nil {
		err = r.emit(line)
	}
	if r.stopped = err; err != nil {
		r.at = streamsOf(r.world)
	}
	return r.sequence
}

// maxEventBytes is the default of logging.max_event_bytes, from which on long
// texts stand beside the events.
const maxEventBytes = 1 << 20
