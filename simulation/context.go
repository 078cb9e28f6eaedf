package simulation

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Recorder receives the events of a world. It must not keep attrs, nor the groups
// in them, whose memory the model uses again; and it must not let anything that
// happens to it change the world: it returns the sequence number of the event even
// when it could not be written.
type Recorder interface {
	Record(cause uint64, eventType string, attrs []slog.Attr) uint64
}

// Epoch is the virtual time of tick 0. Each tick lasts one virtual second.
var Epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Context is all that a model sees of the outside. It is used from one
// goroutine.
type Context struct {
	// Config holds the model's parameters, validated and complete. A model
	// reads it and never changes it.
	Config Config

	seed     uint64
	tick     int64
	recorder Recorder
	streams  map[string]*stream
	counters map[string]uint64
	scratch  []slog.Attr
	stop     func() bool
	turns    int64
}

// NewContext returns the context of a world at tick 0. The recorder may be nil:
// events then get the sequence 0 and go nowhere.
func NewContext(seed uint64, config Config, recorder Recorder) *Context {
	return &Context{
		Config:   config,
		seed:     seed,
		recorder: recorder,
		streams:  map[string]*stream{},
		counters: map[string]uint64{},
	}
}

// Seed returns the seed of the run.
func (c *Context) Seed() uint64 { return c.seed }

// Tick returns the number of the current tick: 0 in Init, then 1, 2, 3 …
func (c *Context) Tick() int64 { return c.tick }

// Now returns the virtual time, which depends on the tick alone.
func (c *Context) Now() time.Time { return Epoch.Add(time.Duration(c.tick) * time.Second) }

// Rand returns the named stream of random numbers. Its numbers follow from the
// seed and the name, never from which other streams exist or when they were
// first asked for, so a new use of randomness disturbs no older one.
func (c *Context) Rand(name string) *rand.Rand {
	s := c.streams[name]
	if s == nil {
		s = newStream(c.seed, name)
		c.streams[name] = s
	}
	return s.rand
}

// ID returns a fresh identifier such as "artifact_7", numbered from 1 for each
// prefix.
func (c *Context) ID(prefix string) string {
	c.counters[prefix]++
	return fmt.Sprintf("%s_%d", prefix, c.counters[prefix])
}

// Emit reports an event and returns its sequence number, which may be given to
// [Context.EmitCause] as the cause of a later one. The current tick is added in
// front of the attributes.
func (c *Context) Emit(eventType string, attrs ...slog.Attr) uint64 {
	return c.EmitCause(0, eventType, attrs...)
}

// EmitCause is [Context.Emit] for an event that another one led to. A cause of 0
// means none.
func (c *Context) EmitCause(cause uint64, eventType string, attrs ...slog.Attr) uint64 {
	if c.recorder == nil {
		return 0
	}
	c.scratch = append(c.scratch[:0], slog.Int64("tick", c.tick))
	c.scratch = append(c.scratch, attrs...)
	return c.recorder.Record(cause, eventType, c.scratch)
}

// Stopped asks whether the tick is to be abandoned. A model whose ticks may be long
// asks before each turn, and returns [ErrStopped] when the answer is yes. Asking
// costs next to nothing and changes nothing in the world.
func (c *Context) Stopped() bool {
	if c.stop != nil && c.stop() {
		return true
	}
	c.turns++
	return false
}

// Turns returns how often in this tick [Context.Stopped] has said no: how many turns
// have begun. It belongs to whoever runs the model.
func (c *Context) Turns() int64 { return c.turns }

// SetStop says what [Context.Stopped] asks; nil, as at first, never stops. It
// belongs to whoever runs the model.
func (c *Context) SetStop(stop func() bool) { c.stop = stop }

// Advance begins the next tick. It belongs to whoever runs the model.
func (c *Context) Advance() {
	c.tick++
	c.turns = 0
}

// SetRecorder replaces the recorder. It belongs to whoever runs the model.
func (c *Context) SetRecorder(r Recorder) { c.recorder = r }
