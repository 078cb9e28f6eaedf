package bulk

import (
	"bytes"
	"hash/crc32"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
)

// sameSums holds all units against Go.
func sameSums(t interface{ Fatalf(string, ...any) }, before Sums, lines []byte) {
	want := before.add(lines)
	for _, u := range processor.Here() {
		if got := Add(u, before, lines); got != want {
			t.Fatalf("%v of %q: %x, want %x", u, lines, got, want)
		}
	}
}

// TestAdd adds lines of all lengths: shorter and longer than blocks and than what is left
// out, with and without their ends, and around the longest that the assembly takes.
func TestAdd(t *testing.T) {
	begin := usual + "2026-01-15T12:00:00.123456Z"
	text := strings.Repeat(`","event_type":"tick","x":0123456789`, 200)
	for size := range 300 {
		for _, line := range []string{text[:size], begin + text[:size], usual[:min(size, len(usual))] + text[:size], begin[:min(size, len(begin))]} {
			for _, end := range []string{"", "\n", "\n\n", "\n" + line, "\n" + line + "\n", "\n" + begin + "x\n"} {
				sameSums(t, Sums{uint32(size), 7}, []byte(line+end))
			}
		}
	}
	for size := longest - 50; size < longest+50; size++ {
		sameSums(t, Sums{1, 2}, []byte(begin+text[:size]+"\n"+text[:size]+"\nx\n"+begin+text[:size]+"\n"))
	}
}

func FuzzAdd(f *testing.F) {
	f.Add(uint32(0), uint32(1), []byte(`{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":1,"event_type":"resource_spent"}`+"\n"))
	f.Add(uint32(1<<31), uint32(5), bytes.Repeat([]byte(`{"timestamp":"`+"\n"), 10))
	f.Fuzz(func(t *testing.T, all, rest uint32, lines []byte) { sameSums(t, Sums{all, rest}, lines) })
}

// TestSumsMeaning says which bytes count, by the sums of what is left.
func TestSumsMeaning(t *testing.T) {
	line := `{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":1}` + "\n"
	short := `{"timestamp":"2026-01-15T12:00:00.123456Z`
	other := `{"time":"2026-01-15T12:00:00.123456Z","sequence":12345}` + "\n"
	for _, u := range processor.Here() {
		got := Add(u, Sums{}, []byte(line+other+"\n"+line+short))
		all := crc32.Checksum([]byte(line+other+"\n"+line+short), castagnoli)
		body := crc32.Checksum([]byte(`","sequence":1}`+"\n"+other+"\n"+`","sequence":1}`+"\n"+short), castagnoli)
		if got != (Sums{all, body}) {
			t.Errorf("%v: %x, want %x", u, got, Sums{all, body})
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	line := `{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":1234567,"event_type":"stdout","level":"INFO","text":"step 123456 of the simulation, in which nothing much happened to anyone at all","stream":"stdout"}` + "\n"
	text := []byte(strings.Repeat(line, 320))
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var s Sums
			for b.Loop() {
				s = Add(u, s, text)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/320, "ns/line")
		})
	}
}
