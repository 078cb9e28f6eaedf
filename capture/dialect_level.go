package capture

import (
	"bytes"
	"log/slog"
	"strconv"
)

// longestLevel is the length of the longest name of a level, with what may be
// added to it.
const longestLevel = 16

// namedLevel reads the name of a level, in any case, as the known libraries and
// syslog write it. slog adds what lies between two levels ("INFO+2"), and
// OpenTelemetry a digit ("ERROR2").
func namedLevel(name []byte) (slog.Level, bool) {
	var room [longestLevel]byte
	name = bytes.TrimSpace(uncoloured(name))
	if len(name) == 0 || len(name) > len(room) {
		return 0, false
	}
	end := len(name)
	for end > 0 && isDigit(name[end-1]) {
		end--
	}
	offset := 0
	if end > 0 && end < len(name) && (name[end-1] == '+' || name[end-1] == '-') {
		offset, _ = strconv.Atoi(string(name[end-1:]))
		end--
	}
	lower := room[:0]
	for _, c := range name[:end] {
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		lower = append(lower, c)
	}
	level, ok := baseLevel(lower)
	return level + slog.Level(offset), ok
}

// baseLevel maps a name in small letters. One that lies between two of our
// levels counts as the lower one.
func baseLevel(name []byte) (slog.Level, bool) {
	switch string(name) {
	case "debug", "trace", "verbose", "http", "silly", "notset", "finest", "finer", "fine":
		return slog.LevelDebug, true
	case "info", "information", "informational", "notice", "success", "default":
		return slog.LevelInfo, true
	case "warn", "warning":
		return slog.LevelWarn, true
	case "error", "err", "fatal", "critical", "crit", "panic", "dpanic", "alert", "emerg", "emergency", "severe":
		return slog.LevelError, true
	}
	return 0, false
}

// uncoloured removes the colour that winston can put around a level.
func uncoloured(name []byte) []byte {
	if len(name) == 0 || name[0] != '\x1b' {
		return name
	}
	_, rest, _ := bytes.Cut(name, []byte{'m'})
	inside, _, _ := bytes.Cut(rest, []byte{'\x1b'})
	return inside
}

// tenfoldLevel reads a level as pino, bunyan and Python number them: 10 trace or
// debug, 20 debug or info, 30 info or warning … Python's numbers are one step
// higher, so step is 10 for Python and 0 for the others.
func tenfoldLevel(number []byte, step int) (slog.Level, bool) {
	n, err := strconv.Atoi(string(number))
	if err != nil {
		return 0, false
	}
	switch n += step; {
	case n < 30:
		return slog.LevelDebug, true
	case n < 40:
		return slog.LevelInfo, true
	case n < 50:
		return slog.LevelWarn, true
	}
	return slog.LevelError, true
}

// severityLevel reads a SeverityNumber of OpenTelemetry: 1 to 4 trace, 5 to 8
// debug, 9 to 12 info, 13 to 16 warn, 17 to 24 error and fatal.
func severityLevel(n int) (slog.Level, bool) {
	switch {
	case n < 1 || n > 24:
		return 0, false
	case n < 9:
		return slog.LevelDebug, true
	case n < 13:
		return slog.LevelInfo, true
	case n < 17:
		return slog.LevelWarn, true
	}
	return slog.LevelError, true
}
