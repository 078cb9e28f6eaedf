package event

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
)

// Objects of many members are checked in another way, and by the same rules.
func TestManyNames(t *testing.T) {
	for _, n := range []int{manyNames - 1, manyNames, manyNames + 1, 3000} {
		for name, odd := range map[string]string{"none": "", "repeated": "key_7", "reserved": KeyLevel, "not plain": "näme", "invalid": "a\xff", "control": "a\n"} {
			attrs := make([]slog.Attr, n)
			for i := range attrs {
				attrs[i] = slog.Int(fmt.Sprint("key_", i), i)
			}
			at := 8 + rand.IntN(n-8)
			if odd != "" {
				attrs[at].Key = odd
			}
			for _, nested := range []bool{false, true} {
				body := Body{Type: "x", Attrs: attrs}
				if nested {
					body.Attrs = []slog.Attr{{Key: "group", Value: slog.GroupValue(attrs...)}}
				}
				e, err := Decode(append([]byte("{"), AppendBody(nil, body)...))
				if err != nil {
					t.Fatal(err)
				}
				members := e.Data
				if nested {
					members = e.Data[0].Value.(Object)
				}
				names := map[string]bool{}
				for _, m := range members {
					names[m.Key] = true
				}
				if len(members) != n || len(names) != n {
					t.Errorf("%s, nested %t: %d members of %d, %d names", name, nested, len(members), n, len(names))
				}
			}
		}
	}
}

// BenchmarkManyNames encodes a large object: the time of a member does not grow
// with how many there are.
func BenchmarkManyNames(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			attrs := make([]slog.Attr, n)
			for i := range attrs {
				attrs[i] = slog.Int(fmt.Sprintf("agent_%06d", i), i)
			}
			var line []byte
			for b.Loop() {
				line = AppendBody(line[:0], Body{Type: "x", Attrs: []slog.Attr{{Key: "g", Value: slog.GroupValue(attrs...)}}})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/member")
		})
	}
}
