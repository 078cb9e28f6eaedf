package simulation

import (
	"errors"
	"io"
)

// ErrDone is returned by [Model.Step] when the world has come to its own end.
// The tick that returns it counts as done, and the run ends normally.
var ErrDone = errors.New("simulation: the model is done")

// ErrStopped is returned by [Model.Step] when [Context.Stopped] has said yes. The
// world is then in the middle of a tick, which does not count and is not gone on
// with: the model may still be measured, and nothing else. What the tick has told
// so far stays told.
var ErrStopped = errors.New("simulation: stopped within a tick")

// Model is one simulated world. Its methods are called from one goroutine.
type Model interface {
	// Init builds the world from ctx.Config, which is validated and complete.
	// The tick is 0.
	Init(ctx *Context) error
	// Step advances the world by one tick. The first Step sees tick 1. It
	// returns [ErrDone] to end the run normally, and [ErrStopped] when it was told to
	// stop; any other error fails the run.
	Step(ctx *Context) error
}

// Checkpointer is implemented by a model that can be stopped and resumed.
//
// Snapshot writes the whole state of the world between two ticks and changes
// nothing. Restore replaces the state of a fresh world, after Init has run
// with the same configuration against a context that records nothing. After
// Restore the world's events equal those of a run that never stopped. The state
// of random streams, ids and the clock belongs to the [Context], not to the
// model's snapshot.
type Checkpointer interface {
	Snapshot(w io.Writer) error
	Restore(r io.Reader) error
}

// Metered is implemented by a model that measures itself. Metrics reports each
// figure by name, in any order, and changes nothing in the world.
type Metered interface {
	Metrics(set func(name string, value float64))
}

// Checked is implemented by a model that can check its own laws. The runner
// calls CheckInvariants after every tick when asked; an error fails the run.
// It changes nothing in the world.
type Checked interface {
	CheckInvariants() error
}

// Definition announces a model: what it is called, what can be set, and how to
// make a fresh world.
type Definition struct {
	// Name is the model's name on the command line and in the manifest, in
	// lower case.
	Name string
	// Version changes whenever the same seed and parameters would give other
	// events than before.
	Version string
	// Doc says in one line what the model simulates.
	Doc string
	// Params are the model's parameters, in the order in which they are best
	// read. One of them is called "ticks" and states the default length of a run.
	Params []Param
	// New makes a world that has not been initialised.
	New func() Model
	// Check reports a combination of parameters that cannot work, each of which
	// is valid by itself. It may be nil.
	Check func(Config) error
	// Laws is a rule file of what holds for the events of every run. It may be nil.
	Laws []byte
}

// Param states one parameter of a model.
type Param struct {
	// Name is the key, in snake_case.
	Name string
	// Default is the value when none is given. Its type is the type of the
	// parameter: int64, float64, bool, string or []string.
	Default any
	// Allowed lists the permitted strings; for a []string, the permitted
	// elements. Empty means any.
	Allowed []string
	// NonEmpty refuses an empty text, and a list without elements.
	NonEmpty bool
	// Range bounds a number, both ends included. Nil means unbounded.
	Range *Range
	// Doc says in one line what the parameter does, with its unit.
	Doc string
}

// Range is a closed interval of numbers.
type Range struct{ Min, Max float64 }

// Defaults returns the configuration in which every parameter of d has its
// default value.
func (d Definition) Defaults() Config {
	c := make(Config, len(d.Params))
	for _, p := range d.Params {
		c[p.Name] = p.Default
	}
	return c
}
