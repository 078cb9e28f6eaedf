package runshelf

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// ErrClosed is what Err reports after an event was logged to a closed logger, and what
// Keep returns of one.
var ErrClosed = errors.New("the logger was closed before")

// EventLogger writes the events of one run. Make one with [NewEventLogger] and
// close it with [EventLogger.Close]. All methods may be called from any number
// of goroutines at once.
//
// A nil *EventLogger and a zero one may be used too, so that a program needs no other
// way for when it does not record: they record nothing, and every number and name they
// return is zero. [EventLogger.Err] and what has to do something to succeed (Sync, Keep,
// Recent) say [ErrNoLogger]; Close, which has nothing to close, does not.
type EventLogger struct {
	opts Options
	live *shelf.Live // nil in legacy mode
	path string
	git  *gitFacts // nil in legacy mode

	file    vfs.File // the event log; the journal writes it
	journal journal
	room    *buffered // the journal, when usual events are encoded in its room
	crowd   crowd
	syncing *syncing

	mu       sync.Mutex // guards everything below, and the order of lines
	sequence uint64
	clock    clock
	tally    tally
	gap      gap
	readable *readable
	early    []string // warnings from before there was a readable log
	outcome  Outcome
	panics   int // that went on when the logger was made
	closed   bool
	late     bool // an event came after Close
	closeErr error

	keeping sync.RWMutex // held by each Keep, so that Close waits for it
	kept    bool         // guarded by keeping: nothing is kept any more
}

// NewEventLogger makes the run directory, or in legacy mode the file, and
// returns a logger that writes to it. When it returns an error it has left
// nothing behind. The run is the newest on its shelf and "latest" names it.
func NewEventLogger(options Options) (*EventLogger, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("runshelf: %w", err)
	}
	l := &EventLogger{opts: o, tally: newTally(o), panics: panics()}
	l.clock.start(o.now)
	if o.RunID == "" {
		err = l.openLegacy()
	} else {
		err = l.openRun()
	}
	if err != nil {
		return nil, fmt.Errorf("runshelf: %w", err)
	}
	l.syncing = startSyncing(l.journal)
	return l, nil
}

func (l *EventLogger) openLegacy() error {
	file, err := shelf.OpenLegacy(l.opts.fs, l.opts.OutputFile, max(l.opts.LegacyBackups, 0))
	if err != nil {
		return fmt.Errorf("opening %s: %w", l.opts.OutputFile, err)
	}
	l.path = l.opts.OutputFile
	l.opts.MaxEventBytes = -1
	l.opts.NoDigest = true // there is no manifest to keep it
	l.file, l.journal = file, newDirect(newOutlet(file, l.opts))
	return nil
}

func (l *EventLogger) openRun() error {
	// The tree is judged as it is before the run, and while its directory is made.
	git := readGit(l.opts.SourceDir)
	l.git = watchGit(git, l.opts.SourceDir, absolute(l.opts.LogsDir))
	err := l.createRun(git)
	if err != nil {
		l.git.end()
	}
	return err
}

// createRun makes the run directory and all that writes into it.
func (l *EventLogger) createRun(git *shelf.Git) error {
	manifest, err := l.opts.manifest()
	if err != nil {
		return err
	}
	manifest.Git = git
	create := shelf.CreateOptions{FS: l.opts.fs, Now: l.opts.now, Manifest: manifest, Warn: l.warn}
	if l.opts.RunID != AutoRunID {
		create.RunID = l.opts.RunID
	}
	l.live, err = shelf.New(absolute(l.opts.LogsDir)).Create(create)
	if err != nil {
		return err
	}
	l.path = filepath.Join(l.opts.LogsDir, l.live.ID(), shelf.EventsFile)
	l.file = l.live.Events()
	out := newOutlet(l.file, l.opts)
	out.index = l.live.Index(out.digest)
	l.tally.index = out.index
	l.journal = openJournal(l.live, out, l.opts, &l.mu)
	if b, ok := l.journal.(*buffered); ok && l.tally.index != nil {
		l.room = b
	}
	l.openReadable()
	if level := l.journal.level(); level != l.opts.Durability {
		l.readable.say(l.clock.next(), slog.LevelWarn, "no file can be mapped here: durability "+string(level)+" stands in", l.placesOf(slog.LevelWarn, false))
	}
	return nil
}

// absolute makes a path independent of the current directory, which the program
// may change while it runs.
func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// Log records an event of the given type with its data at top level, and returns
// its sequence number, which is 1 for the first event of the run; 0 says that it was not
// recorded, since the logger was closed before or is nil. Attributes are
// encoded before Log returns and not kept.
//
// Data under one of the logger's own names (timestamp, sequence, event_type,
// level, cause) is kept as data.<name>. An empty type becomes "log".
func (l *EventLogger) Log(eventType string, attrs ...slog.Attr) uint64 {
	return l.record(slog.LevelInfo, 0, eventType, attrs)
}

// LogLevel is Log at a level other than INFO. Events at WARN and above always
// stand in run.log too.
func (l *EventLogger) LogLevel(level slog.Level, eventType string, attrs ...slog.Attr) uint64 {
	return l.record(level, 0, eventType, attrs)
}

// LogCause is Log for an event that another one led to; cause is what Log
// returned for that one, and 0 means none.
func (l *EventLogger) LogCause(cause uint64, eventType string, attrs ...slog.Attr) uint64 {
	return l.record(slog.LevelInfo, cause, eventType, attrs)
}

// LogMap is Log for data in a map. The keys are written in sorted order.
func (l *EventLogger) LogMap(eventType string, data map[string]any) uint64 {
	if l.inert() {
		return 0
	}
	e := takeEntry()
	defer e.release()
	e.kind, e.level = cmp.Or(eventType, event.DefaultType), slog.LevelInfo
	var needsLine bool
	e.buf, needsLine = event.AppendMapBodyNeeds(e.buf[:headRoom], &event.Body{Type: e.kind}, data)
	if needsLine {
		e.findTwin()
	}
	return l.commit(e)
}

// LogEvent is the general form of Log, LogLevel and LogCause.
func (l *EventLogger) LogEvent(level slog.Level, cause uint64, eventType string, attrs ...slog.Attr) uint64 {
	return l.record(level, cause, eventType, attrs)
}

// RunID returns the id of the run, or "" in legacy mode.
func (l *EventLogger) RunID() string {
	if l.inert() || l.live == nil {
		return ""
	}
	return l.live.ID()
}

// Dir returns the directory of the run; in legacy mode, that of the file. Like
// Path it is spelled as the options were: a relative one counts from the directory
// that was the current one when the logger was made.
func (l *EventLogger) Dir() string {
	if l.Path() == "" {
		return ""
	}
	return filepath.Dir(l.path)
}

// Path returns the path of the event log, or "" when there is no file.
func (l *EventLogger) Path() string {
	if l.inert() {
		return ""
	}
	return l.path
}

// StartedAt returns when the run started, in UTC; the zero time in legacy mode.
func (l *EventLogger) StartedAt() time.Time {
	if l.inert() || l.live == nil {
		return time.Time{}
	}
	return l.live.StartedAt()
}

// warn tells the caller, and the readable log once there is one.
func (l *EventLogger) warn(message string) {
	l.opts.Warn(message)
	if l.readable == nil {
		l.early = append(l.early, message)
		return
	}
	l.readable.say(l.clock.next(), slog.LevelWarn, message, inLog)
}

// openReadable begins run.log with what there was to warn of before it.
func (l *EventLogger) openReadable() {
	l.readable = newReadable(l.opts.fs, l.live.Path(shelf.LogFile), l.opts)
	for _, message := range l.early {
		l.readable.say(l.clock.next(), slog.LevelWarn, message, inLog)
	}
	l.early = nil
}
