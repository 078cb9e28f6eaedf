package query

import (
	"errors"
	"log/slog"
	"path"
	"time"

	"example.org/runshelf/internal/processor"
)

// ErrStop is returned by the function that gets the lines to end the question
// early. The question then ends without an error.
var ErrStop = errors.New("query: stop")

// Filter says which events are wanted. The zero value wants all of them; every
// field that is set must hold.
type Filter struct {
	// Types are patterns of event types, as [path.Match] has them; one must
	// match. A wrong pattern is an error of the question.
	Types []string
	// MinLevel is the least level. A line without a level is INFO.
	MinLevel *slog.Level
	// From and To bound the sequence, both ends included. 0 means no bound. A
	// line without a sequence has the sequence 0.
	From, To uint64
	// Since is the earliest time. A line without a time is never late enough.
	Since time.Time
	// Where is an expression that must be true of the event; nil is none.
	Where *Where
	// KeepBroken hands out also lines that are no events, as long as they are
	// whole and hold no NUL byte. It has no effect when anything else is set,
	// since a broken line has no type, level, sequence or time.
	KeepBroken bool
	// CacheDir is that of [ListOptions]: an index of a long log that has none stands
	// there, once a question had to read all of it. It has no effect on an answer.
	CacheDir string

	unit *processor.Unit // what of the processor is used, for tests; nil is the best
}

// vector is what of the processor is used.
func (f Filter) vector() processor.Unit {
	if f.unit != nil {
		return *f.unit
	}
	return processor.Best
}

// all reports whether every event is wanted, so that none need be decoded.
func (f Filter) all() bool {
	return len(f.Types) == 0 && f.MinLevel == nil && f.From == 0 && f.To == 0 && f.Since.IsZero() && f.Where == nil
}

// Check refuses patterns that could never be matched with a [*PatternError]. Every
// question calls it first.
func (f Filter) Check() error {
	for _, pattern := range f.Types {
		if _, err := path.Match(pattern, ""); err != nil {
			return &PatternError{Pattern: pattern}
		}
	}
	return nil
}

// PatternError reports a pattern of event types that is malformed.
type PatternError struct{ Pattern string }

// Error names the pattern.
func (e *PatternError) Error() string { return "the pattern " + e.Pattern + " is malformed" }
