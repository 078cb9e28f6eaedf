package compare

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number of JSON as 0.digits × 10^exponent, with neither zeros at
// the start of digits nor at the end. Zero has no digits, no exponent and no
// sign.
type decimal struct {
	negative bool
	digits   []byte
	exponent int64
	huge     *big.Int // the exponent when it is beyond int64
}

// maxExponent bounds what is added up in an int64.
const maxExponent = 1 << 60

// appendDecimal reads a number, whose digits are appended to buf.
func appendDecimal(buf []byte, text string) decimal {
	d := decimal{negative: strings.HasPrefix(text, "-")}
	mantissa, exponent := strings.TrimPrefix(text, "-"), ""
	if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
		mantissa, exponent = mantissa[:i], mantissa[i+1:]
	}
	whole, part, _ := strings.Cut(mantissa, ".")
	digits := append(append(buf, whole...), part...)
	shift := int64(len(whole))
	for len(digits) > 0 && digits[0] == '0' {
		digits, shift = digits[1:], shift-1
	}
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	if len(digits) == 0 {
		return decimal{}
	}
	d.digits = digits
	d.setExponent(exponent, shift)
	return d
}

// setExponent adds the exponent as written to the place of the point.
func (d *decimal) setExponent(written string, shift int64) {
	if written == "" {
		d.exponent = shift
		return
	}
	n, err := strconv.ParseInt(written, 10, 64)
	if err == nil && n > -maxExponent && n < maxExponent {
		d.exponent = n + shift
		return
	}
	d.huge = new(big.Int)
	d.huge.SetString(strings.TrimPrefix(written, "+"), 10)
	d.huge.Add(d.huge, big.NewInt(shift))
	if d.huge.IsInt64() {
		d.exponent, d.huge = d.huge.Int64(), nil
	}
}

// equal reports whether two decimals are the same number.
func (d *decimal) equal(other *decimal) bool {
	if d.negative != other.negative || string(d.digits) != string(other.digits) {
		return false
	}
	if d.huge != nil && other.huge != nil {
		return d.huge.Cmp(other.huge) == 0
	}
	return d.huge == nil && other.huge == nil && d.exponent == other.exponent
}

// sameNumber reports whether two numbers of JSON are equal: 5, 5.0 and 5e0 are,
// and 9007199254740993 is not 9007199254740992.
func sameNumber(a, b string, tolerance float64) bool {
	if a == b {
		return true
	}
	var roomA, roomB [40]byte
	x, y := appendDecimal(roomA[:0], a), appendDecimal(roomB[:0], b)
	if x.equal(&y) {
		return true
	}
	return tolerance > 0 && near(a, b, tolerance)
}

// near reports |a−b| ≤ T·max(1,|a|,|b|). Doubles decide it unless they cannot
// tell the two apart, or overflow.
func near(a, b string, tolerance float64) bool {
	x, errA := strconv.ParseFloat(a, 64)
	y, errB := strconv.ParseFloat(b, 64)
	if errA != nil || errB != nil || x == y {
		return nearBig(a, b, tolerance)
	}
	scale := max(1, math.Abs(x), math.Abs(y))
	if math.IsInf(x-y, 0) {
		return nearBig(a, b, tolerance)
	}
	return math.Abs(x-y) <= tolerance*scale
}

// maxPrecision bounds the bits of a number that is compared with a tolerance.
const maxPrecision = 4096

// nearBig is near with as many bits as the digits need. What is beyond even its
// exponents is infinite, and infinite numbers are near only when they are equal.
func nearBig(a, b string, tolerance float64) bool {
	precision := uint(min(maxPrecision, 128+4*max(len(a), len(b))))
	x, _, errA := big.ParseFloat(a, 10, precision, big.ToNearestEven)
	y, _, errB := big.ParseFloat(b, 10, precision, big.ToNearestEven)
	if errA != nil || errB != nil || x.IsInf() || y.IsInf() {
		return false
	}
	gap := new(big.Float).SetPrec(precision).Sub(x, y)
	scale := big.NewFloat(1)
	for _, v := range []*big.Float{x.Abs(x), y.Abs(y)} {
		if v.Cmp(scale) > 0 {
			scale = v
		}
	}
	limit := new(big.Float).SetPrec(precision).Mul(scale, big.NewFloat(tolerance))
	return gap.Abs(gap).Cmp(limit) <= 0
}
