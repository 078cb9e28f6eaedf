package compare

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// shuffled is a log with its lines in another order.
func shuffled(r *rand.Rand, lines []string) []string {
	other := append([]string(nil), lines...)
	r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	return other
}

// numbered are so many lines of some types, some of them equal.
func numbered(r *rand.Rand, n int) []string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf(`{"timestamp":"t%d","event_type":"t%d","n":%d}`, i, r.IntN(3), r.IntN(n)))
	}
	return lines
}

// TestBags holds comparisons without order against counting lines.
func TestBags(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		lines := numbered(r, 1+r.IntN(60))
		a, b := lines, shuffled(r, lines)
		for range r.IntN(3) {
			b = append(b, fmt.Sprintf(`{"event_type":"t%d","n":%d}`, r.IntN(4), r.IntN(90)))
		}
		b = b[min(len(b)-1, r.IntN(3)):]
		got, err := Events(logOf("a", joined(a)), logOf("b", joined(b)), Options{AnyOrder: true})
		if err != nil {
			t.Fatal(err)
		}
		left := map[string]int{}
		for _, l := range a {
			left[withoutTime(l)]++
		}
		for _, l := range b {
			left[withoutTime(l)]--
		}
		onlyA, onlyB, changed := 0, 0, 0
		types := map[string]int{}
		for l, n := range left {
			onlyA, onlyB = onlyA+max(0, n), onlyB+max(0, -n)
			if n > 0 {
				types[l[:strings.Index(l, ",")]] += n
			}
		}
		for l, n := range left {
			if typ := l[:strings.Index(l, ",")]; n < 0 {
				both := min(-n, types[typ])
				types[typ], changed = types[typ]-both, changed+both
			}
		}
		if got.Same != (onlyA+onlyB == 0) || got.Equal != int64(len(a)-onlyA) || got.Changed != int64(changed) ||
			got.Removed != int64(onlyA-changed) || got.Added != int64(onlyB-changed) ||
			len(got.OnlyA) != min(onlyA, bagShown) || len(got.OnlyB) != min(onlyB, bagShown) || (got.First == nil) != got.Same {
			t.Fatalf("%+v\nwant %d, %d and %d changed of\n%s\n%s", got, onlyA, onlyB, changed, joined(a), joined(b))
		}
		for _, e := range got.OnlyA {
			if left[withoutTime(string(e.Stored))] <= 0 {
				t.Fatalf("%s is in B too", e.Stored)
			}
		}
		for _, e := range got.OnlyB {
			if left[withoutTime(string(e.Stored))] >= 0 {
				t.Fatalf("%s is in A too", e.Stored)
			}
		}
	}
}

// withoutTime is a line without its timestamp.
func withoutTime(line string) string { return line[strings.Index(line, `"event_type"`):] }

// TestFirstOfBag is the first event without an equal, beside one of its type.
func TestFirstOfBag(t *testing.T) {
	a := `{"event_type":"x","n":1}` + "\n" + `{"event_type":"y","n":2}` + "\n" + `{"event_type":"z"}` + "\n"
	b := `{"event_type":"z"}` + "\n" + `{"event_type":"w","n":1}` + "\n" + `{"event_type":"x","n":3}` + "\n"
	r, err := Events(logOf("a", a), logOf("b", b), Options{AnyOrder: true, Context: 2})
	if err != nil {
		t.Fatal(err)
	}
	d := r.First
	if d.Index != 1 || d.A.Line != 1 || d.B.Line != 3 || len(d.Fields) != 1 || d.Fields[0].Path != "n" {
		t.Errorf("%+v", d)
	}
	if r, err = Events(logOf("a", ""), logOf("b", b), Options{AnyOrder: true}); err != nil || r.First.A != nil || r.First.Index != 1 || r.Added != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = Events(logOf("a", a), logOf("b", ""), Options{AnyOrder: true}); err != nil || r.First.B != nil || r.First.Index != 1 || r.Removed != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Events(logOf("a", a), logOf("b", b), Options{AnyOrder: true, Tolerance: 1}); err == nil {
		t.Error("a tolerance was taken")
	}
}

// TestBagIsBounded has more events without an equal than may wait.
func TestBagIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	a, b := joined(numbered(r, 3000)), joined([]string{`{"x":1}`})
	o := Options{AnyOrder: true}
	rules, err := o.rules()
	if err != nil {
		t.Fatal(err)
	}
	for most, fails := range map[int]bool{100: true, 3001: false} {
		p := newPair(logOf("a", a), logOf("b", b), &o, rules)
		_, err := p.fillBag(most)
		p.a.stop()
		p.b.stop()
		if (err != nil) != fails {
			t.Errorf("%d may wait: %v", most, err)
		}
	}
}

// TestReordered tells logs with the same events in another order from others, also
// where they agree in between for longer than a window.
func TestReordered(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 200 {
		lines := numbered(r, 20+r.IntN(400))
		other := append([]string(nil), lines...)
		for range 1 + r.IntN(3) {
			i := r.IntN(len(other) - 1)
			other[i], other[i+1] = other[i+1], other[i]
		}
		if round%2 == 1 {
			other = shuffled(r, lines)
		}
		want := true
		if r.IntN(2) == 0 {
			want, other[r.IntN(len(other))] = false, `{"event_type":"t0","n":-1}`
		}
		got, err := Events(logOf("a", joined(lines)), logOf("b", joined(other)), Options{Window: 8})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Same && got.Reordered != want {
			t.Fatalf("reordered is %v of\n%s\n%s", got.Reordered, joined(lines), joined(other))
		}
		if got.Same && got.Reordered {
			t.Fatal("the same is no other order")
		}
	}
}

// TestReorderedStreams looks at each stream by itself.
func TestReorderedStreams(t *testing.T) {
	same, reordered, other := &Result{Same: true}, &Result{Reordered: true}, &Result{}
	for _, tt := range []struct {
		of   []*Result
		want bool
	}{
		{[]*Result{same, same}, false}, {[]*Result{same, reordered, same}, true}, {[]*Result{reordered, reordered}, true},
		{[]*Result{reordered, other}, false}, {[]*Result{other, reordered}, false}, {[]*Result{same, other, reordered}, false},
	} {
		total := &Result{Same: true}
		for _, one := range tt.of {
			total.join(one)
		}
		if total.Reordered != tt.want {
			t.Errorf("%+v: %v", tt.of, total.Reordered)
		}
	}
}
