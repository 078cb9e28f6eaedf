package economy

import (
	"math/bits"
	"slices"
)

// scoreInputs is the number of inputs that the scorer tries a payload on.
const scoreInputs = 16

// score judges a payload from 0 to 100, always the same for the same one: 4 points for
// each different result on the inputs 0 to 15, and 6 for each different operation. What
// has no payload is worth nothing to the mint.
func (p payload) score() int64 {
	var results [scoreInputs]int64
	n := 0
	for input := range int64(scoreInputs) {
		result, err := p.run(input)
		if err == nil && !slices.Contains(results[:n], result) {
			results[n] = result
			n++
		}
	}
	return int64(4*n + 6*p.variety())
}

// variety counts the different operations of a payload.
func (p payload) variety() int {
	var seen uint
	for _, s := range p {
		seen |= 1 << s.op
	}
	return bits.OnesCount(seen)
}
