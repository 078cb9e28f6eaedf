package event

import (
	"math"
	"strconv"
	"testing"
)

// Integers have the digits that strconv gives them, on both sides of each power
// of ten and of two, in a slice with room and without.
func TestIntegers(t *testing.T) {
	numbers := []uint64{0, math.MaxUint64}
	for _, base := range []uint64{2, 10} {
		for n := base; ; n *= base {
			numbers = append(numbers, n-1, n, n+1, n+n/3)
			if n > math.MaxUint64/base {
				break
			}
		}
	}
	for _, n := range numbers {
		for _, room := range []int{1, 10, 40} {
			if got, want := appendUint(make([]byte, 1, room), n), strconv.FormatUint(n, 10); string(got[1:]) != want {
				t.Errorf("got %s, want %s", got[1:], want)
			}
			for _, v := range []int64{int64(n), -int64(n)} {
				if got, want := appendInt(make([]byte, 1, room), v), strconv.FormatInt(v, 10); string(got[1:]) != want {
					t.Errorf("got %s, want %s", got[1:], want)
				}
			}
		}
	}
}

// Decimals of up to six places, and whole numbers around the limits of the quick
// ways, are spelled as strconv spells them.
func TestDecimals(t *testing.T) {
	for millionths := int64(1); millionths < 1e15; millionths = millionths*3/2 + 7 {
		for _, n := range []int64{millionths, millionths / 10 * 10, millionths / 1000 * 1000} {
			checkFloat(t, float64(n)/1e6)
			checkFloat(t, float64(n))
			checkFloat(t, math.Nextafter(float64(n)/1e6, 0))
		}
	}
	for _, f := range []float64{0, 1e15, 1e15 + 1, 1e15 - 1, 1e15 + 2, 1 << 53, 1e16, 1e9, 1e9 - 0.5, 999999999.9999999, 1e20, math.MaxInt64, math.MinInt64} {
		checkFloat(t, f)
		checkFloat(t, -f)
	}
	if got := appendFloat(nil, math.Copysign(0, -1), 64); string(got) != "-0" {
		t.Errorf("got %s for -0", got)
	}
}

func checkFloat(t *testing.T, f float64) {
	t.Helper()
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return // with an exponent; see FuzzFloat
	}
	for _, f := range []float64{f, -f} {
		if got, want := string(appendFloat(nil, f, 64)), strconv.FormatFloat(f, 'f', -1, 64); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
