package cli

import (
	"strconv"
	"strings"
	"time"
)

// sinceLayouts are the moments that --since takes besides RFC 3339. Without a
// zone they are local time.
var sinceLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700"}

// clockLayouts are times of this day, as events are shown with.
var clockLayouts = []string{"15:04:05", "15:04"}

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
	if t, ok := sinceToday(text, now.Local()); ok {
		return t, nil
	}
	return time.Time{}, withHint(usageErrorf("--since %q is neither a moment nor a duration", text),
		"--since 10m, --since 7d, --since 09:30, --since today or --since 2026-01-15T12:00:00Z")
}

// sinceToday reads a day by its name, or a time of this day. A time that is still to
// come is that of the day before.
func sinceToday(text string, now time.Time) (time.Time, bool) {
	year, month, day := now.Date()
	switch text {
	case "now":
		return now, true
	case "today":
		return time.Date(year, month, day, 0, 0, 0, 0, now.Location()), true
	case "yesterday":
		return time.Date(year, month, day-1, 0, 0, 0, 0, now.Location()), true
	}
	for _, layout := range clockLayouts {
		clock, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		at := func(day int) time.Time {
			return time.Date(year, month, day, clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), now.Location())
		}
		if t := at(day); !t.After(now) {
			return t, true
		}
		return at(day - 1), true
	}
	return time.Time{}, false
}

// longUnits are the units of an age that [time.ParseDuration] does not know.
var longUnits = []struct {
	name string
	long time.Duration
}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}}

// maxAge is longer than anybody asks for, and short enough to reckon with.
const maxAge = 100_000 * 24 * time.Hour

// parseAge reads a duration as [time.ParseDuration] does, with weeks and days in
// front: "2w", "1d12h", "1.5d".
func parseAge(text string) (time.Duration, bool) {
	var age time.Duration
	rest := text
	for _, unit := range longUnits {
		count, behind, ok := strings.Cut(rest, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(count, 64)
		if err != nil || !(n >= 0 && n*float64(unit.long) < float64(maxAge)) {
			return 0, false
		}
		age, rest = age+time.Duration(n*float64(unit.long)), behind
	}
	if rest == "" && text != "" {
		return age, true
	}
	d, err := time.ParseDuration(rest)
	return age + d, err == nil && d >= 0 && d < maxAge
}
