package event

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// appendEach is what AppendLines says that it does, a line at a time, for the lines that
// it took.
func appendEach(s *Stamp, l *TextLines, taken []byte) {
	for line := range strings.Lines(string(taken)) {
		l.Lines = s.AppendText(l.Lines, l.Sequence, l.Before, line[:len(line)-1], l.After)
		l.Ends = append(l.Ends, len(l.Lines))
		l.Sequence++
	}
}

// checkAppendLines holds AppendLines against AppendText, and returns how much it took.
func checkAppendLines(t interface{ Fatalf(string, ...any) }, chunk []byte, sequence uint64, room, limit int) int {
	var all, each Stamp
	at := time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)
	form := TextLines{Before: `"event_type":"a","text":"`, After: `","b":1}` + "\n", Sequence: sequence, Limit: limit}
	got, want := form, form
	got.Lines, want.Lines = append(make([]byte, 0, room+7), "before\n"...), []byte("before\n")
	all.Head(at, sequence)
	each.Head(at, sequence)
	taken := all.AppendLines(&got, chunk)
	appendEach(&each, &want, chunk[:taken])
	if string(got.Lines) != string(want.Lines) || !slices.Equal(got.Ends, want.Ends) || got.Sequence != want.Sequence {
		t.Fatalf("of %q, sequence %d:\n got %q %v %d\nwant %q %v %d", chunk, sequence, got.Lines, got.Ends, got.Sequence, want.Lines, want.Ends, want.Sequence)
	}
	if next := all.AppendText(nil, got.Sequence, "", "x", ""); string(next) != string(each.AppendText(nil, want.Sequence, "", "x", "")) {
		t.Fatalf("of %q, sequence %d: the next line is %q", chunk, sequence, next)
	}
	for i, start := 0, len("before\n"); i < len(got.Ends); i++ {
		if body := got.Ends[i] - start - HeadLen(sequence+uint64(i)); body > limit {
			t.Fatalf("of %q: a body of %d bytes", chunk, body)
		}
		start = got.Ends[i]
	}
	return taken
}

func TestAppendLines(t *testing.T) {
	behind := strings.Repeat(".", 40)
	for _, piece := range []string{"", "\"", "\\", "\x00", "\x1b", "é", "€", "\u2028", "\xff", "\xe2\x82", "𝄞", "\xff\xff\xff"} {
		for length := range 70 {
			for place := range length + 1 {
				line := strings.Repeat("x", place) + piece + strings.Repeat("y", length-place) + "\n"
				chunk := line + "\n" + line
				if taken := checkAppendLines(t, []byte(chunk+behind), 1, 4000, math.MaxInt); taken != len(chunk) {
					t.Fatalf("%d of %q were taken", taken, chunk)
				}
			}
		}
	}
	for chunk, want := range map[string]int{
		"a\n{b\n": 2, "a\n\t {b\n": 2, "a\n\ufeffb\n": 2, "a\nb\r\nc\n": 2, "a\nb": 2, "{": 0, "": 0,
	} {
		if want > 0 {
			chunk += behind
		}
		if taken := checkAppendLines(t, []byte(chunk), 1, 4000, math.MaxInt); taken != want {
			t.Errorf("%d of %q were taken, want %d", taken, chunk, want)
		}
	}
	for _, sequence := range []uint64{0, 1, 9, 98, 99, 999_999, 9_999_999_999_999_999_990, 1<<64 - 20} {
		checkAppendLines(t, []byte(strings.Repeat("line\n", 300)), sequence, 1<<20, math.MaxInt)
	}
}

// TestAppendLinesDrawn draws chunks of what matters, and room for a part of what they
// become.
func TestAppendLinesDrawn(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", "\n\n", "\n{", "\n ", "\r", "\"", "\\", "\x00", "é", "€€€€€€", "\u2028", "\xff", "\xff\xff\xff\xff\xff\xff\xff\xff", "a", "text", strings.Repeat("x", 100), strings.Repeat("line\n", 30),
	})
	rapid.Check(t, func(rt *rapid.T) {
		chunk := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(rt, "pieces"), "")
		checkAppendLines(rt, []byte(chunk), rapid.Uint64Range(0, 3000).Draw(rt, "sequence"),
			rapid.IntRange(0, 20_000).Draw(rt, "room"), rapid.SampledFrom([]int{-5, 60, math.MaxInt}).Draw(rt, "limit"))
	})
}
