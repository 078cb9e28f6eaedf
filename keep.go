package runshelf

import (
	"errors"
	"fmt"
)

// ErrNoRun is returned for what needs a run directory, by a logger that has none:
// one in legacy mode, or of a stream.
var ErrNoRun = errors.New("there is no run directory")

// Keep puts a file into the run directory. The name may have folders in it,
// separated by slashes, such as "artifacts/model.bin". When Keep returns nil the
// file is there whole, also after a power cut; after an error it is there whole or
// not at all. A file that has the name is replaced, but no name leads out of the run
// directory, begins with a dot or is that of a file which the run writes itself
// (events.jsonl, run.json, config.json, run.log). Events do not wait for it. Close does,
// and after it Keep returns [ErrClosed]: a run that has ended stays as it is.
func (l *EventLogger) Keep(name string, content []byte) error {
	switch {
	case l.inert():
		return ErrNoLogger
	case l.live == nil:
		return ErrNoRun
	}
	l.keeping.RLock()
	defer l.keeping.RUnlock()
	if l.kept {
		return fmt.Errorf("keeping %s: %w", name, ErrClosed)
	}
	return l.live.Keep(name, content)
}

// endKeeping waits for what is being kept, and lets nothing more be kept.
func (l *EventLogger) endKeeping() {
	l.keeping.Lock()
	defer l.keeping.Unlock()
	l.kept = true
}
