package event

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Every character, and every byte that is none, is written rightly at every
// place within a word and at the end of a string.
func TestStringAtEveryPlace(t *testing.T) {
	samples := []string{"\xff", "\xc3", "\xe2\x80", "\xf0\x9f\x8e", "\xed\xa0\x80", "\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\x80", "\xf8\x88\x80\x80\x80"}
	for _, r := range []rune{0, 1, '\b', '\n', '\x1f', ' ', '"', '\\', '\x7f', 0x80, 0x7ff, 0x800, 0x2027, 0x2028, 0x2029, 0x202a, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff} {
		samples = append(samples, string(r))
	}
	for _, sample := range samples {
		for before := range 20 {
			for _, after := range []int{0, 1, 2, 3, 4, 7, 8, 40} {
				s := strings.Repeat("a", before) + sample + strings.Repeat("b", after)
				checkString(t, s)
				checkString(t, strings.Repeat("é", 30)+s+sample)
			}
		}
	}
}

func checkString(t *testing.T, s string) {
	t.Helper()
	for _, room := range []int{0, len(s) + 2, 300} {
		got := appendString(make([]byte, 0, room), s)
		back, err := DecodeValue(got)
		if want := string([]rune(s)); err != nil || back != want || !utf8.Valid(got) {
			t.Fatalf("%q: got %q, read as %q, %v", s, got, back, err)
		}
		if strings.ContainsAny(string(got), "\u2028\u2029\n\x00\x01\x1f") {
			t.Fatalf("%q: not escaped: %q", s, got)
		}
	}
}

// Every character that fits is taken by its size, and nothing else is.
func TestRuneSize(t *testing.T) {
	for r := rune(0x80); r <= utf8.MaxRune; r++ {
		var b [4]byte
		size := utf8.EncodeRune(b[:], r)
		want := size
		if r == 0x2028 || r == 0x2029 {
			want = 0
		}
		if got := runeSize(uint32(load4(string(b[:]), 0))); got != want && utf8.ValidRune(r) {
			t.Fatalf("%U: got %d, want %d", r, got, want)
		}
	}
	edges := []byte{0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xa8, 0xa9, 0xbf, 0xc0, 0xff}
	for first := 0x80; first <= 0xff; first++ {
		for second := range 256 {
			for _, third := range edges {
				for _, fourth := range edges {
					b := string([]byte{byte(first), byte(second), third, fourth})
					if _, size := utf8.DecodeRuneInString(b); size == 1 && runeSize(uint32(load4(b, 0))) != 0 {
						t.Fatalf("% x is taken", b)
					}
				}
			}
		}
	}
}

// Two characters of three bytes are taken at once only when both may stand.
func TestTwoOfThree(t *testing.T) {
	edges := []byte{0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xa7, 0xa8, 0xa9, 0xaa, 0xbf, 0xc0, 0xff}
	for first := range 256 {
		for second := range 256 {
			for _, third := range edges {
				odd := string([]byte{byte(first), byte(second), third})
				for _, s := range []string{odd + "日", "日" + odd, odd + odd} {
					stands := utf8.ValidString(s) && len([]rune(s)) == 2 && !strings.ContainsAny(s, "\u2028\u2029")
					if twoOfThree(load(s+"xx", 0)) && !stands {
						t.Fatalf("% x is taken", s)
					}
				}
			}
		}
	}
	for _, s := range []string{"日本", "가나", "、。", "ｆ！", "かな"} {
		if !twoOfThree(load(s+"\x00\xff", 0)) {
			t.Errorf("%s is not taken", s)
		}
	}
}

// TestLongTexts has long texts, of which much or little is escaped, come out as short ones
// do, whatever room there is.
func TestLongTexts(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"plain text of some length, as there is most in a log ", "a", `"`, `\`, "\n\n\t", "\x00", "\x1f", "\x7f", "é", "naïve – ", strings.Repeat("日本語", 20),
		"\U0001f600", "\u2028", "\xff", "\xe2\x80", strings.Repeat(`"`, 700), strings.Repeat("日本語", 300), strings.Repeat("\xff", 70), strings.Repeat("\x01", 30),
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(rt, "pieces"), "")
		dst := make([]byte, 3, 3+rapid.IntRange(0, 2*len(text)+200).Draw(rt, "room"))
		want := appendWords([]byte("   "), text)
		copy(dst, "   ")
		if got := appendLong(dst, text); string(got) != string(want) {
			rt.Fatalf("%q:\n%q, not\n%q", text, got, want)
		}
	})
}

// TestLongTextFillsItsRoom has what is escaped take the room of what is not.
func TestLongTextFillsItsRoom(t *testing.T) {
	text := strings.Repeat(`"`, 700) + strings.Repeat("日本語", 300)
	want := string(appendWords(nil, text))
	for size := len(text); size < 2*len(text); size += 5 {
		if got := appendLong(make([]byte, 0, size), text); string(got) != want {
			t.Fatalf("with room for %d bytes:\n%q, not\n%q", size, got, want)
		}
	}
}
