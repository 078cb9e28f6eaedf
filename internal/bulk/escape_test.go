package bulk

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// escaped is the text as far as a unit, and what goes on where it stops, can write it: what
// it leaves is copied as it is, which is right for characters beyond ASCII alone.
func escaped(t interface{ Fatalf(string, ...any) }, u processor.Unit, text string, room int) string {
	var out []byte
	for len(text) > 0 {
		dst := bytes.Repeat([]byte{0xee}, room+8)
		read, written := Escape(u, dst[:room], text)
		if read > len(text) || written > room || !bytes.Equal(dst[room:], bytes.Repeat([]byte{0xee}, 8)) {
			t.Fatalf("%v read %d of %d bytes and wrote %d of %d of %q", u, read, len(text), written, room, text)
		}
		if taken := text[:read]; !utf8.ValidString(taken) || strings.ContainsAny(taken, "\u2028\u2029") {
			t.Fatalf("%v takes %q", u, taken)
		}
		if stopped := text[read:]; len(stopped) >= EscapeRead && room-written >= EscapeRoom {
			if c := stopped[0]; c < utf8.RuneSelf && (c >= ' ' || escapes[c] != 0) {
				t.Fatalf("%v stops at %q", u, stopped)
			}
		}
		out, text = append(out, dst[:written]...), text[read:]
		_, size := utf8.DecodeRuneInString(text)
		if size > 0 && len(text) >= EscapeRead && text[0] < utf8.RuneSelf && escapes[text[0]] != 0 {
			out = append(out, '\\', escapes[text[0]]) // there was no room for it
		} else {
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return string(out)
}

func sameEscapes(t interface{ Fatalf(string, ...any) }, text string, room int) {
	// No unit looks at what is less than it needs; so all are held against texts that are
	// long enough up to their end.
	text += strings.Repeat("z", EscapeRead)
	want := escaped(t, processor.Portable, text, len(text)*2+EscapeRoom)
	for _, u := range processor.Here() {
		if got := escaped(t, u, text, max(room, EscapeRoom)); got != want {
			t.Fatalf("%v with room for %d bytes, of %q:\n%q, not\n%q", u, room, text, got, want)
		}
	}
}

// TestEscape has each byte, and characters of all lengths, at each place.
func TestEscape(t *testing.T) {
	for at := range 70 {
		before := strings.Repeat("a", at)
		for c := range 256 {
			sameEscapes(t, before+string([]byte{byte(c)})+"b", 500)
		}
		for _, s := range []string{"é", "éx", "–", "–x", "…\"", "\u2028x", "\u2029x", "\u2027x", "\u0800x", "\u07ffx", "\ud7ffx", "\ue000x", "\U0001f600x", "日本語", "\xc0\x80x", "\xe0\x80\x80x", "\xed\xa0\x80x", "\xe2\x80x", "\xe2x", "\xf8x", "\xc3\"x"} {
			sameEscapes(t, before+s, 500)
		}
	}
}

// TestEscapeBeyond has all bytes that may be taken to begin a character with others behind
// them, at the beginning of a block and across its end.
func TestEscapeBeyond(t *testing.T) {
	behind := []byte{'a', 0x7f, 0x80, 0x9f, 0xa0, 0xa8, 0xa9, 0xbf, 0xc0}
	for first := 0xbf; first <= 0xf8; first++ {
		for _, second := range behind {
			for _, third := range behind {
				for _, at := range []int{0, 30} {
					sameEscapes(t, strings.Repeat("a", at)+string([]byte{byte(first), second, third})+"é", 500)
				}
			}
		}
	}
}

// TestEscapeMeaning says what comes out.
func TestEscapeMeaning(t *testing.T) {
	const text = "say \"a\\b\"\b\f\n\r\t/ then an en dash – and é, and go on for a while" + "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
	const want = `say \"a\\b\"\b\f\n\r\t/ then an en dash – and é, and go on for a while` + "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
	for _, u := range processor.Here() {
		if got := escaped(t, u, text, 500); got != want {
			t.Errorf("%v: %s", u, got)
		}
	}
}

func TestEscapeRandom(t *testing.T) {
	piece := rapid.SampledFrom([]string{"plain text of some length, as there is most", "a", "\"", "\\", "\n\n\t", "\x01", "\x1f", "\x7f", "é", "– ", "日本", "\U0001f600", "\u2028", "\xff", "\xe2\x80", strings.Repeat("\"", 40), "дом и сад, ", "für ", "日本語のテキスト"})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(rt, "pieces"), "")
		sameEscapes(rt, text, rapid.IntRange(EscapeRoom, 1000).Draw(rt, "room"))
	})
}

func FuzzEscape(f *testing.F) {
	f.Add("The agent said: \"wait\" – then it paid.\n", 300)
	f.Add("\x01\x1f\x7f é\u2028\xe2\x80", 130)
	f.Fuzz(func(t *testing.T, text string, room int) { sameEscapes(t, text, room&0xfff) })
}

func BenchmarkEscape(b *testing.B) {
	for name, part := range map[string]string{
		"english": "The market looks thin today; I would rather hold.\n\n1. \"Buy\" only below 5 scrip — the naïve rule.\n",
		"german":  "Der Markt wäre heute dünn; ich würde eher abwarten.\n\n1. „Kaufen“ nur unter 5, so heißt die Regel.\n",
		"chinese": "今天的市场看起来很清淡；我宁愿持有。\n\n1. 只在低于五时“买入”——天真的规则。\n",
	} {
		b.Run(name, func(b *testing.B) { benchmarkEscape(b, strings.Repeat(part, 8000/len(part))) })
	}
}

func benchmarkEscape(b *testing.B, text string) {
	dst := make([]byte, 2*len(text))
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for at := 0; len(text)-at >= EscapeRead; {
					read, _ := Escape(u, dst, text[at:])
					_, size := utf8.DecodeRuneInString(text[at+read:])
					at += read + size
				}
			}
		})
	}
}
