package event

import (
	"log/slog"
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
