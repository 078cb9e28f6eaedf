package query

import (
	"testing"
	"time"

	"example.org/runshelf/event"
	"pgregory.net/rapid"
)

// TestClock compares with what package time says of texts that are times, or nearly.
func TestClock(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var c clock
		latest := ""
		for range 20 {
			at := time.Date(2024, 2, 27, 23, 59, 58, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 4e6).Draw(rt, "microseconds")) * time.Microsecond * 100_000)
			text := []byte(at.Format(event.TimeLayout))
			if rapid.Bool().Draw(rt, "change") {
				text[rapid.IntRange(0, len(text)-1).Draw(rt, "at")] = rapid.SampledFrom([]byte("0123456789-:T.Z /")).Draw(rt, "byte")
			}
			parsed, err := time.Parse(event.TimeLayout, string(text))
			want := err == nil && parsed.Format(event.TimeLayout) == string(text)
			stored := []byte(`"` + string(text) + `"`)
			if c.ticks(stored) {
				if !want || string(text) < latest || string(text[:19]) != latest[:19] {
					rt.Fatalf("%s ticks behind %q", text, latest)
				}
				latest = string(text)
				continue
			}
			if got := c.isTime(stored); got != want {
				rt.Fatalf("%s: %t, package time says %t", text, got, want)
			}
			if want && string(text) >= latest {
				latest = string(text)
			}
			if c.set(nil); latest != "" {
				c.set([]byte(`"` + latest + `"`))
			}
		}
	})
	var c clock
	if c.isTime([]byte(`"2026-01-15T12:00:00.000001Z"`)); c.ticks([]byte(`"2026-01-15T12:00:00.000001Z"`)) {
		t.Error("a time ticks although none was set")
	}
	c.set([]byte(`"2026-01-15T12:00:00.000001Z"`))
	if !c.ticks([]byte(`"2026-01-15T12:00:00.000002Z"`)) || c.ticks([]byte(`"2026-01-15T12:00:00.000001Z"`)) {
		t.Error("of two times in a second the later one does not tick, or the earlier one does")
	}
}
