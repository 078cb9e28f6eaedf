package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// localTime is a moment as a person here reads it.
func localTime(t time.Time) string { return string(appendLocalTime(nil, t)) }

// appendLocalTime appends localTime. A list has ten thousand of them, for which package
// time would read the layout each time.
func appendLocalTime(b []byte, t time.Time) []byte {
	local := t.Local()
	year, month, day := local.Date()
	if year < 0 || year > 9999 {
		return local.AppendFormat(b, "2006-01-02 15:04:05")
	}
	hour, minute, second := local.Clock()
	b = appendTwoDigits(appendTwoDigits(b, year/100), year%100)
	b = appendTwoDigits(append(appendTwoDigits(append(b, '-'), int(month)), '-'), day)
	b = appendTwoDigits(append(appendTwoDigits(append(b, ' '), hour), ':'), minute)
	return appendTwoDigits(append(b, ':'), second)
}

// appendTwoDigits appends a number below a hundred.
func appendTwoDigits(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// shortDuration is a duration with about three digits of meaning.
func shortDuration(d time.Duration) string { return string(appendDuration(nil, d)) }

// appendDuration appends a shortDuration.
func appendDuration(b []byte, d time.Duration) []byte {
	switch {
	case d < 0:
		return append(b, unknown...)
	case d < 10*time.Second:
		return append(strconv.AppendFloat(b, d.Seconds(), 'f', 2, 64), 's')
	case d < time.Minute:
		return append(strconv.AppendFloat(b, d.Seconds(), 'f', 1, 64), 's')
	case d < time.Hour:
		return fmt.Appendf(b, "%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Appendf(b, "%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Appendf(b, "%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
}

// grouped is a number with its thousands set apart.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// byteSize is a number of bytes for people.
func byteSize(n int64) string { return shelf.SizeText(n) }

// plural counts things whose name takes an s.
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(uint64(n)) + " " + noun + "s"
}

// plainFloat is a number with all its digits, written as in the events: without an
// exponent wherever a person would not use one.
func plainFloat(v float64) string {
	if math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64) // without the quotes of JSON
	}
	return string(event.AppendValue(nil, v))
}

// metric is a figure without digits that mean nothing: six of them, and whole
// numbers whole as long as a float64 holds them exactly.
func metric(v float64) string {
	if size := math.Abs(v); v == math.Trunc(v) && size < 1<<53 || size >= 1e5 && size < 1<<53 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// storedMetric is a figure as it is stored: a whole number whole, with all its digits, any
// other as metric has it.
func storedMetric(n json.Number) string {
	if isInteger(n) {
		return n.String()
	}
	f, err := n.Float64()
	if err != nil {
		return n.String()
	}
	return metric(f)
}

// isInteger reports whether a number is spelled without a point and an exponent.
func isInteger(n json.Number) bool { return strings.Trim(n.String(), "-0123456789") == "" }
