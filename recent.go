package runshelf

import (
	"fmt"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// Recent returns the last n events of this run, oldest first; for n <= 0, as
// many as [Options.DefaultRecent] says. It reads from the end of the log, so that
// its time depends on n and not on the length of the run.
func (l *EventLogger) Recent(n int) ([]event.Event, error) {
	if l.inert() {
		return nil, fmt.Errorf("reading recent events: %w", ErrNoLogger)
	}
	if n <= 0 {
		n = l.opts.DefaultRecent
	}
	if l.file == nil {
		return nil, fmt.Errorf("reading recent events: %w", ErrStream)
	}
	l.mu.Lock()
	err := l.journal.flush()
	size := l.journal.size()
	l.mu.Unlock()
	var lines [][]byte
	if err == nil {
		lines, err = shelf.LastLines(l.file, size, n)
	}
	if err != nil {
		return nil, fmt.Errorf("reading recent events of %s: %w", l.path, err)
	}
	events := make([]event.Event, 0, len(lines))
	for _, line := range lines {
		e, err := event.Decode(line)
		if err != nil {
			return nil, fmt.Errorf("reading recent events of %s: %w", l.path, err)
		}
		events = append(events, e)
	}
	return events, nil
}
