package vector

import (
	"bytes"
	"testing"

	"example.org/runshelf/internal/processor"
)

// naivePair is PairIndex in the simplest words.
func naivePair(b []byte, first, second byte, distance int) int {
	for i := range max(0, len(b)-distance) {
		if b[i] == first && b[i+distance] == second {
			return i
		}
	}
	return len(b)
}

// TestPairIndex puts a pair at each place of texts of each length around those of
// the vectors.
func TestPairIndex(t *testing.T) {
	for _, u := range processor.Here() {
		for size := range 200 {
			for _, distance := range []int{0, 1, 5, 63, 64, 70} {
				b := bytes.Repeat([]byte("ab"), size/2+1)[:size]
				for at := -1; at < size-distance; at++ {
					if at >= 0 {
						b[at], b[at+distance] = 'x', 'x'
					}
					if got, want := PairIndex(u, b, 'x', 'x', distance), naivePair(b, 'x', 'x', distance); got != want {
						t.Fatalf("%v: in %q at distance %d: %d, want %d", u, b, distance, got, want)
					}
					if at >= 0 {
						b[at], b[at+distance] = 'a', 'b'
					}
				}
			}
		}
	}
}

func FuzzPairIndex(f *testing.F) {
	f.Add([]byte(`{"event_type":"tick","text":"\u0041"}`), byte('\\'), byte('u'), uint8(1))
	f.Add(bytes.Repeat([]byte("xy"), 100), byte('x'), byte('x'), uint8(3))
	f.Fuzz(func(t *testing.T, b []byte, first, second byte, distance uint8) {
		b = bytes.Clone(b)[:len(b):len(b)]
		for _, u := range processor.Here() {
			if got, want := PairIndex(u, b, first, second, int(distance)), naivePair(b, first, second, int(distance)); got != want {
				t.Fatalf("%v: %d, want %d", u, got, want)
			}
		}
	})
}

func BenchmarkPairIndex(b *testing.B) {
	text := bytes.Repeat([]byte(`{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":1,"event_type":"resource_spent"}`+"\n"), 1500)
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if PairIndex(u, text, 'x', '_', 4) != len(text) {
					b.Fatal("found")
				}
			}
		})
	}
}
