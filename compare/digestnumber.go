package compare

import "hash/maphash"

// shortDigits is how many digits surely fit into a word.
const shortDigits = 18

// digestShort digests a number that is ±digits × 10^(exponent − number of
// digits), with no zeros at either end of digits.
func digestShort(digits uint64, exponent int64, negative bool) uint64 {
	sum := mix(digits, uint64(exponent))
	if negative {
		sum = ^sum
	}
	return mix(sum, digestNumber)
}

// shortInteger digests a number written as an integer of a few digits, as most
// are. ok is false for any other.
func shortInteger(text []byte) (sum uint64, ok bool) {
	digits := text
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > shortDigits || digits[0] == '0' {
		return 0, false
	}
	n := uint64(0)
	for _, c := range digits {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	for n%10 == 0 {
		n /= 10
	}
	return digestShort(n, int64(len(digits)), negative), true
}

// anyNumber digests any number, and gives for a short integer what shortInteger
// gives.
func (d *digester) anyNumber(text string) uint64 {
	var room [40]byte
	n := appendDecimal(room[:0], text)
	if len(n.digits) <= shortDigits && n.huge == nil {
		significant := uint64(0)
		for _, c := range n.digits {
			significant = significant*10 + uint64(c-'0')
		}
		return digestShort(significant, n.exponent, n.negative)
	}
	sum := mix(maphash.Bytes(d.seed, n.digits), uint64(n.exponent))
	if n.huge != nil {
		sum = mix(sum, maphash.String(d.seed, n.huge.String()))
	}
	if n.negative {
		sum = ^sum
	}
	return mix(sum, digestNumber)
}
