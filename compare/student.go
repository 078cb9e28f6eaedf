package compare

import "math"

// incompleteBeta is the regularised incomplete beta function I_x(a, b), by its
// continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22),
// evaluated from the front as by Lentz (1976).
func incompleteBeta(x, a, b float64) float64 {
	if x <= 0 || x >= 1 {
		return math.Min(1, math.Max(0, x))
	}
	if x > (a+1)/(a+b+2) { // there the fraction converges quickly for the other tail
		return 1 - incompleteBeta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny = 1e-300
	fraction, c, d := 1.0, 1.0, 0.0
	for i := range 500 {
		step := betaTerm(x, a, b, i)
		if d = 1 + step*d; math.Abs(d) < tiny {
			d = tiny
		}
		if c = 1 + step/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		fraction *= c * d
		if i > 0 && math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return front * (fraction - 1)
}

// betaTerm is a term of the continued fraction; the first is 1.
func betaTerm(x, a, b float64, i int) float64 {
	if i == 0 {
		return 1
	}
	m := float64((i) / 2)
	if i%2 == 0 {
		return m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
	}
	return -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
}

// studentQuantile is the value that a variable with Student's t distribution of
// some degrees of freedom stays below with probability p > 1/2. It halves the
// interval in which the distribution function passes p.
func studentQuantile(p, freedom float64) float64 {
	low, high := 0.0, 1.0
	for studentBelow(high, freedom) < p && high < 1e12 {
		high *= 2
	}
	for range 200 {
		middle := (low + high) / 2
		if studentBelow(middle, freedom) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// studentBelow is the distribution function of Student's t for t ≥ 0 (Abramowitz
// and Stegun, Handbook of Mathematical Functions, 26.7.1).
func studentBelow(t, freedom float64) float64 {
	return 1 - incompleteBeta(freedom/(freedom+t*t), freedom/2, 0.5)/2
}
