package economy

import (
	"math/rand/v2"
	"strconv"
)

// unitValue is the whole number that stands for a value of 1 in [MeanRevenue].
// It is large, so that rounding is far below any tolerance.
const unitValue = 1_000_000_000

// MeanRevenue runs the given number of auctions by [RunAuction] among truthful
// bidders whose values are uniform on [0,1], and returns the mean price. In
// theory it is (n−1)/(n+1) for n bidders, n ≥ 2 (Vickrey 1961). One auction's
// price has the standard deviation of the second largest of n uniform numbers,
// which is at most .25.
func MeanRevenue(r *rand.Rand, bidders, rounds int) float64 {
	bids := make([]Bid, bidders)
	for i := range bids {
		bids[i].Principal = strconv.Itoa(i)
	}
	var sum float64
	for range rounds {
		for i := range bids {
			bids[i].Amount = 1 + r.Int64N(unitValue)
		}
		sum += float64(RunAuction(bids).Price)
	}
	return sum / float64(rounds) / unitValue
}
