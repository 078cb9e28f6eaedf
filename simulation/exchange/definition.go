package exchange

import (
	"fmt"

	"example.org/runshelf/simulation"
)

// The values of the parameters "rule" and "activation".
const (
	ruleSplit      = "split"
	ruleUnit       = "unit"
	ruleSaving     = "saving"
	ruleInequality = "inequality"
	ruleYardsale   = "yardsale"

	activationScan    = "scan"
	activationShuffle = "shuffle"
)

// maxMoney bounds the money of a whole world, in units. In grains it is 10^15,
// below 2^53, so that every balance is exact as a float64 and as a decimal of 15
// digits.
const maxMoney = 1_000_000_000

// Definition announces the model "exchange".
func Definition() simulation.Definition {
	return simulation.Definition{
		Name:    "exchange",
		Version: "1",
		Doc:     "agents exchange money in random pairs, by rules whose outcome is known",
		Params:  params(),
		New:     func() simulation.Model { return &world{} },
		Check:   check,
	}
}

func params() []simulation.Param {
	share := &simulation.Range{Min: 0, Max: 1}
	return []simulation.Param{
		{
			Name: "rule", Default: ruleSplit,
			Allowed: []string{ruleSplit, ruleUnit, ruleSaving, ruleInequality, ruleYardsale},
			Doc:     "how a pair exchanges money",
		},
		{
			Name: "activation", Default: activationScan,
			Allowed: []string{activationScan, activationShuffle},
			Doc:     "who meets: scan draws as many pairs as there are agents, shuffle lets each agent meet another once per tick",
		},
		{Name: "agents", Default: int64(500), Range: &simulation.Range{Min: 2, Max: 1_000_000}, Doc: "number of agents"},
		{Name: "money", Default: int64(10), Range: &simulation.Range{Min: 1, Max: 1_000_000}, Doc: "money each agent begins with, in units"},
		{Name: "lambda", Default: 0.5, Range: share, Doc: "saving: share of its money that each agent keeps out of a trade"},
		{Name: "omega", Default: 0.3, Range: share, Doc: "inequality: share of the loser's money that the winner takes"},
		{Name: "f", Default: 0.2, Range: share, Doc: "yardsale: fraction of the poorer agent's money that is at stake"},
		{Name: "trades", Default: true, Doc: "report each trade as an event"},
		{Name: "ticks", Default: int64(200), Range: &simulation.Range{Min: 0, Max: 1e12}, Doc: "length of the run, in ticks"},
	}
}

// check refuses worlds whose money could not be counted exactly.
func check(c simulation.Config) error {
	agents, money := c.Int("agents"), c.Int("money")
	if agents > maxMoney/money {
		return fmt.Errorf("agents times money is more than %d units: %d times %d", maxMoney, agents, money)
	}
	return nil
}
