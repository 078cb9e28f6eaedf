package exchange

import (
	"math"
	"testing"
)

// meanField is the unit rule under shuffle in a world without end, one tick at a
// time: an agent's turn comes at a uniform moment of the tick, and what it
// receives until then is Poisson distributed, at the rate at which those whose
// turn it is have something to give. It shares no code with the model.
type meanField struct {
	share []float64 // of the agents by their units at the beginning of a tick
}

const (
	maxUnits = 60 // none has so many
	moments  = 40 // of a tick, an even number
)

// received returns by moment how much an agent has received on average. The rate
// is the share of agents with something at their turn: dR/du = 1 - p(0)e^-R,
// which has the solution e^R = p(0) + (1-p(0))e^u.
func (m meanField) received(moment int) float64 {
	u := float64(moment) / moments
	return math.Log(m.share[0] + (1-m.share[0])*math.Exp(u))
}

// gain adds a Poisson number of units with the given mean.
func gain(share []float64, mean float64) []float64 {
	out := make([]float64, maxUnits)
	for have, p := range share {
		chance := math.Exp(-mean)
		for more := 0; have+more < maxUnits; more++ {
			out[have+more] += p * chance
			chance *= mean / float64(more+1)
		}
	}
	return out
}

// give takes one unit from everyone who has one.
func give(share []float64) []float64 {
	out := append(share[1:len(share):len(share)], 0)
	out[0] += share[0]
	return out
}

// tick returns the world a tick later, averaged over the moments of one's turn
// by Simpson's rule.
func (m meanField) tick() meanField {
	next := meanField{share: make([]float64, maxUnits)}
	end := m.received(moments)
	for moment := range moments + 1 {
		weight := float64(2+2*(moment%2)) / (3 * moments)
		if moment == 0 || moment == moments {
			weight = 1.0 / (3 * moments)
		}
		before := m.received(moment)
		after := gain(give(gain(m.share, before)), end-before)
		for units, p := range after {
			next.share[units] += weight * p
		}
	}
	return next
}

func (m meanField) mean() (mean float64) {
	for units, p := range m.share {
		mean += float64(units) * p
	}
	return mean
}

func (m meanField) gini() float64 {
	var upTo, apart float64
	for _, p := range m.share {
		upTo += p
		apart += upTo * (1 - upTo)
	}
	return apart / m.mean()
}

// The values of the law for shuffled units are the fixed point of the mean
// field.
func TestShuffledUnitFollowsTheMeanField(t *testing.T) {
	claims := shuffledUnitLaw().claims
	m := meanField{share: make([]float64, maxUnits)}
	m.share[2] = 1
	for range 200 {
		m = m.tick()
	}
	if math.Abs(m.mean()-2) > 1e-3 {
		t.Fatalf("the mean field lost money: %v", m.mean())
	}
	t.Logf("share broke %.4f, gini %.4f", m.share[0], m.gini())
	if got, want := m.share[0], claims[0].Theory; math.Abs(got-want) > 0.0006 {
		t.Errorf("share broke %.4f, the law says %.4f", got, want)
	}
	if got, want := m.gini(), claims[1].Theory; math.Abs(got-want) > 0.0006 {
		t.Errorf("gini %.4f, the law says %.4f", got, want)
	}
}
