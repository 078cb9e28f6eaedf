package exchange

import (
	"context"
	"fmt"

	"example.org/runshelf/simulation"
)

// How a steady state is sampled. The burn-in is many times what the slowest of
// the laws needs to forget that all began equal.
const (
	sampleAgents = 1000
	burnIn       = 2000 // ticks
	snapshots    = 100
	apart        = 10 // ticks between two snapshots
)

// settings are the parameters of a measured world that differ between laws.
type settings struct {
	rule, activation string
	money            int64
	share            float64 // lambda, omega or f, whichever the rule uses
}

func (s settings) String() string {
	text := fmt.Sprintf("rule=%s activation=%s agents=%d money=%d", s.rule, s.activation, sampleAgents, s.money)
	if name := s.shareName(); name != "" {
		text += fmt.Sprintf(" %s=%g", name, s.share)
	}
	return text
}

// shareName returns the parameter that the rule reads, or "".
func (s settings) shareName() string {
	return map[string]string{ruleSaving: "lambda", ruleInequality: "omega", ruleYardsale: "f"}[s.rule]
}

func (s settings) config() simulation.Config {
	c := Definition().Defaults()
	c["rule"], c["activation"] = s.rule, s.activation
	c["agents"], c["money"] = int64(sampleAgents), s.money
	c["trades"] = false
	if name := s.shareName(); name != "" {
		c[name] = s.share
	}
	return c
}

// specimen is a world under measurement, which records nothing.
type specimen struct {
	world
	ctx *simulation.Context
}

func newSpecimen(s settings, seed uint64) (*specimen, error) {
	sp := &specimen{ctx: simulation.NewContext(seed, s.config(), nil)}
	return sp, sp.Init(sp.ctx)
}

// run advances the world without measuring it each tick, unless ctx is done.
func (sp *specimen) run(ctx context.Context, ticks int) error {
	for range ticks {
		if err := ctx.Err(); err != nil {
			return err
		}
		sp.ctx.Advance()
		sp.trade(sp.ctx)
	}
	return nil
}

// quantity is one figure of a standing.
type quantity func(standing) float64

func giniOf(s standing) float64            { return s.gini }
func brokeOf(s standing) float64           { return s.broke }
func belowMeanOf(s standing) float64       { return s.belowMean }
func varianceOf(s standing) float64        { return s.variance }
func varianceOverMean2(s standing) float64 { return s.variance / (s.mean * s.mean) }

// steady averages the quantities over snapshots of one world in its steady state.
func steady(ctx context.Context, s settings, seed uint64, quantities []quantity) ([]float64, error) {
	sp, err := newSpecimen(s, seed)
	if err != nil {
		return nil, err
	}
	if err := sp.run(ctx, burnIn); err != nil {
		return nil, err
	}
	means := make([]float64, len(quantities))
	for range snapshots {
		if err := sp.run(ctx, apart); err != nil {
			return nil, err
		}
		now := sp.standing()
		for i, q := range quantities {
			means[i] += q(now) / snapshots
		}
	}
	return means, nil
}

// risingWorlds is how many young worlds of a kind that never settles are
// averaged.
const risingWorlds = 10

// rising averages a quantity over several worlds at each of the given ticks,
// which ascend.
func rising(ctx context.Context, s settings, seed uint64, q quantity, ticks []int) ([]float64, error) {
	means := make([]float64, len(ticks))
	for i := range uint64(risingWorlds) {
		sp, err := newSpecimen(s, seed+i)
		if err != nil {
			return nil, err
		}
		for at, tick := range ticks {
			if err := sp.run(ctx, tick-int(sp.ctx.Tick())); err != nil {
				return nil, err
			}
			means[at] += q(sp.standing()) / risingWorlds
		}
	}
	return means, nil
}
