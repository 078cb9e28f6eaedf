package economy

import (
	"slices"

	"fmt"

	"example.org/runshelf/simulation"
)

// Version of the model. It changes whenever the same seed and parameters would
// give other events.
const version = "2"

// Definition announces the model "economy".
func Definition() simulation.Definition {
	return simulation.Definition{
		Name:    "economy",
		Version: version,
		Doc:     "agents that think, write, trade and bid with scrip and scarce resources",
		Params:  params(),
		New:     func() simulation.Model { return &world{} },
		Check:   check,
		Laws:    slices.Clone(laws),
	}
}

func params() []simulation.Param {
	return []simulation.Param{
		integer("ticks", 200, 0, 1e12, "length of the run, in ticks"),
		integer("agents", 12, 1, 100_000, "number of agents"),
		{Name: "strategies", Default: strategyNames(), Allowed: strategyNames(), NonEmpty: true,
			Doc: "strategies, dealt to the agents in turn; one named twice is dealt twice as often"},
		integer("starting_scrip", 100, 0, 1e12, "scrip each agent starts with"),
		integer("llm_budget", 1_000_000, 0, 1e12, "llm_budget each agent starts with; once spent it is gone"),
		integer("poor_percent", 25, 0, 100, "share of the agents that start with poor_budget instead, in percent"),
		integer("poor_budget", 400, 0, 1e12, "llm_budget of a poor agent, at most llm_budget"),
		integer("rescue_budget", 250, 1, 1e12, "llm_budget given to rescue a frozen agent"),
		integer("disk_quota", 1024, 0, 1e12, "disk of each agent, in bytes"),
		integer("compute_rate", 40, 0, 1e12, "compute each agent has in each tick"),
		integer("think_compute", 10, 0, 1e9, "compute that thinking costs"),
		integer("think_llm", 10, 1, 1e9, "llm_budget that thinking costs on average"),
		integer("write_compute", 5, 0, 1e9, "compute that writing an artifact costs"),
		integer("invoke_compute", 5, 0, 1e9, "compute that running an artifact's payload costs"),
		integer("mint_period", 10, 1, 1e9, "ticks from one mint auction to the next"),
		integer("mint_window", 4, 1, 1e9, "ticks before each auction in which bids are taken, its own tick included"),
	}
}

func integer(name string, value int64, low, high float64, doc string) simulation.Param {
	return simulation.Param{Name: name, Default: value, Range: &simulation.Range{Min: low, Max: high}, Doc: doc}
}

// check refuses what cannot work although each parameter is valid by itself.
func check(c simulation.Config) error {
	if window, period := c.Int("mint_window"), c.Int("mint_period"); window > period {
		return fmt.Errorf("mint_window is %d, longer than mint_period %d", window, period)
	}
	return nil
}

// settings are the parameters in the form that the hot path reads.
type settings struct {
	agents        int
	strategies    []string
	startingScrip int64
	llmBudget     int64
	poorPercent   int64
	poorBudget    int64
	rescueBudget  int64
	diskQuota     int64
	computeRate   int64
	thinkCompute  int64
	thinkLLM      int64
	writeCompute  int64
	invokeCompute int64
	mintPeriod    int64
	mintWindow    int64
}

func readSettings(c simulation.Config) settings {
	return settings{
		agents:        int(c.Int("agents")),
		strategies:    c.Strings("strategies"),
		startingScrip: c.Int("starting_scrip"),
		llmBudget:     c.Int("llm_budget"),
		poorPercent:   c.Int("poor_percent"),
		poorBudget:    c.Int("poor_budget"),
		rescueBudget:  c.Int("rescue_budget"),
		diskQuota:     c.Int("disk_quota"),
		computeRate:   c.Int("compute_rate"),
		thinkCompute:  c.Int("think_compute"),
		thinkLLM:      c.Int("think_llm"),
		writeCompute:  c.Int("write_compute"),
		invokeCompute: c.Int("invoke_compute"),
		mintPeriod:    c.Int("mint_period"),
		mintWindow:    c.Int("mint_window"),
	}
}
