package runshelftest

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/event"
)

// Recorder keeps the events that are logged to its logger, in memory. It opens no
// file. All methods may be called concurrently, also while events are logged.
type Recorder struct {
	t      testing.TB
	logger *runshelf.EventLogger

	mu     sync.Mutex
	events []event.Event
	lines  []string
}

// NewRecorder returns a recorder whose logger is closed when the test ends. An
// event that is not sound fails the test.
func NewRecorder(t testing.TB) *Recorder {
	t.Helper()
	r := &Recorder{t: t}
	logger, err := runshelf.NewStreamLogger(sink{r}, runshelf.Options{})
	if err != nil {
		t.Fatalf("making a recorder: %v", err)
	}
	r.logger = logger
	t.Cleanup(func() {
		if err := logger.Close(); err != nil {
			t.Errorf("closing a recorder: %v", err)
		}
	})
	return r
}

// Logger returns the logger to hand to the program under test. It keeps no run:
// its RunID and Path are empty. What it returns for Recent is an error; ask the
// recorder.
func (r *Recorder) Logger() *runshelf.EventLogger { return r.logger }

// Events returns what was logged since the recorder was made or reset, oldest
// first. The slice belongs to the caller.
func (r *Recorder) Events() []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// OfType returns the events of any of the given types, oldest first.
func (r *Recorder) OfType(types ...string) []event.Event {
	return r.Where(func(e event.Event) bool { return slices.Contains(types, e.Type) })
}

// Where returns the events that match, oldest first. match must not log.
func (r *Recorder) Where(match func(event.Event) bool) []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []event.Event
	for _, e := range r.events {
		if match(e) {
			found = append(found, e)
		}
	}
	return found
}

// Last returns the newest event; ok is false when there is none.
func (r *Recorder) Last() (e event.Event, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) == 0 {
		return event.Event{}, false
	}
	return r.events[len(r.events)-1], true
}

// Len returns how many events there are.
func (r *Recorder) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.events)
}

// Lines returns the events as they would stand in events.jsonl, without the line
// ends.
func (r *Recorder) Lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lines)
}

// Reset forgets the events so far. Sequence numbers go on.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events, r.lines = nil, nil
}

// sink is the end of the logger's stream; it gets one whole line a call.
type sink struct{ recorder *Recorder }

// Write implements io.Writer.
func (s sink) Write(line []byte) (int, error) {
	r := s.recorder
	e, err := event.Decode(line)
	if err != nil {
		r.t.Errorf("an event that was logged is not sound: %v: %q", err, line)
		return len(line), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	r.lines = append(r.lines, string(bytes.TrimSuffix(line, []byte("\n"))))
	return len(line), nil
}
