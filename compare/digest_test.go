package compare

import (
	"hash/maphash"
	"math/rand/v2"
	"testing"
)

// TestDigest shows that equal events have equal digests, however they are spelt,
// others do not, and that walking and decoding digest alike.
func TestDigest(t *testing.T) {
	rules := &rules{top: Volatile(), names: []string{"duration_ms"}}
	d := newDigester(rules, maphash.MakeSeed())
	equal := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		e := someEvent(r)
		a := (&writer{r: r}).event(e, 5)
		if r.IntN(3) == 0 {
			e = edited(r, [][]pairOf{e, e}, 1)[0]
		}
		b := (&writer{r: r, loose: true}).event(e, 9)
		x, y := d.line([]byte(a)), d.line([]byte(b))
		want := rules.equal(value([]byte(a)), value([]byte(b)))
		if (x == y) != want {
			t.Fatalf("seed %d: digests equal %v, want %v:\n%s\n%s", seed, x == y, want, a, b)
		}
		if want {
			equal++
		}
		for _, text := range []string{a, b} {
			if d.path = d.path[:0]; d.value(value([]byte(text))) != d.line([]byte(text)) {
				t.Fatalf("seed %d: walked and decoded digests differ:\n%s", seed, text)
			}
		}
	}
	if equal < 600 || equal > 2700 {
		t.Errorf("%d of 3000 are equal", equal)
	}
}

// TestDigestNumbers has numbers that are equal, and some that are nearly.
func TestDigestNumbers(t *testing.T) {
	d := newDigester(&rules{}, maphash.MakeSeed())
	for _, alike := range [][]string{
		{"5", "5.0", "5e0", "50e-1", "0.5E+1", "0.05e2"}, {"500", "5e2", "5E+02", "500.00"}, {"0", "-0", "0.0", "0e9"},
		{"-70", "-7e1", "-70.0"}, {"9007199254740993", "9007199254740993.0", "9.007199254740993e15"},
		{"1234567890123456789012", "1234567890123456789012.0", "1.234567890123456789012e21"},
		{"1e999999999999999999999", "10e999999999999999999998"},
	} {
		for _, text := range alike {
			if d.number([]byte(text)) != d.number([]byte(alike[0])) || !sameNumber(text, alike[0], 0) {
				t.Errorf("%s and %s are not alike", text, alike[0])
			}
		}
	}
	for _, pair := range [][2]string{
		{"5", "50"}, {"5", "-5"}, {"5", "0.5"}, {"9007199254740993", "9007199254740992"}, {"1e400", "1e401"},
		{"1e999999999999999999999", "1e999999999999999999998"}, {"0", "1"}, {"10", "1"}, {"0.1", "0.1000000000000000055"},
	} {
		if d.number([]byte(pair[0])) == d.number([]byte(pair[1])) || sameNumber(pair[0], pair[1], 0) {
			t.Errorf("%s and %s are alike", pair[0], pair[1])
		}
	}
}

func TestTolerance(t *testing.T) {
	tests := []struct {
		a, b      string
		tolerance float64
		want      bool
	}{
		{"1", "1.0000001", 1e-6, true}, {"1", "1.00001", 1e-6, false}, {"0", "1e-7", 1e-6, true},
		{"1000000", "1000001", 1e-6, true}, {"1000000", "1000002", 1e-6, false}, {"-1", "1", 2, true}, {"-1", "1", 1.9, false},
		{"9007199254740992", "9007199254740993", 1e-18, false}, {"9007199254740992", "9007199254740993", 1e-15, true},
		{"1e400", "1.0000001e400", 1e-6, true}, {"1e400", "2e400", 1e-6, false}, {"1e999999999999", "2e999999999999", 0.5, false},
		{"1e308", "-1e308", 1.5, false}, {"1e308", "-1e308", 2, true},
	}
	for _, tt := range tests {
		if got := sameNumber(tt.a, tt.b, tt.tolerance); got != tt.want {
			t.Errorf("%s and %s within %g: %v", tt.a, tt.b, tt.tolerance, got)
		}
	}
}
