package capture

import (
	"math"
	"strconv"
	"time"
)

// earliestEpoch is the least number that is taken for a time, in seconds since
// 1970: 3 March 1973. Below it lie the clocks of simulations and durations.
const earliestEpoch = 1e8

// parseTime reads the time of a line: text as ISO 8601 writes it, with a blank
// for the T and a comma for the point where Python has them, or a number since
// 1970, also as text, whose size tells its unit. Times without a zone are in
// zone. The value is one of JSON, checked.
func parseTime(value []byte, zone *time.Location) (time.Time, bool) {
	number := value
	if value[0] == '"' {
		number = text(value)
		if t, ok := parseISO(number, zone); ok {
			return t, true
		}
	}
	return parseEpoch(number)
}

// parseEpoch reads a number of seconds, milli-, micro- or nanoseconds since 1970.
// Below 1e11 it counts seconds (until the year 5138), then each thousandfold the
// next unit. All its digits count.
func parseEpoch(number []byte) (time.Time, bool) {
	whole, i := int64(0), 0
	for ; i < len(number) && isDigit(number[i]); i++ {
		if whole > math.MaxInt64/10-1 {
			return time.Time{}, false
		}
		whole = whole*10 + int64(number[i]-'0')
	}
	nanos, ok := fraction(number[i:])
	switch {
	case i == 0:
		return time.Time{}, false
	case !ok:
		return parseFloatEpoch(number)
	case whole < earliestEpoch:
		return time.Time{}, false
	case whole < 1e11:
		return time.Unix(whole, nanos), true
	case whole < 1e14:
		return time.UnixMilli(whole).Add(time.Duration(nanos / 1e3)), true
	case whole < 1e17:
		return time.UnixMicro(whole).Add(time.Duration(nanos / 1e6)), true
	}
	return time.Unix(0, whole), true
}

// fraction reads a point or comma and digits as billionths.
func fraction(s []byte) (nanos int64, ok bool) {
	if len(s) == 0 {
		return 0, true
	}
	if s[0] != '.' && s[0] != ',' || len(s) == 1 {
		return 0, false
	}
	unit := int64(1e8)
	for _, c := range s[1:] {
		if !isDigit(c) {
			return 0, false
		}
		nanos += int64(c-'0') * unit
		unit /= 10
	}
	return nanos, true
}

// parseFloatEpoch reads a number with an exponent, to the microsecond.
func parseFloatEpoch(number []byte) (time.Time, bool) {
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil || f < earliestEpoch || f >= 9e18 {
		return time.Time{}, false
	}
	for f >= 1e11 {
		f /= 1e3
	}
	return time.UnixMicro(int64(f * 1e6)), true
}

// parseISO reads "2026-01-15T12:00:00.123456+01:00" and its variants: slashes in
// the date, a blank for the T, a comma for the point, no fraction, a zone as Z,
// +01:00, +0100, +01 or left out.
func parseISO(s []byte, zone *time.Location) (time.Time, bool) {
	const least = len("2006-01-02T15:04:05")
	if len(s) < least || s[4] != s[7] || s[4] != '-' && s[4] != '/' || s[10] != 'T' && s[10] != ' ' && s[10] != 't' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	year, month, day := digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	hour, minute, second := digits(s[11:13]), digits(s[14:16]), digits(s[17:19])
	if year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 {
		return time.Time{}, false
	}
	end := least
	if end < len(s) && (s[end] == '.' || s[end] == ',') {
		for end++; end < len(s) && isDigit(s[end]); end++ {
		}
	}
	nanos, whole := fraction(s[least:end])
	offset, fixed, ok := parseZone(s[end:])
	if !ok || !whole {
		return time.Time{}, false
	}
	if fixed {
		zone = time.UTC
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, int(nanos), zone)
	// Where the date does not exist, such as 30 February, Date gives another.
	if t.Day() != day && second < 60 {
		return time.Time{}, false
	}
	t = t.Add(-offset)
	// RFC 3339 has no year beyond these, where a zone or a leap second may lead.
	if year == 0 || year == 9999 {
		if y := t.UTC().Year(); y < 0 || y > 9999 {
			return time.Time{}, false
		}
	}
	return t, true
}

// parseZone reads what follows the seconds. fixed is false where nothing does.
func parseZone(s []byte) (offset time.Duration, fixed, ok bool) {
	if len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	switch string(s) {
	case "":
		return 0, false, true
	case "Z", "z", "UTC", "GMT":
		return 0, true, true
	}
	sign := time.Duration(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false, false
	}
	s = s[1:]
	hours, minutes := -1, 0
	switch {
	case len(s) == 2:
		hours = digits(s)
	case len(s) == 4:
		hours, minutes = digits(s[:2]), digits(s[2:])
	case len(s) == 5 && s[2] == ':':
		hours, minutes = digits(s[:2]), digits(s[3:])
	}
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false, false
	}
	return sign * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute), true, true
}

// digits reads a number of a few digits, or returns -1.
func digits(s []byte) int {
	n := 0
	for _, c := range s {
		if !isDigit(c) {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}
