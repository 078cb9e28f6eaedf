package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// origin is where a resumed run begins.
type origin struct {
	run   string // id of the run that it goes on from
	tick  int64  // the last tick that is not recorded again
	lived *lived // the world at that tick, or nil when its ticks must be lived again
}

// resume plans a run that goes on where another one stopped. What the other run
// was is read from its first event, which says all and cannot be edited later.
func (p *plan) resume(o Options) error {
	run := o.Resume
	start, last, err := ends(run)
	if err != nil {
		return fmt.Errorf("resuming %s: %w", run.ID, err)
	}
	if err = p.adopt(start, finderOf(o.Own)); err == nil {
		err = p.check()
	}
	if err != nil {
		return fmt.Errorf("resuming %s: %w", run.ID, err)
	}
	if o.Model != "" && o.Model != p.def.Name {
		return fmt.Errorf("resuming %s: it is a run of %s, not of %s", run.ID, p.def.Name, o.Model)
	}
	if ticksGiven(o.Config, p.def.Name) {
		p.config["ticks"] = o.Config.Int(p.def.Name + ".ticks")
	}
	p.origin = &origin{run: run.ID, tick: lastTick(last)}
	if l := p.newestCheckpoint(run.Dir, o.Warn); l != nil {
		p.origin.lived, p.origin.tick = l, l.world.Tick()
	}
	if ticks := p.config.Int("ticks"); ticks <= p.origin.tick {
		return fmt.Errorf("resuming %s: it has reached tick %d, and %d in total are asked for", run.ID, p.origin.tick, ticks)
	}
	return nil
}

// ends reads the first and the last whole event of a run.
func ends(run *shelf.Run) (first, last event.Event, err error) {
	events, err := run.OpenEvents()
	if err != nil {
		return first, last, err
	}
	defer events.Close()
	line, err := shelf.FirstLine(events, 64<<20)
	if err != nil {
		return first, last, fmt.Errorf("it has no events")
	}
	if first, err = event.Decode(line); err != nil {
		return first, last, fmt.Errorf("reading its first event: %w", err)
	}
	lines, err := shelf.LastLines(events, events.Size(), 1)
	if err != nil {
		return first, last, fmt.Errorf("reading its last event: %w", err)
	}
	last, err = event.Decode(lines[0])
	return first, last, err
}

// adopt takes model, seed and configuration from a simulation_start event.
func (p *plan) adopt(start event.Event, find finder) (err error) {
	if start.Type != startType {
		return fmt.Errorf("its first event is %s: it is no simulation", start.Type)
	}
	name, _ := start.Data.Get("model")
	version, _ := start.Data.Get("version")
	if p.def, err = find(fmt.Sprint(name)); err != nil {
		return err
	}
	if version != p.def.Version {
		return fmt.Errorf("it was made by version %v of %s, and this program has version %s", version, p.def.Name, p.def.Version)
	}
	seed, _ := start.Data.Get("seed")
	number, _ := seed.(json.Number)
	if _, err := fmt.Sscan(number.String(), &p.seed); err != nil {
		return fmt.Errorf("its seed %v is no number", seed)
	}
	recorded, _ := start.Data.Get("config")
	object, _ := recorded.(event.Object)
	p.config, err = configOf(p.def, object)
	return err
}

// lastTick returns the last tick that the run completed. An interrupted or
// killed run may have stopped within a tick, which is then lived again.
func lastTick(last event.Event) int64 {
	if ticks, ok := intField(last, "ticks"); ok && last.Type == endType {
		return ticks
	}
	tick, _ := intField(last, "tick")
	return max(0, tick-1)
}

func intField(e event.Event, name string) (int64, bool) {
	value, _ := e.Data.Get(name)
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil && n < math.MaxInt64
}

// restore lives a fresh world up to the origin, and records nothing.
func (o *origin) restore(ctx context.Context, model simulation.Model, world *simulation.Context) error {
	if err := model.Init(world); err != nil {
		return fmt.Errorf("building the world: %w", err)
	}
	return advance(ctx, model, world, o.tick)
}
