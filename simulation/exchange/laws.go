package exchange

import (
	"context"
	"math"
)

// Where the laws come from.
const (
	sourceDragulescu   = "Dragulescu and Yakovenko 2000"
	sourceChakraborti  = "Chakraborti and Chakrabarti 2000"
	sourceAngle        = "Angle 1986"
	sourceYardsale     = "Chakraborti 2002; values by simulation"
	sourceShuffledUnit = "mean field of one tick"
)

// lawSeed is the seed of every measured world, so that a verdict never depends
// on luck.
const lawSeed = 1

// Laws returns what is known about the models of this package, in the order of a
// table. Each tolerance is four to five times the spread of the measured figure
// over seeds, and less than what a wrong rule, activation or share would shift
// it by.
func Laws() []Case {
	var cases []Case
	for _, l := range laws() {
		cases = append(cases, l.asCase())
	}
	return cases
}

// law is a case whose arrangement is a world of this package.
type law struct {
	name     string
	source   string
	settings settings
	claims   []measuredClaim
	measure  func(ctx context.Context, l law) ([]float64, error)
}

// measuredClaim is a claim and the figure that it is about.
type measuredClaim struct {
	Claim
	of quantity
}

func (l law) asCase() Case {
	c := Case{Name: l.name, Settings: l.settings.String(), Source: l.source}
	for _, claim := range l.claims {
		c.Claims = append(c.Claims, claim.Claim)
	}
	c.Measure = func(ctx context.Context) ([]float64, error) { return l.measure(ctx, l) }
	return c
}

// inSteadyState measures a law about the long run.
func inSteadyState(ctx context.Context, l law) ([]float64, error) {
	quantities := make([]quantity, len(l.claims))
	for i, claim := range l.claims {
		quantities[i] = claim.of
	}
	return steady(ctx, l.settings, lawSeed, quantities)
}

// inYouth measures the Gini coefficient of worlds that are 100 and 1000 ticks
// old.
func inYouth(ctx context.Context, l law) ([]float64, error) {
	return rising(ctx, l.settings, lawSeed, giniOf, []int{100, 1000})
}

func laws() []law {
	return []law{
		splitLaw(),
		unitLaw(1, 0.06),
		unitLaw(2, 0.25),
		shuffledUnitLaw(),
		savingLaw(0.2, 0.014),
		savingLaw(0.5, 0.006),
		savingLaw(0.8, 0.002),
		inequalityLaw(0.3, 0.015),
		yardsaleLaw(),
	}
}

// splitLaw is the exponential distribution.
func splitLaw() law {
	return law{
		name: "split", source: sourceDragulescu,
		settings: settings{rule: ruleSplit, activation: activationScan, money: 100},
		claims: []measuredClaim{
			{Claim{"gini", "1/2", 0.5, 0.004}, giniOf},
			{Claim{"variance/mean²", "1", 1, 0.03}, varianceOverMean2},
			{Claim{"share below the mean", "1-1/e", 1 - 1/math.E, 0.005}, belowMeanOf},
		},
		measure: inSteadyState,
	}
}

// unitLaw is the geometric distribution, which follows from all ways to hand out
// the units being equally likely. The mean is T units.
func unitLaw(mean int64, varianceTolerance float64) law {
	t := float64(mean)
	return law{
		name: "unit, scan", source: sourceDragulescu,
		settings: settings{rule: ruleUnit, activation: activationScan, money: mean},
		claims: []measuredClaim{
			{Claim{"share broke", "1/(1+T)", 1 / (1 + t), 0.005}, brokeOf},
			{Claim{"gini", "(1+T)/(1+2T)", (1 + t) / (1 + 2*t), 0.005}, giniOf},
			{Claim{"variance", "T(T+1)", t * (t + 1), varianceTolerance}, varianceOf},
		},
		measure: inSteadyState,
	}
}

// shuffledUnitLaw is a warning more than a law: giving in turn keeps the agents
// more equal than giving at random, so the geometric distribution must not
// appear. The values are the fixed point of one tick of a world without end, in
// which what an agent receives is Poisson distributed.
func shuffledUnitLaw() law {
	return law{
		name: "unit, shuffle", source: sourceShuffledUnit,
		settings: settings{rule: ruleUnit, activation: activationShuffle, money: 2},
		claims: []measuredClaim{
			{Claim{"share broke", "not 1/(1+T)", 0.294, 0.006}, brokeOf},
			{Claim{"gini", "not (1+T)/(1+2T)", 0.568, 0.005}, giniOf},
		},
		measure: inSteadyState,
	}
}

func savingLaw(lambda, tolerance float64) law {
	return law{
		name: "saving", source: sourceChakraborti,
		settings: settings{rule: ruleSaving, activation: activationScan, money: 100, share: lambda},
		claims: []measuredClaim{
			{Claim{"variance/mean²", "(1-λ)/(1+2λ)", (1 - lambda) / (1 + 2*lambda), tolerance}, varianceOverMean2},
		},
		measure: inSteadyState,
	}
}

func inequalityLaw(omega, tolerance float64) law {
	return law{
		name: "inequality", source: sourceAngle,
		settings: settings{rule: ruleInequality, activation: activationScan, money: 100, share: omega},
		claims: []measuredClaim{
			{Claim{"variance/mean²", "ω/(1-ω)", omega / (1 - omega), tolerance}, varianceOverMean2},
		},
		measure: inSteadyState,
	}
}

// yardsaleLaw is about the way to the end, in which one agent has everything.
func yardsaleLaw() law {
	return law{
		name: "yardsale", source: sourceYardsale,
		settings: settings{rule: ruleYardsale, activation: activationScan, money: 100, share: 0.2},
		claims: []measuredClaim{
			{Claim{"gini after 100 ticks", "rises to 1", 0.773, 0.008}, giniOf},
			{Claim{"gini after 1000 ticks", "rises to 1", 0.968, 0.005}, giniOf},
		},
		measure: inYouth,
	}
}
