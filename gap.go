package runshelf

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"syscall"
)

// typeGap is the type of the one event that the logger writes by itself.
const typeGap = "log_gap"

// gap counts the events that could not be written: those of the gap that is
// open, and all of the run.
type gap struct {
	first, last uint64 // sequence numbers of the open gap
	dropped     uint64 // in the open gap; 0 when none is open
	total       uint64
	cause       error // the newest failure
}

func (g *gap) open() bool { return g.dropped > 0 }

func (g *gap) add(sequence uint64, cause error) {
	if g.dropped == 0 {
		g.first = sequence
	}
	g.last = sequence
	g.dropped++
	g.total++
	g.cause = cause
}

func (g *gap) close() { g.dropped = 0 }

func (g *gap) attrs() []slog.Attr {
	return []slog.Attr{
		slog.Uint64("dropped", g.dropped),
		slog.Uint64("first_sequence", g.first),
		slog.Uint64("last_sequence", g.last),
		slog.String("reason", reason(g.cause)),
	}
}

// err tells what was lost in the run so far.
func (g *gap) err() error {
	if g.total == 0 {
		return nil
	}
	return &DroppedError{Dropped: g.total, Cause: g.cause}
}

// DroppedError tells that events could not be written. The program was not
// disturbed; the events are gone.
type DroppedError struct {
	Dropped uint64 // events lost so far
	Cause   error  // the newest failure
}

// Error says how many events were lost and why.
func (e *DroppedError) Error() string {
	if e.Dropped == 1 {
		return fmt.Sprintf("1 event could not be written: %v", e.Cause)
	}
	return fmt.Sprintf("%d events could not be written: %v", e.Dropped, e.Cause)
}

// Unwrap returns the newest failure.
func (e *DroppedError) Unwrap() error { return e.Cause }

// reason is the system's own text for a failure, without the path, which means
// nothing to whoever reads the log elsewhere.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
