package bulk

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// wrapping is a job over a text that is at the end of its memory, as is what it writes.
func wrapping(text string, number, tail string, room, most, limit int) *Wrapping {
	w := &Wrapping{Text: []byte(text), Out: make([]byte, room), Ends: make([]int, most), Limit: limit}
	w.Text, w.Out = slices.Clip(w.Text), slices.Clip(w.Out)
	w.HeadLen = copy(w.Head[:], `{"n":`+number+`,"text":"`)
	w.Digit = len(`{"n":`+number) - 1
	w.TailLen = copy(w.Tail[:], tail)
	return w
}

// wrapAll lets a unit do all it can, with an x for each byte that is special, and returns
// what came of it.
func wrapAll(u processor.Unit, w *Wrapping) (out string, taken int) {
	for Wrap(u, w) {
		if w.Text[w.At] == '\r' {
			break
		}
		w.N += copy(w.Out[w.N:], `\x`)
		w.At++
	}
	if w.Middle {
		w.At, w.N = w.From, w.Start
	}
	return string(w.Out[:w.N]), w.At
}

func sameWrap(t interface{ Fatalf(string, ...any) }, job func() *Wrapping) {
	first := job()
	want, taken := wrapAll(processor.Portable, first)
	for _, u := range processor.Here() {
		w := job()
		out, at := wrapAll(u, w)
		if out != want || at != taken || !slices.Equal(w.Ends[:w.Lines], first.Ends[:first.Lines]) ||
			!bytes.Equal(w.Head[:w.HeadLen], first.Head[:w.HeadLen]) {
			t.Fatalf("%v of %q: took %d, want %d\n%q, want\n%q\nends %v, want %v", u, w.Text, at, taken, out, want, w.Ends[:w.Lines], first.Ends[:first.Lines])
		}
	}
}

// TestWrap says what becomes of lines, and which are left.
func TestWrap(t *testing.T) {
	behind := "\n" + strings.Repeat("y", Block) // enough for the lines before it
	for text, want := range map[string]string{
		"a\n\n  b":                    `{"n":098,"text":"a"}|{"n":099,"text":""}|{"n":100,"text":"  b"}|`,
		"a\nb\n{c":                    `{"n":098,"text":"a"}|{"n":099,"text":"b"}|`,
		"a\n \t {b":                   `{"n":098,"text":"a"}|`,
		"a\n\ufeff{b":                 `{"n":098,"text":"a"}|`,
		"a\nb\rc\nd":                  `{"n":098,"text":"a"}|`,
		"\x00a\"b\\\t":                `{"n":098,"text":"\xa\xb\x\x"}|`,
		"é":                           `{"n":098,"text":"\x\x"}|`,
		"a\nlong, longer, longest\nb": `{"n":098,"text":"a"}|`,
	} {
		for _, u := range processor.Here() {
			w := wrapping(text+behind, "098", `"}|`, 1000, 900, len(`{"n":098,"text":"longer, longer"}|`))
			if got, _ := wrapAll(u, w); got != want {
				t.Errorf("%v of %q: %q, want %q", u, text, got, want)
			}
		}
	}
}

// TestWrapPlaces has special bytes and ends at all places around those of blocks, and as
// much room as there are lines, and less.
func TestWrapPlaces(t *testing.T) {
	for length := range 3 * Block {
		for _, special := range []string{"", "\"", "\\", "\x1f", " ", "\x7f", "\x80", "\xff", "\n", "\r", "{"} {
			for at := 0; at <= length; at += 1 + length/20 {
				line := strings.Repeat("z", at) + special + strings.Repeat("z", length-at) + "\n"
				for _, room := range []int{0, MaxHead + MaxTail + Block + length, 2000} {
					sameWrap(t, func() *Wrapping { return wrapping(line+line+line, "08", `"}`+"\n", room, 10, 1<<20) })
				}
				sameWrap(t, func() *Wrapping { return wrapping(line+line+line, "08", `"}`+"\n", 2000, 1, 100) })
			}
		}
	}
}

// TestWrapDrawn draws texts of what matters, heads and tails of all lengths, and room for
// a part of it.
func TestWrapDrawn(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", "\n\n", "\n{", "\n \t{", "\n ", "\n\t\t", "\r", "\"", "\\", "\x00", "\x1b", "é", "\xff", "a", "text", "\ufeff",
		strings.Repeat(" ", 40), "\n" + strings.Repeat(" ", 40), strings.Repeat("x", 31), strings.Repeat("y", 200), strings.Repeat("line\n", 20),
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(rt, "pieces"), "")
		number := rapid.SampledFrom([]string{"01", "007", "000098", "000000000000000997"}).Draw(rt, "number")
		tail := strings.Repeat("t", rapid.IntRange(0, MaxTail).Draw(rt, "tail"))
		room := rapid.IntRange(0, 6000).Draw(rt, "room")
		most := rapid.IntRange(0, 90).Draw(rt, "most")
		limit := rapid.SampledFrom([]int{60, 300, 1 << 20}).Draw(rt, "limit")
		sameWrap(rt, func() *Wrapping { return wrapping(text, number, tail, room, most, limit) })
	})
}

// TestWrapNothing has neither text nor room.
func TestWrapNothing(t *testing.T) {
	for _, u := range processor.Here() {
		for _, w := range []Wrapping{{}, {Text: make([]byte, 100), Ends: make([]int, 1)}, {Out: make([]byte, 1000), Ends: make([]int, 1)}} {
			if Wrap(u, &w) || w.At+w.N+w.Lines != 0 || w.Middle {
				t.Errorf("%v did something", u)
			}
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("step 1\nstep 2 \"quoted\"\n\n  indented é\n{\"a\":1}\nmore and more and more of it\n", 5000, 9, 1000)
	f.Fuzz(func(t *testing.T, text string, room, most, limit int) {
		room, most = min(max(room, 0), 1<<16), min(max(most, 0), 9000)
		sameWrap(t, func() *Wrapping { return wrapping(text, "0000", `"}`+"\n", room, most, limit) })
	})
}

func BenchmarkWrap(b *testing.B) {
	const lines = 320
	text := strings.Repeat("step 123456 of the simulation, in which nothing much happened to anyone at all\n", lines+1)
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			out, ends := make([]byte, 100<<10), make([]int, lines)
			for b.Loop() {
				w := wrapping("", "000000", `","stream":"stdout"}`+"\n", 0, 0, 1<<20)
				w.Text, w.Out, w.Ends = []byte(text), out, ends
				if Wrap(u, w); w.Lines != lines {
					b.Fatal(w.Lines)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
		})
	}
}
