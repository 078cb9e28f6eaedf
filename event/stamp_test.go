package event

import (
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A line that gets the time of another head is as if it had been written then.
func TestRetime(t *testing.T) {
	var s Stamp
	later := time.Date(2027, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	line := append(s.AppendHead(nil, time.Time{}, 1234), `"event_type":"x"}`...)
	Retime(line, s.Head(later, 7))
	if want := string(s.AppendHead(nil, later, 1234)) + `"event_type":"x"}`; string(line) != want {
		t.Errorf("got %s, want %s", line, want)
	}
}

// A head that is put somewhere is that of any other way to write it, whatever came before.
func TestStampPutAt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s Stamp
	at, sequence := int64(1_700_000_000_000_000), uint64(0)
	for i := range 20_000 {
		switch r.IntN(20) {
		case 0:
			at += r.Int64N(3_000_000)
		case 1:
			sequence = r.Uint64() >> r.IntN(64)
		case 2:
			at = r.Int64N(253402300799999999)
		case 3:
			sequence = math.MaxUint64
		case 4: // the same again
		default:
			at += r.Int64N(20)
			sequence++
		}
		var fresh Stamp
		want := string(fresh.HeadAt(at, sequence))
		if r.IntN(3) == 0 {
			if got := string(s.HeadAt(at, sequence)); got != want {
				t.Fatalf("%d: the head is %s, not %s", i, got, want)
			}
		}
		room := []byte(strings.Repeat("#", HeadRoom+1))
		if n := s.PutAt(room, at, sequence); string(room[:n]) != want || room[HeadRoom] != '#' {
			t.Fatalf("%d: %s was put, not %s", i, room, want)
		}
	}
}

// A line that holds one text is that of any other way to write it.
func TestStampAppendText(t *testing.T) {
	at := time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)
	var s Stamp
	odd := []string{"", "\"", "\\", "\x00", "\n", "é", "€", "\u2028", "\xff", "\xe2\x82", "𝄞"}
	for length := range 80 {
		for _, piece := range odd {
			for place := range length + 1 {
				text := strings.Repeat("x", place) + piece + strings.Repeat("y", length-place)
				s.Head(at, 8)
				sequence := uint64(length)
				got := s.AppendText([]byte("before"), sequence, `"event_type":"a","text":"`, text, `","b":1}`+"\n")
				want := AppendLine([]byte("before"), at, sequence, Body{Type: "a", Attrs: []slog.Attr{slog.String("text", text), slog.Int("b", 1)}})
				if string(got) != string(want) {
					t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
				}
			}
		}
	}
}
