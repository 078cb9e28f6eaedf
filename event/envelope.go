package event

import (
	"log/slog"
	"strings"
)

// The five names that belong to the logger. Data that carries one of them is
// written under "data.<name>".
const (
	KeyTimestamp = "timestamp"
	KeySequence  = "sequence"
	KeyType      = "event_type"
	KeyLevel     = "level"
	KeyCause     = "cause"
)

// TimeLayout is the layout of an envelope's timestamp, for [time.Time.Format].
// The time must be in UTC.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// DefaultType is the type of an event that was given none.
const DefaultType = "log"

// Body is one event without its time and sequence number, which are known only
// when the event takes its place in the file.
type Body struct {
	// Type says what happened. Empty means [DefaultType].
	Type string
	// Level is written unless it is INFO.
	Level slog.Level
	// Cause is the sequence of the event that led to this one; 0 means none.
	Cause uint64
	// Attrs is the event's own data, written at top level in this order.
	Attrs []slog.Attr
}

// LevelName returns the name of a level as the envelope writes it: "" for INFO,
// else DEBUG, WARN or ERROR. A level between two of these counts as the lower
// one; below DEBUG counts as DEBUG.
func LevelName(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARN"
	case l >= slog.LevelInfo:
		return ""
	}
	return "DEBUG"
}

// ParseLevel reads the name of a level in any case, and the names other loggers
// use: WARNING, ERR, TRACE (as DEBUG), FATAL, CRITICAL and PANIC (as ERROR).
func ParseLevel(s string) (slog.Level, bool) {
	switch strings.ToUpper(s) {
	case "DEBUG", "TRACE":
		return slog.LevelDebug, true
	case "INFO":
		return slog.LevelInfo, true
	case "WARN", "WARNING":
		return slog.LevelWarn, true
	case "ERROR", "ERR", "FATAL", "CRITICAL", "PANIC":
		return slog.LevelError, true
	}
	return slog.LevelInfo, false
}
