package runshelf

import (
	"errors"
	"fmt"
	"io"
)

// DurabilityStream is the level of a logger that [NewStreamLogger] made: what
// becomes of an event is the writer's affair.
const DurabilityStream Durability = "stream"

// ErrStream is returned for what a logger without a file cannot do.
var ErrStream = errors.New("the events go to a stream, not to a file")

// NewStreamLogger returns a logger that writes its events to w, one Write an
// event, and keeps no run: no directory, no manifest, no readable log. It serves
// tests, and programs that pass their events on by themselves. Of the options
// only those count that speak of events. Closing the logger does not close w.
//
// Write is called under the logger's lock: it must not log to the same logger. A
// Write that panics counts as one that failed.
func NewStreamLogger(w io.Writer, options Options) (*EventLogger, error) {
	options.RunID, options.MaxEventBytes = "", -1
	o, err := options.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("runshelf: %w", err)
	}
	l := &EventLogger{opts: o, tally: newTally(o), journal: &stream{w: w}}
	l.clock.start(o.now)
	l.syncing = startSyncing(l.journal)
	return l, nil
}

// stream is the journal of a logger without a file.
type stream struct {
	w   io.Writer
	end int64
}

func (s *stream) level() Durability { return DurabilityStream }

func (s *stream) size() int64 { return s.end }

func (s *stream) wait(int64) {}

// append cannot take back what a failed Write has let through. It adds a line
// end then, so that the next event at least begins a line.
func (s *stream) append(line []byte, _ *running) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the writer panicked: %v", p)
		}
	}()
	n, err := s.w.Write(line)
	s.end += int64(n)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil && n > 0 {
		// The first error tells all there is to tell.
		n, _ = s.w.Write([]byte{'\n'})
		s.end += int64(n)
	}
	return err
}

func (s *stream) flush() error { return nil }

func (s *stream) syncFile() error { return nil }

func (s *stream) filled() <-chan struct{} { return nil }

func (s *stream) writeOut() {}

func (s *stream) fault() error { return nil }

func (s *stream) sum() []byte { return nil }

func (s *stream) close() ([]byte, error) { return nil, nil }
