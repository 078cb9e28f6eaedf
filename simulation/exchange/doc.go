// Package exchange holds the money exchange models of statistical physics: N
// agents begin with equal money and trade in random pairs. Their long-run
// distributions are known, which makes them a measure of the whole path from
// random numbers to recorded events.
//
// # Rules
//
//   - split: the pair pools its money and splits it at random
//     (Dragulescu and Yakovenko 2000).
//   - unit: the giver gives one unit if it has one (Dragulescu and Yakovenko
//     2000).
//   - saving: each keeps the share lambda, the rest is split at random
//     (Chakraborti and Chakrabarti 2000).
//   - inequality: a fair coin names the winner, who takes the share omega of the
//     loser's money (Angle 1986).
//   - yardsale: a fair coin decides who gets the fraction f of the poorer one's
//     money (Chakraborti 2002).
//
// Under the activation "scan" N ordered pairs are drawn uniformly each tick;
// under "shuffle" each agent meets a uniformly drawn other agent once per tick,
// in an order drawn anew.
//
// # Money
//
// Money is counted in whole grains, so that it is conserved exactly, whatever
// the rule. Under unit a grain is one unit; under all other rules it is a
// millionth of a unit, and shares of money are rounded down to whole grains.
// Events state money in units: integers under unit, else decimals with at most
// six places, which a reader can turn back into grains without loss.
//
// # Events
//
// A trade event says giver, receiver (indexes of agents, from 0), amount, and
// giver_after and receiver_after, their balances. A meeting in which nothing
// changes hands is no trade. A tick event ends each tick with mean and variance
// of the agents' money (in units and units squared, over the population), the
// Gini coefficient, and broke, the share of agents with less than one unit.
//
// # Laws
//
// [Laws] lists what theory says about these models, each with the tolerance
// within which a measurement must lie.
package exchange
