package exchange

import (
	"math/rand/v2"

	"example.org/runshelf/simulation"
)

// rule decides one meeting. Given the money of the first and the second agent,
// in grains, it returns how much goes from the first to the second; a negative
// amount goes the other way. It never asks more of an agent than the agent has.
type rule func(r *rand.Rand, first, second int64) int64

// newRule returns the rule that a configuration names.
func newRule(c simulation.Config) rule {
	switch c.String("rule") {
	case ruleUnit:
		return unit
	case ruleSaving:
		return saving(c.Float("lambda"))
	case ruleInequality:
		return inequality(c.Float("omega"))
	case ruleYardsale:
		return yardsale(c.Float("f"))
	default:
		return split
	}
}

func unit(_ *rand.Rand, first, _ int64) int64 { return min(first, 1) }

func split(r *rand.Rand, first, second int64) int64 {
	return first - upTo(r, first+second)
}

func saving(lambda float64) rule {
	return func(r *rand.Rand, first, second int64) int64 {
		kept := part(lambda, first)
		pool := first - kept + second - part(lambda, second)
		return first - kept - upTo(r, pool)
	}
}

func inequality(omega float64) rule {
	return func(r *rand.Rand, first, second int64) int64 {
		if heads(r) {
			return part(omega, first)
		}
		return -part(omega, second)
	}
}

func yardsale(f float64) rule {
	return func(r *rand.Rand, first, second int64) int64 {
		stake := part(f, min(first, second))
		if heads(r) {
			return stake
		}
		return -stake
	}
}

// upTo draws a whole number from 0 to n, both included.
func upTo(r *rand.Rand, n int64) int64 { return r.Int64N(n + 1) }

func heads(r *rand.Rand) bool { return r.Uint64()&1 == 0 }

// part returns the share of an amount, rounded down to whole grains. Amounts are
// below 2^53 and so exact as floats, and a single multiplication gives the same
// result on every machine.
func part(share float64, amount int64) int64 { return int64(share * float64(amount)) }
