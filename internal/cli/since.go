package cli

import (
	"strconv"
	"strings"
	"time"
)

// sinceLayouts are the moments that --since takes besides RFC 3339. Without a
// zone they are local time.
var sinceLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

// parseSince reads a moment, or a duration before now: "90s", "1h30m", "7d".
func parseSince(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	for _, layout := range sinceLayouts {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	if d, ok := parseAge(text); ok {
		return now.Add(-d), nil
	}
	return time.Time{}, withHint(usageErrorf("--since %q is neither a moment nor a duration", text),
		"--since 10m, --since 7d or --since 2026-01-15T12:00:00Z")
}

// parseAge reads a duration as [time.ParseDuration] does, and days besides.
func parseAge(text string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		return time.Duration(n * float64(24*time.Hour)), err == nil && n >= 0 && n < 100_000
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}
