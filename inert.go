package runshelf

import "errors"

// ErrNoLogger is what a nil or zero EventLogger reports: it records nothing.
var ErrNoLogger = errors.New("there is no logger, and nothing is recorded")

// inert reports whether the logger is nil or zero, and so records nothing.
func (l *EventLogger) inert() bool { return l == nil || l.journal == nil }

// nowhere returns a logger for what must have one and is to record nothing.
func nowhere() *EventLogger {
	o, _ := Options{}.withDefaults() // those of the zero options, which are right
	l := &EventLogger{opts: o, tally: newTally(o), journal: &stream{}, closed: true}
	l.clock.start(o.now)
	return l
}
