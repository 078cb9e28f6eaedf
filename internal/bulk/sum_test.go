package bulk

import (
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"example.org/runshelf/internal/processor"
)

// TestSum sums up texts of each length, and long ones, one behind the other.
func TestSum(t *testing.T) {
	text := make([]byte, 70_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range text {
		text[i] = byte(r.Uint32())
	}
	for _, u := range processor.Here() {
		var sum, want uint32
		for n := range 2100 {
			part := text[n : 2*n]
			if n%100 == 0 {
				part = text[n:]
			}
			if sum, want = Sum(u, sum, part), crc32.Update(want, castagnoli, part); sum != want {
				t.Fatalf("%v: %08x of %d bytes, not %08x", u, sum, len(part), want)
			}
		}
	}
}

func BenchmarkSum(b *testing.B) {
	text := make([]byte, 256<<10)
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Sum(u, 0, text)
			}
		})
	}
}
