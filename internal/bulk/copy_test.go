package bulk

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"example.org/runshelf/internal/processor"
)

// sameCopy holds all units against the copy and the sum of Go.
func sameCopy(t interface{ Fatalf(string, ...any) }, sum uint32, src []byte) {
	const guard = "guard of the copy"
	want := crc32.Update(sum, castagnoli, src)
	for _, u := range processor.Here() {
		dst := append(bytes.Repeat([]byte{'?'}, len(src)), guard...)
		if got := NewCopier(u).Copy(dst, src, sum); got != want {
			t.Fatalf("%v of %d bytes: %x, want %x", u, len(src), got, want)
		}
		if !bytes.Equal(dst[:len(src)], src) || string(dst[len(src):]) != guard {
			t.Fatalf("%v of %d bytes: copied %q", u, len(src), dst)
		}
	}
}

// TestCopy copies lines of all lengths up to beyond the longest that the assembly takes.
func TestCopy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, longest+100)
	for i := range text {
		text[i] = byte(r.Uint32())
	}
	for size := range len(text) {
		sameCopy(t, r.Uint32(), text[size%7:max(size, size%7)])
	}
}

func FuzzCopy(f *testing.F) {
	f.Add(uint32(0), bytes.Repeat([]byte("xyz"), 100))
	f.Add(uint32(1<<31), []byte{})
	f.Fuzz(func(t *testing.T, sum uint32, src []byte) { sameCopy(t, sum, bytes.Clone(src)) })
}

func BenchmarkCopy(b *testing.B) {
	src := bytes.Repeat([]byte("x"), 176)
	dst := make([]byte, len(src))
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			c, sum := NewCopier(u), uint32(0)
			for b.Loop() {
				sum = c.Copy(dst, src, sum)
			}
		})
	}
}
