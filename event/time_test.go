package event

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, text := range []string{
		"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.0000000009Z", "2026-01-02T04:04:05+01:00",
		"2026-01-01T03:05:05-23:59", "2026-01-02T03:04:05-00:00",
	} {
		if got, ok := ParseTime(text); !ok || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q) = %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{
		"", "2026-01-02", "2026-01-02T3:04:05Z", "2026-01-02T3:04:05.000000Z", "2026-01-02T03:04:05,5Z", "2026-01-02T3:04:05,5+01:00",
		"2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05-01:60", "2026-01-02T03:04:05.5+24:60", "2026-01-02T24:04:05Z",
		"2026-01-02T03:04:60Z", "2026-02-30T03:04:05Z", "2026-1-02T03:04:05Z", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z",
	} {
		if got, ok := ParseTime(text); ok || !got.IsZero() {
			t.Errorf("ParseTime(%q) = %v", text, got)
		}
		e, err := Decode([]byte(`{"timestamp":"` + text + `"}`))
		if err != nil || !e.Time.IsZero() || e.Timestamp != text {
			t.Errorf("an event at %q: time %v, timestamp %q, %v", text, e.Time, e.Timestamp, err)
		}
	}
}

// FuzzParseTime holds that a time reads as what it is written as again.
func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2026-01-02T03:04:05.123456Z", "2026-01-02T3:04:05,5+24:60", "2026-01-02T03:04:05.1234567891-23:59"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ParseTime(text)
		if !ok {
			return
		}
		own, err := time.Parse(time.RFC3339, text)
		if err != nil || !own.Equal(at) {
			t.Fatalf("%q: %v, want %v (%v)", text, at, own, err)
		}
		const second = len("2006-01-02T15:04:05")
		if own.Format("2006-01-02T15:04:05") != text[:second] {
			t.Fatalf("%q does not begin as %v is written", text, own)
		}
		if _, offset := own.Zone(); offset <= -24*3600 || offset >= 24*3600 {
			t.Fatalf("%q: an offset of %d s", text, offset)
		}
	})
}
