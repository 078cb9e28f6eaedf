package runshelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// reasonPanic is why a run failed that was closed while a panic went on.
const reasonPanic = "panic"

// Outcome is how a run ended, for the manifest.
type Outcome struct {
	// Status is completed, failed or interrupted. Empty means completed, and failed
	// when the logger is closed while a panic goes on, as a deferred Close is. Any other
	// makes a failed run, and an error of Close.
	Status shelf.Status
	// Reason says in a word or a short sentence why the run ended.
	Reason string
	// ExitCode is the exit code of the program, when it is known.
	ExitCode *int
	// Signal names the signal that ended the program, without SIG: "KILL".
	Signal string
	// Metrics are the figures that the run is to be compared by.
	Metrics map[string]float64
	// Usage is what the run cost, when that is not what this process did.
	Usage *shelf.Usage
	// Extra are further members of the manifest, as in [Options.Extra], and under
	// "metrics" an object of those whose digits no float64 holds (see
	// [shelf.Manifest]).
	Extra map[string]json.RawMessage
}

// End states how the run ended. It takes effect when the logger is closed; a
// later call replaces an earlier one.
func (l *EventLogger) End(outcome Outcome) {
	if l.inert() {
		return
	}
	outcome.Metrics = maps.Clone(outcome.Metrics)
	outcome.Extra = maps.Clone(outcome.Extra)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcome = outcome
}

// Note adds a line to run.log that is no event, such as that a limit was
// reached. In legacy mode, which has no run.log, it does nothing.
func (l *EventLogger) Note(text string) {
	if l.inert() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.readable != nil && !l.closed {
		l.readable.say(l.clock.next(), slog.LevelInfo, text, inLog|l.placesOf(slog.LevelInfo, false))
	}
}

// Sync returns when every event logged before it is safe against a power cut.
// Once syncing has failed it fails for ever: the system may have dropped what it
// could not write.
func (l *EventLogger) Sync() error {
	if l.inert() {
		return fmt.Errorf("runshelf: syncing: %w", ErrNoLogger)
	}
	l.mu.Lock()
	err := l.journal.flush()
	l.mu.Unlock()
	if err != nil {
		return fmt.Errorf("runshelf: writing %s: %w", l.path, err)
	}
	return l.journal.syncFile()
}

// Err tells what has gone wrong so far: a [*DroppedError] when events could not
// be written, the failure when the log could not be synced, [ErrClosed] when
// events came after Close, [ErrNoLogger] of a nil logger. It is nil when all is well.
func (l *EventLogger) Err() error {
	if l.inert() {
		return fmt.Errorf("runshelf: %w", ErrNoLogger)
	}
	fault := l.journal.fault()
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.lost(), fault)
}

func (l *EventLogger) lost() error {
	if l.late {
		return errors.Join(l.gap.err(), ErrClosed)
	}
	return l.gap.err()
}

// Close writes what waits, ends the manifest with what [EventLogger.End] said,
// and lets the run directory go. It returns what Err would, joined with what
// failed while closing. A second call returns the same. Of a nil logger it returns nil.
//
// A program that panics runs its deferred calls: a run that is closed by one of them
// has failed, with the reason "panic", unless End has said how it ended. A program that
// ends without Close, as by [os.Exit] or log.Fatal, leaves a run that is shown as
// crashed; its events are there all the same.
func (l *EventLogger) Close() error {
	if l.inert() {
		return nil
	}
	l.endKeeping()
	dirty, panicking := l.dirty(), panics() > l.panics
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.closeErr
	}
	l.closed = true
	l.syncing.end()
	if l.gap.open() {
		l.fillGap(l.clock.order(l.clock.read()))
	}
	lost, journalErr := l.journal.close()
	l.forget(lost, journalErr)
	if l.readable != nil {
		l.readable.close()
	}
	l.tally.cut()
	outcomeErr := l.outcome.settle(panicking)
	l.closeErr = errors.Join(l.lost(), l.plainly(errors.Join(journalErr, l.closeRun(journalErr, dirty))), outcomeErr)
	if l.closeErr != nil {
		l.closeErr = fmt.Errorf("runshelf: closing %s: %w", l.path, l.closeErr)
	}
	return l.closeErr
}

// plainly says once that the run directory is not there, in the place of all the failures
// that come from that.
func (l *EventLogger) plainly(err error) error {
	if l.live == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, gone := l.opts.fs.Lstat(l.live.Dir()); errors.Is(gone, fs.ErrNotExist) {
		return fmt.Errorf("the run directory was removed or renamed meanwhile: %w", gone)
	}
	return err
}

// forget takes back the account of lines that were added and could not be written
// before the end.
func (l *EventLogger) forget(lines []byte, cause error) {
	for line := range bytes.Lines(lines) {
		e, err := event.Decode(line)
		if err != nil {
			continue
		}
		l.tally.remove(e, len(line))
		if e.Type != typeGap { // what that stands for was counted when it was lost
			l.gap.add(e.Sequence, cause)
		}
	}
}

func (l *EventLogger) dirty() *bool {
	if l.isClosed() {
		return nil
	}
	return l.git.dirty()
}

// closeRun ends the manifest and lets the lock go.
func (l *EventLogger) closeRun(journalErr error, dirty *bool) error {
	if l.live == nil {
		return nil
	}
	ended := l.clock.next().UTC()
	describe := func(m *shelf.Manifest) {
		m.EndedAt = ended
		m.DurationS = ended.Sub(m.StartedAt).Seconds()
		m.Events = l.tally.counts(l.journal.sum(), l.gap.total)
		m.Usage = usage()
		l.outcome.describe(m)
		m.Logger.Durability = string(l.journal.level())
		m.Logger.Error = errorText(journalErr)
		if m.Git != nil && dirty != nil {
			m.Git.Dirty = dirty
		}
	}
	err := l.live.Update(describe)
	if err != nil {
		// Whoever reads the run should learn of it, if the disk still takes that.
		_ = l.live.LastWord(func(m *shelf.Manifest) {
			describe(m)
			m.Logger.Error = errorText(errors.Join(journalErr, err))
		})
	}
	// After everything else, so that the index is younger than the log: see
	// shelf.Events.Index.
	l.tally.index.Close()
	return errors.Join(err, l.live.Close())
}

// errorText is an error on one line, and "" without one.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// settle finds the status that was not stated, and refuses one that there is not: no
// reader would know how such a run ended.
func (o *Outcome) settle(panicking bool) error {
	switch o.Status {
	case shelf.StatusCompleted, shelf.StatusFailed, shelf.StatusInterrupted:
		return nil
	case "":
		o.Status = shelf.StatusCompleted
		if panicking {
			o.Status = shelf.StatusFailed
			setDefault(&o.Reason, reasonPanic)
		}
		return nil
	}
	err := fmt.Errorf("status %q: not one of completed, failed, interrupted", o.Status)
	o.Status = shelf.StatusFailed
	setDefault(&o.Reason, err.Error())
	return err
}

func (o Outcome) describe(m *shelf.Manifest) {
	m.Status, m.Reason = o.Status, o.Reason
	if o.ExitCode != nil {
		m.Program.ExitCode = o.ExitCode
	}
	m.Program.Signal = o.Signal
	if o.Metrics != nil {
		m.Metrics = o.Metrics
	}
	if o.Usage != nil {
		m.Usage = o.Usage
	}
	if m.Extra == nil {
		m.Extra = map[string]json.RawMessage{}
	}
	maps.Copy(m.Extra, o.Extra)
}
