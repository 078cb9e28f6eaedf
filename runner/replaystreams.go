package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// Streams is the state of a world's random streams by name. A stream that has
// drawn stands elsewhere than before.
type Streams map[string][]byte

// streamsOf reads the streams of a world, and changes nothing.
func streamsOf(world *simulation.Context) Streams {
	var b bytes.Buffer
	if world.Snapshot(&b) != nil {
		return nil
	}
	return savedStreams(b.Bytes())
}

// savedStreams reads the streams of a saved context.
func savedStreams(line []byte) Streams {
	var saved struct{ Streams Streams }
	if json.Unmarshal(line, &saved) != nil {
		return nil
	}
	return saved.Streams
}

// Differ names the streams that stand elsewhere in the other world, or are in one
// of them alone, sorted.
func (s Streams) Differ(other Streams) []string {
	var names []string
	for name := range maps.Keys(s) {
		if state, ok := other[name]; !ok || !bytes.Equal(state, s[name]) {
			names = append(names, name)
		}
	}
	for name := range maps.Keys(other) {
		if _, ok := s[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Streams returns the random streams as they stood when emit stopped the replay.
func (r *Replay) Streams() Streams { return r.at }

// Drawn names the streams that had drawn in the tick in which emit stopped the
// replay, sorted.
func (r *Replay) Drawn() []string { return r.tick.Differ(r.at) }

// DrewDifferently lives the run once more, silently, and holds its random streams
// against the checkpoints that the recorded run saved. It returns the tick of the
// first checkpoint at which some stand elsewhere, and which. Without checkpoints
// there is nothing to tell by, and told is false.
func (r *Replay) DrewDifferently(ctx context.Context, run *shelf.Run) (tick int64, names []string, told bool, err error) {
	model, world := r.plan.def.New(), simulation.NewContext(r.plan.seed, r.plan.config, nil)
	if err := r.plan.build(ctx, model, world, nil); err != nil {
		return 0, nil, false, err
	}
	for _, file := range checkpointFiles(run.Dir) {
		head, rest, err := openCheckpoint(file.path, r.plan.def)
		if err != nil || head.Tick < world.Tick() {
			continue
		}
		line, err := rest.ReadBytes('\n')
		if err != nil {
			continue
		}
		if err := advance(ctx, model, world, head.Tick); err != nil {
			return 0, nil, told, err
		}
		told = true
		if names := streamsOf(world).Differ(savedStreams(line)); len(names) > 0 {
			return head.Tick, names, true, nil
		}
	}
	return 0, nil, told, nil
}

// advance lives a world up to a tick, unless ctx ends before.
func advance(ctx context.Context, model simulation.Model, world *simulation.Context, tick int64) error {
	world.SetStop(func() bool { return ctx.Err() != nil })
	for world.Tick() < tick {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		world.Advance()
		err := model.Step(world)
		if errors.Is(err, simulation.ErrStopped) && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("living tick %d again: %w", world.Tick(), err)
		}
	}
	return nil
}
