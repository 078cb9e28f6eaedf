package exchange

import "slices"

// standing is how the money of a world is distributed, in units.
type standing struct {
	mean, variance float64 // over the population, not a sample of it
	gini           float64 // 0 when all have the same, towards 1 when one has all
	broke          float64 // share of agents with less than one unit
	belowMean      float64 // share of agents with less than the mean
}

// standing measures the world. It changes scratch space only.
func (w *world) standing() standing {
	copy(w.sorted, w.money)
	slices.Sort(w.sorted)
	mean := float64(w.total) / float64(len(w.money))
	unit := float64(w.scale)
	return standing{
		mean:      mean / unit,
		variance:  variance(w.money, mean) / (unit * unit),
		gini:      gini(w.sorted, float64(w.total)),
		broke:     below(w.sorted, unit),
		belowMean: below(w.sorted, mean),
	}
}

// variance returns the mean squared distance from the mean. The conversion of
// each product forbids fused multiply-add, which some machines would use and
// which would change the last digit of an event.
func variance(money []int64, mean float64) float64 {
	var sum float64
	for _, m := range money {
		d := float64(m) - mean
		sum += float64(d * d)
	}
	return sum / float64(len(money))
}

// gini returns the Gini coefficient of sorted amounts, half the mean absolute
// difference of all pairs over the mean, by the sum of ranks (Sen 1973).
func gini(sorted []int64, total float64) float64 {
	n := float64(len(sorted))
	var ranked float64
	for i, m := range sorted {
		ranked += float64((2*float64(i+1) - n - 1) * float64(m))
	}
	return ranked / (n * total)
}

// below returns the share of sorted amounts that are less than the limit.
func below(sorted []int64, limit float64) float64 {
	i, _ := slices.BinarySearchFunc(sorted, limit, func(m int64, limit float64) int {
		if float64(m) < limit {
			return -1
		}
		return 1
	})
	return float64(i) / float64(len(sorted))
}
