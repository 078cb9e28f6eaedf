package bulk

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"strconv"
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

// sameLine holds all units against the sums of a line that are taken one by one.
func sameLine(t interface{ Fatalf(string, ...any) }, sum uint32, s Sums, line []byte) {
	const guard = "guard of the line"
	want, wantSums := crc32.Update(sum, castagnoli, line), s.add(line)
	for _, u := range processor.Here() {
		dst := append(bytes.Repeat([]byte{'?'}, len(line)), guard...)
		if got, gotSums := NewCopier(u).Line(dst, line, sum, s); got != want || gotSums != wantSums {
			t.Fatalf("%v of %d bytes: %x and %x, want %x and %x", u, len(line), got, gotSums, want, wantSums)
		}
		if !bytes.Equal(dst[:len(line)], line) || string(dst[len(line):]) != guard {
			t.Fatalf("%v of %d bytes: copied %q", u, len(line), dst)
		}
		if got, gotSums := NewCopier(u).Placed(line, sum, s); got != want || gotSums != wantSums {
			t.Fatalf("%v of %d bytes in place: %x and %x, want %x and %x", u, len(line), got, gotSums, want, wantSums)
		}
		if !bytes.Equal(dst[:len(line)], line) {
			t.Fatalf("%v of %d bytes in place: changed to %q", u, len(line), line)
		}
	}
}

// TestLine copies lines of all lengths, as they are usual and others.
func TestLine(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	sizes := []int{2*longest - 1, 2 * longest, 2*longest + 1, 3*longest + usualLen, 50_000}
	for size := range longest + 100 {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		line := []byte(`{"timestamp":"2026-01-15T12:00:00.123456Z",`)
		if size%5 == 0 {
			line[3] = '_'
		}
		line = line[:min(len(line), size)]
		for len(line) < size {
			line = append(line, byte(' '+r.Uint32()%64))
		}
		line = append(line, '\n')
		sameLine(t, r.Uint32(), Sums{r.Uint32(), r.Uint32()}, line)
	}
}

func FuzzLine(f *testing.F) {
	f.Add(uint32(0), uint32(1), uint32(2), []byte(`{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":7,"event_type":"transfer","tick":3}`))
	f.Add(uint32(0), uint32(1), uint32(2), []byte(`{"timestamp":"2026`))
	f.Fuzz(func(t *testing.T, sum, all, body uint32, line []byte) {
		line = append(bytes.ReplaceAll(line, []byte{'\n'}, nil), '\n')
		sameLine(t, sum, Sums{all, body}, line)
	})
}

func FuzzCopy(f *testing.F) {
	f.Add(uint32(0), bytes.Repeat([]byte("xyz"), 100))
	f.Add(uint32(1<<31), []byte{})
	f.Fuzz(func(t *testing.T, sum uint32, src []byte) { sameCopy(t, sum, bytes.Clone(src)) })
}

func BenchmarkCopy(b *testing.B) {
	for _, size := range []int{176, 9000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) { benchmarkCopy(b, size) })
	}
}

func benchmarkCopy(b *testing.B, size int) {
	src := bytes.Repeat([]byte("x"), size)
	dst := make([]byte, len(src))
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			c, sum := NewCopier(u), uint32(0)
			for b.Loop() {
				sum = c.Copy(dst, src, sum)
			}
		})
		b.Run(u.String()+"/line", func(b *testing.B) {
			c, sum, sums := NewCopier(u), uint32(0), Sums{}
			line := append([]byte(usual), src[len(usual):]...)
			line[size-1] = '\n'
			for b.Loop() {
				sum, sums = c.Line(dst, line, sum, sums)
			}
		})
	}
}
