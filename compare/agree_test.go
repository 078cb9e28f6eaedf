package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// someOptions makes options that the naive comparison understands.
func someOptions(r *rand.Rand) Options {
	o := Options{Context: r.IntN(3)}
	if r.IntN(3) == 0 {
		o.Ignore = []string{"duration_ms", "timestamp", "x"}[:1+r.IntN(3)]
	}
	if r.IntN(4) == 0 {
		o.Only = []string{"tick", "mint"}[:1+r.IntN(2)]
	}
	return o
}

// TestAgreesWithNaive compares thousands of pairs of logs, many of them equal but
// for their spelling, both ways.
func TestAgreesWithNaive(t *testing.T) {
	same := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		events := make([][]pairOf, r.IntN(30))
		for i := range events {
			events[i] = someEvent(r)
		}
		plain := &writer{r: r}
		other := &writer{r: r, loose: r.IntN(2) == 0}
		a, b := plain.log(events), other.log(edited(r, events, r.IntN(4)))
		if checkNaive(t, fmt.Sprint("seed ", seed), a, b, someOptions(r)) {
			same++
		}
		if t.Failed() {
			t.Fatalf("a:\n%s\nb:\n%s", a, b)
		}
	}
	if same < 200 || same > 1800 {
		t.Errorf("%d of 2000 pairs are the same: the pairs are too much alike", same)
	}
}

// checkNaive compares two logs and checks everything that the naive comparison
// knows. It reports whether they are the same.
func checkNaive(t *testing.T, name, a, b string, o Options) bool {
	t.Helper()
	r, err := Events(logOf("a", a), logOf("b", b), o)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return false
	}
	x, y := naiveLog(a, o), naiveLog(b, o)
	first := int64(0)
	if r.First != nil {
		first = r.First.Index
	}
	if want := naiveFirst(x, y); first != want || r.Same != (want == 0) {
		t.Errorf("%s: first difference %d, same %v; want %d", name, first, r.Same, want)
	}
	if want := naiveCommon(x, y); r.Equal != want {
		t.Errorf("%s: %d equal, want %d", name, r.Equal, want)
	}
	if r.Equal+r.Changed+r.Removed != int64(len(x)) || r.Equal+r.Changed+r.Added != int64(len(y)) {
		t.Errorf("%s: %+v does not add up to %d and %d", name, r, len(x), len(y))
	}
	if r.First != nil && r.First.A != nil && r.First.B != nil && len(r.First.Fields) == 0 {
		t.Errorf("%s: a divergence without a field", name)
	}
	return r.Same
}

// TestEdits knows exactly what was done to the second log.
func TestEdits(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		var a, b []string
		var added, removed, changed int64
		for i := range 400 {
			line := fmt.Sprintf(`{"event_type":"t%d","n":%d}`, i%3, i)
			a = append(a, line)
			switch r.IntN(40) {
			case 0:
				added++
				b = append(b, line, fmt.Sprintf(`{"event_type":"new","n":%d}`, i))
			case 1:
				removed++
			case 2:
				changed++
				b = append(b, fmt.Sprintf(`{"event_type":"t%d","n":%d}`, i%3, -i-1))
			default:
				b = append(b, line)
			}
		}
		res, err := Events(logOf("a", joined(a)), logOf("b", joined(b)), Options{Window: 64, Gaps: 1000})
		if err != nil {
			t.Fatal(err)
		}
		checkGaps(t, res, a, b)
		// A removed event beside an added or changed one of its type is one changed.
		if res.Added-res.Removed != added-removed || res.Changed+res.Removed != changed+removed {
			t.Fatalf("seed %d: +%d -%d ~%d, want +%d -%d ~%d", seed, res.Added, res.Removed, res.Changed, added, removed, changed)
		}
	}
}

// checkGaps checks that the gaps are all that differs: what lies between them is
// the same in both logs, and each tells its first events as they are stored.
func checkGaps(t *testing.T, r *Result, a, b []string) {
	t.Helper()
	atA, atB := int64(0), int64(0)
	var countA, countB int64
	for _, g := range r.Gaps {
		fromA, fromB := atA, atB
		switch {
		case len(g.A) > 0:
			fromA = g.A[0].Line - 1
			fromB += fromA - atA
		default:
			fromB = g.B[0].Line - 1
			fromA += fromB - atB
		}
		if !slices.Equal(a[atA:fromA], b[atB:fromB]) {
			t.Fatalf("what lies before the gap %+v differs", g)
		}
		for i, e := range g.A {
			if string(e.Stored) != a[fromA+int64(i)] {
				t.Fatalf("event %d of A in a gap is %s", i, e.Stored)
			}
		}
		for i, e := range g.B {
			if string(e.Stored) != b[fromB+int64(i)] {
				t.Fatalf("event %d of B in a gap is %s", i, e.Stored)
			}
		}
		if (len(g.Fields) > 0) != (len(g.A) > 0 && len(g.B) > 0) {
			t.Fatalf("fields of the gap %+v", g)
		}
		countA, countB = countA+g.CountA, countB+g.CountB
		atA, atB = fromA+g.CountA, fromB+g.CountB
	}
	if countA != r.Changed+r.Removed || countB != r.Changed+r.Added || !slices.Equal(a[atA:], b[atB:]) {
		t.Fatalf("%d gaps with %d and %d events, of %+v", len(r.Gaps), countA, countB, *r)
	}
}

func joined(lines []string) string {
	text := ""
	for _, l := range lines {
		text += l + "\n"
	}
	return text
}
