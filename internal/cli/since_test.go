package cli

import (
	"testing"
	"time"
)

// TestParseSinceOfToday reads moments at a fixed now, which is 09:15 local time.
func TestParseSinceOfToday(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 15, 0, 0, time.Local)
	local := func(month time.Month, day, hour, minute, second int) time.Time {
		return time.Date(2026, month, day, hour, minute, second, 0, time.Local)
	}
	for text, want := range map[string]time.Time{
		"90s": now.Add(-90 * time.Second), "1h30m": now.Add(-90 * time.Minute), "7d": now.Add(-7 * 24 * time.Hour), "1w": now.Add(-7 * 24 * time.Hour),
		"1d12h": now.Add(-36 * time.Hour), "1w1d1h": now.Add(-193 * time.Hour), "1.5d": now.Add(-36 * time.Hour), "0s": now, "now": now,
		"today": local(3, 1, 0, 0, 0), "yesterday": local(2, 28, 0, 0, 0), "2026-02-28": local(2, 28, 0, 0, 0), "2026-02-28 23:59:59": local(2, 28, 23, 59, 59),
		"09:15": now, "09:14": local(3, 1, 9, 14, 0), "09:14:59.5": local(3, 1, 9, 14, 59).Add(500 * time.Millisecond),
		"09:16": local(2, 28, 9, 16, 0), "23:59:59": local(2, 28, 23, 59, 59), "00:00": local(3, 1, 0, 0, 0),
		"2026-02-28T12:00:00Z": time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC), "2026-02-28T12:00Z": time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC),
		"2026-02-28T12:00:00.5+02:00": time.Date(2026, 2, 28, 10, 0, 0, 500_000_000, time.UTC), "2026-02-28T12:00:00+0200": time.Date(2026, 2, 28, 10, 0, 0, 0, time.UTC),
	} {
		if got, err := parseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "w", "d", "1", "-5m", "1dd", "1d1w", "1d-1h", "24:00", "9:60", "tomorrow", "2026-13-01", "1e9d", "NaNd", "Infw", "999999999h", "10 minutes"} {
		if got, err := parseSince(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
