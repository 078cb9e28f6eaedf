package runner

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"time"

	"example.org/runshelf/config"
	"example.org/runshelf/simulation"
)

// plan is a run decided upon: which model, with what, for how long, from where.
type plan struct {
	def    simulation.Definition
	config simulation.Config
	seed   uint64
	ticks  int64

	maxEvents       uint64
	maxTime         time.Duration
	metricsEvery    int64
	checkpointEvery int64
	checkInvariants bool
	given           map[string]any // what of these was changed, for the manifest

	origin *origin // nil for a run from the beginning
}

func newPlan(o Options) (plan, error) {
	c := o.Config
	p := plan{
		maxEvents:       uint64(c.Int("simulation.max_events")),
		maxTime:         time.Duration(c.Float("simulation.max_seconds") * float64(time.Second)),
		metricsEvery:    c.Int("simulation.metrics_every"),
		checkpointEvery: c.Int("simulation.checkpoint_every"),
		checkInvariants: c.Bool("simulation.check_invariants"),
		given:           limits(c),
	}
	if o.OutputFile != "" && (p.metricsEvery > 0 || p.checkpointEvery > 0) {
		return plan{}, fmt.Errorf("metrics and checkpoints need a run directory, and with an output file there is none")
	}
	var err error
	if o.Resume != nil {
		err = p.resume(o)
	} else {
		err = p.begin(o)
	}
	if err != nil {
		return plan{}, err
	}
	p.ticks = p.config.Int("ticks")
	return p, nil
}

// check asks the model whether the parameters go together.
func (p *plan) check() error {
	if p.def.Check == nil {
		return nil
	}
	return p.def.Check(p.config)
}

// begin plans a run from tick 0 by the settings.
func (p *plan) begin(o Options) (err error) {
	name := o.Model
	if name == "" {
		name = o.Config.String("simulation.model")
	}
	if p.def, err = finderOf(o.Own)(name); err != nil {
		return err
	}
	p.config = simulation.Config(o.Config.Section(name))
	if _, ok := p.config["ticks"].(int64); !ok {
		return fmt.Errorf("the settings hold none of the model %s, or it has no parameter ticks: make them with a registry of it", name)
	}
	if err := p.check(); err != nil {
		return err
	}
	p.seed, err = chooseSeed(o.Config)
	return err
}

// chooseSeed takes the seed that was set, or draws one short enough to be typed
// again.
func chooseSeed(c *config.Config) (uint64, error) {
	if seed := c.Int("simulation.seed"); seed >= 0 {
		return uint64(seed), nil
	}
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("drawing a seed: %w", err)
	}
	return uint64(binary.BigEndian.Uint32(b[:])), nil
}

// recorded is the configuration as the manifest states it: flat, so that a
// filter can say config.agents. No parameter of a model has the name of a setting
// of every simulation.
func (p *plan) recorded() map[string]any {
	c := maps.Clone(map[string]any(p.config))
	c["model"] = p.def.Name
	c["seed"] = p.seed
	maps.Copy(c, p.given)
	return c
}

// limits are the settings of every simulation that were changed, by name: they are
// needed to run this run again as it was.
func limits(c *config.Config) map[string]any {
	given := map[string]any{}
	for _, v := range c.All() {
		name := v.Setting.Name()
		if v.Setting.Section() == "simulation" && name != "model" && name != "seed" && v.Value != v.Setting.Default {
			given[name] = v.Value
		}
	}
	return given
}

// ticksGiven reports whether the number of ticks was asked for by whoever
// started this run, rather than by a file or a default.
func ticksGiven(c *config.Config, model string) bool {
	return strings.HasPrefix(c.Origin(model+".ticks"), "flag")
}
