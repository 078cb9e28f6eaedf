package query

import (
	"math"
	"strconv"
)

// Summary sums up the numbers of a field. Values that are no numbers, and
// numbers beyond the range of a float64, are left out. The zero value has seen
// none.
type Summary struct {
	// Count is the number of numbers.
	Count uint64
	// Min and Max are the smallest and the largest; 0 without any.
	Min, Max float64

	mean, squares, sum, lost float64 // squares of the distances from the mean; lost is what sum rounded away
}

// add takes in a stored value.
func (s *Summary) add(stored []byte) {
	if x, ok := floatOf(stored); ok {
		s.Add(x)
	}
}

// Add takes in a number. The mean and the spread follow B. P. Welford's
// recurrence (Technometrics 4, 1962), the sum W. Kahan's as improved by
// A. Neumaier (ZAMM 54, 1974).
func (s *Summary) Add(x float64) {
	if s.Count == 0 {
		s.Min, s.Max = x, x
	}
	s.Count++
	s.Min, s.Max = math.Min(s.Min, x), math.Max(s.Max, x)
	d := x - s.mean
	s.mean += d / float64(s.Count)
	s.squares += d * (x - s.mean)
	s.addSum(x)
}

// addSum adds to the sum and keeps what is rounded away.
func (s *Summary) addSum(x float64) {
	sum := s.sum + x
	if math.Abs(s.sum) >= math.Abs(x) {
		s.lost += s.sum - sum + x
	} else {
		s.lost += x - sum + s.sum
	}
	s.sum = sum
}

// merge takes in all that another summary has seen (T. F. Chan, G. H. Golub and
// R. J. LeVeque, COMPSTAT 1982).
func (s *Summary) merge(o *Summary) {
	if o.Count == 0 {
		return
	}
	if s.Count == 0 {
		*s = *o
		return
	}
	n, m := float64(s.Count), float64(o.Count)
	d := o.mean - s.mean
	s.mean += d * m / (n + m)
	s.squares += o.squares + d*d*n*m/(n+m)
	s.Count += o.Count
	s.Min, s.Max = math.Min(s.Min, o.Min), math.Max(s.Max, o.Max)
	s.addSum(o.sum)
	s.lost += o.lost
}

// Sum is the sum of the numbers.
func (s *Summary) Sum() float64 { return s.sum + s.lost }

// Mean is their arithmetic mean, NaN without any.
func (s *Summary) Mean() float64 {
	if s.Count == 0 {
		return math.NaN()
	}
	return s.Sum() / float64(s.Count)
}

// Deviation is the standard deviation of a sample, with Count-1 in the
// denominator; NaN for fewer than two numbers.
func (s *Summary) Deviation() float64 {
	if s.Count < 2 {
		return math.NaN()
	}
	return math.Sqrt(s.squares / float64(s.Count-1))
}

// floatOf returns a stored number as a float64, false when it is none or too
// large.
func floatOf(stored []byte) (float64, bool) {
	if len(stored) == 0 || stored[0] != '-' && !isDigit(stored[0]) {
		return 0, false
	}
	if len(stored) < 16 && isDigit(stored[0]) { // digits alone are exact
		n, digits := uint64(0), true
		for _, c := range stored {
			n, digits = 10*n+uint64(c-'0'), digits && isDigit(c)
		}
		if digits {
			return float64(n), true
		}
	}
	x, err := strconv.ParseFloat(string(stored), 64)
	return x, err == nil
}
