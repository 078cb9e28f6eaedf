package vector

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// stripped is what a unit makes of a text.
func stripped(u processor.Unit, text []byte) *Stripped {
	s := &Stripped{}
	Strip(u, s, append(bytes.Clone(text), make([]byte, Behind)...), len(text))
	if n := len(s.Ends); n > 0 {
		last := s.Ends[n-1]
		s.Kept, s.Keep = s.Kept[:last.Kept+1], s.Keep[:8*(last.Text/step+1)]
	} else {
		s.Kept, s.Keep = nil, nil
	}
	return s
}

func sameStripped(t interface{ Fatalf(string, ...any) }, text []byte) {
	want := stripped(processor.Portable, text)
	for _, u := range processor.Here() {
		got := stripped(u, text)
		if !bytes.Equal(got.Kept, want.Kept) || !bytes.Equal(got.Keep, want.Keep) || !slices.Equal(got.Ends, want.Ends) {
			t.Fatalf("%v of %q:\n%q\n%q is meant\n%b\n%b\n%v\n%v", u, text, got.Kept, want.Kept, got.Keep, want.Keep, got.Ends, want.Ends)
		}
	}
}

// TestStrip says what stays, one line at a time.
func TestStrip(t *testing.T) {
	for line, want := range map[string]string{
		`{"a":"text","b12":[1,22,-3,"x"]}`:          `{"a":"","b12":[0,0,-0,"x"]}`,
		`{"a":-12.05e-07,"b": -3,"c":0.007,"d":10}`: `{"a":0.0e-00,"b": 0,"c":0.0,"d":0}`,
		`{"a":01,"b":-01,"c":00}`:                   `{"a":00,"b":00,"c":00}`,
		`{"a":"\"\\\/\b\f\n\r\t","\"b":""}`:         `{"a":"","\"b":""}`,
		`{"a":"\x\u0041` + "\t\xff" + `\\\\"}`:      `{"a":"xu` + "\t" + `"}`,
		`{"a": "b","c" :"d","e":  "f"}`:             `{"a": "","c" :"","e":  "f"}`,
		`{"a":true,"b":null}`:                       `{"a":true,"b":null}`,
		`\"5:`:                                      `\"0:`,
	} {
		sameStripped(t, []byte(line+"\n"))
		if got := stripped(processor.Portable, []byte(line+"\n")); string(got.Kept) != want+"\n" {
			t.Errorf("%s becomes\n%q, not\n%q", line, got.Kept, want)
		}
	}
}

// TestStripStops has lines at which nothing can be told.
func TestStripStops(t *testing.T) {
	good := `{"a":"` + strings.Repeat("x", 60) + `"}` + "\n"
	for _, bad := range []string{`{"a":"x`, `{"a":-}`, `{"a":-"5"}`, `"`} {
		text := []byte(good + good + bad + "\n" + good)
		sameStripped(t, text)
		if got := stripped(processor.Best, text); len(got.Ends) > 2 {
			t.Errorf("%d lines before and behind %s", len(got.Ends), bad)
		}
	}
}

// TestStripEqual draws texts of what matters, at all places in the words.
func TestStripEqual(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		`"`, `\`, `\\`, `\"`, "\n", ":", ": ", ":-", ":0", ".", ",", "-", "0", "00", "12", "5", "x", "u", "é", "\x00", "\x1f", "\x7f", "\x8a", " ", "{", "}", `":"`, `","`, `":1,"`,
		strings.Repeat("y", 30), strings.Repeat(`\`, 65), strings.Repeat("7", 70),
		`:"` + strings.Repeat("y", 600), strings.Repeat(`\`, 513), ":" + strings.Repeat("1", 512), `"` + strings.Repeat("x,", 300), `{"key":"value","n":-1.05}` + "\n",
	})
	rapid.Check(t, func(rt *rapid.T) {
		sameStripped(rt, []byte(strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(rt, "pieces"), "")))
	})
}

// TestStripFar has what goes on over all that is looked at at once, ending at each place
// of it: texts of values and of keys, numbers, backslashes.
func TestStripFar(t *testing.T) {
	for size := 400; size < 1100; size++ {
		for _, line := range []string{
			`{"a":"` + strings.Repeat("y", size) + `","b":-12}`, `{"` + strings.Repeat("1", size) + `":"x"}`, `{"a":-` + strings.Repeat("1", size) + `,"b":"x"}`,
			`{"a":"` + strings.Repeat(`\`, size) + `","b":"\""}`, `{"a": ` + strings.Repeat("0.", size) + `}`, `{"a":` + strings.Repeat("[", size) + `"x"}`,
		} {
			sameStripped(t, []byte(line+"\n{}\n"))
		}
	}
}

// TestStripStaysInItsRoom has the most line ends that there can be, and the most bytes that
// stay, and looks at what is behind the memory.
func TestStripStaysInItsRoom(t *testing.T) {
	const behind, untouched = 1024, 0xa5a5a5a5
	for _, u := range processor.Here() {
		for n := 1; n < 1200; n += 7 {
			for _, c := range []byte("\n{") {
				s := &Stripped{}
				s.room((n + step - 1) / step)
				kept, keep := bytes.Repeat([]byte{0xa5}, len(s.Kept)+behind), bytes.Repeat([]byte{0xa5}, len(s.Keep)+behind)
				ends := slices.Repeat([]End{{untouched, untouched}}, cap(s.Ends)+behind)
				words := slices.Repeat([]uint64{untouched}, len(s.numbers)+behind)
				lineEnds := slices.Clone(words)
				guarded := &Stripped{
					Kept: kept[:len(s.Kept)], Keep: keep[:len(s.Keep)], Ends: ends[:0],
					numbers: words[:len(s.numbers)], lineEnds: lineEnds[:len(s.lineEnds)],
				}
				Strip(u, guarded, bytes.Repeat([]byte{c}, n+Behind), n)
				if c == '\n' && len(guarded.Ends) < n {
					t.Fatalf("%v: %d line ends of %d", u, len(guarded.Ends), n)
				}
				same := bytes.Count(kept[len(s.Kept):], []byte{0xa5}) == behind && bytes.Count(keep[len(s.Keep):], []byte{0xa5}) == behind
				for i := range behind {
					same = same && ends[cap(s.Ends)+i] == End{untouched, untouched} && words[len(s.numbers)+i] == untouched && lineEnds[len(s.lineEnds)+i] == untouched
				}
				if !same {
					t.Fatalf("%v: %d bytes %q reach behind the memory", u, n, c)
				}
			}
		}
	}
}

func FuzzStrip(f *testing.F) {
	f.Add([]byte(`{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":1,"event_type":"resource_spent","gini":-0.05,"text":"say \"hello\"\n"}` + "\n"))
	f.Add([]byte("\n\n\n" + `{"a": -01, "b":"\\\\\""}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) { sameStripped(t, text) })
}

func BenchmarkStrip(b *testing.B) {
	text := bytes.Repeat([]byte(`{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":1,"event_type":"resource_spent","tick":0,"principal":"agent_12","resource":"compute","amount":8,"balance_after":282281}`+"\n"), 100)
	n := len(text)
	text = append(text, make([]byte, Behind)...)
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			s := &Stripped{}
			b.SetBytes(int64(n))
			for b.Loop() {
				if Strip(u, s, text, n); len(s.Ends) != 100 {
					b.Fatal(len(s.Ends))
				}
			}
		})
	}
}
