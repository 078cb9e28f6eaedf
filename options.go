package runshelf

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// AutoRunID as [Options.RunID] asks for a fresh id run_YYYYMMDD_HHMMSS made from
// the start time in UTC, with a suffix _2, _3 … when that one is taken. It is no
// valid id itself.
const AutoRunID = "*"

// Defaults of [Options].
const (
	DefaultLogsDir       = "logs"
	DefaultOutputFile    = "run.jsonl"
	DefaultLegacyBackups = 10
	DefaultRecent        = 100
	DefaultMaxEventBytes = 1 << 20
)

// Durability says what a logger may lose when the process or the machine dies.
type Durability string

// Levels of durability.
const (
	// DurabilityCrash loses nothing at kill -9 that Log has returned for, and
	// about a second at a power cut. It is the default.
	DurabilityCrash Durability = "crash"
	// DurabilityEach is as safe as DurabilityCrash and hands each event to the
	// system by a write of its own, so that other tools see it at once.
	DurabilityEach Durability = "each"
	// DurabilityPower loses nothing that Log has returned for, not even at a
	// power cut.
	DurabilityPower Durability = "power"
	// DurabilityNone may lose the last 100 ms at kill -9.
	DurabilityNone Durability = "none"
)

// kindLibrary is the kind of a run whose program calls this package by itself.
const kindLibrary = "library"

// Program names the program that a run belongs to.
type Program = shelf.Program

// Options says where a run is kept and what is known of it at its start. The
// zero value is legacy mode: one file run.jsonl, whose earlier versions are kept
// as run.jsonl.1, run.jsonl.2 …
type Options struct {
	// LogsDir is the shelf, the directory of runs. Empty means "logs".
	LogsDir string
	// RunID is [AutoRunID], an id of the caller's own that no run has yet
	// (letters, digits, "._-", at most 128, starting with a letter or digit), or
	// empty for legacy mode.
	RunID string
	// OutputFile is the file of legacy mode. Empty means "run.jsonl".
	OutputFile string
	// LegacyBackups is how many earlier files legacy mode keeps. 0 means 10, a
	// negative number none.
	LegacyBackups int

	// Durability is the level of safety. Empty means DurabilityCrash.
	Durability Durability
	// NoDigest leaves the SHA-256 of the events out of the manifest. Taking it
	// costs about half a nanosecond a byte, beside the program; without it a
	// changed log can be told from a whole one only by what no longer fits together.
	NoDigest bool
	// DefaultRecent is how many events Recent returns when asked for 0 or fewer.
	// 0 means 100.
	DefaultRecent int
	// MaxEventBytes is the length of a line above which long strings move to
	// artifacts/blobs. 0 means 1 MiB, a negative number no limit. Legacy mode has
	// no directory for blobs and no limit.
	MaxEventBytes int

	// ReadableEvents are globs (as in path.Match) of the event types that stand
	// in run.log. Nil means DefaultReadableEvents. Warnings and errors always do.
	ReadableEvents []string
	// ReadableLevel is the lowest level of the events that ReadableEvents admits.
	// The zero value is INFO.
	ReadableLevel slog.Level
	// MaxLogBytes bounds run.log: before it would grow beyond so many bytes it is
	// renamed to run.log.1, the next time to run.log.2 and so on, and a new run.log
	// is begun. Nothing of it is removed, and a line is never divided. 0 means one
	// file whatever its length. The events themselves always stand in one file.
	MaxLogBytes int64

	// Console is shown, while the run goes, the lines of the events that
	// ReadableEvents admits, of warnings and errors, and of notes, one or more whole
	// lines a Write. ConsoleLevel is the lowest level of those events, whatever
	// ReadableLevel is; the zero value is INFO. Nil shows nothing, and so does
	// legacy mode.
	//
	// Write is called from a goroutine of the logger's own. Nobody who logs waits for
	// it: when it is slow lines are left out, and a line says how many. After a Write
	// that failed nothing more is shown. Close waits for a second at most.
	Console      io.Writer
	ConsoleLevel slog.Level

	// Name, Tags, Config, Seed, Parent and Program go to the manifest. Config is
	// encoded as JSON; values that look like secrets are redacted.
	Name    string
	Tags    []string
	Config  any
	Seed    *uint64
	Parent  string
	Program Program
	// Notes are remarks of a person, kept in the manifest without secrets.
	Notes []string
	// Extra are further members of the manifest, by names that the format does
	// not know.
	Extra map[string]json.RawMessage
	// Kind is "library" unless set: "simulation", "exec" or "import".
	Kind string
	// SourceDir is where the git repository of the program is looked for. Empty
	// means the current directory.
	SourceDir string

	// Warn is told, once each, of what did not stop the run: for example that
	// "latest" is a directory and was left alone. Nil means that only run.log
	// says so. It is called from the goroutine that makes or closes the logger.
	Warn func(message string)

	now func() time.Time
	fs  vfs.FS
}

// DefaultReadableEvents returns the globs of the event types that stand in
// run.log by default.
func DefaultReadableEvents() []string {
	return []string{"simulation_*", "tick", "mint_auction", "agent_*", "log_gap"}
}

// withDefaults fills in what was left empty and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	setDefault(&o.LogsDir, DefaultLogsDir)
	setDefault(&o.OutputFile, DefaultOutputFile)
	setDefault(&o.LegacyBackups, DefaultLegacyBackups)
	setDefault(&o.Durability, DurabilityCrash)
	setDefault(&o.DefaultRecent, DefaultRecent)
	setDefault(&o.MaxEventBytes, DefaultMaxEventBytes)
	setDefault(&o.Kind, kindLibrary)
	if o.ReadableEvents == nil {
		o.ReadableEvents = DefaultReadableEvents()
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.fs == nil {
		o.fs = vfs.OS()
	}
	return o, o.check()
}

func (o Options) check() error {
	switch o.Durability {
	case DurabilityCrash, DurabilityEach, DurabilityPower, DurabilityNone:
	default:
		return fmt.Errorf("durability %q: not one of crash, each, power, none", string(o.Durability))
	}
	if kinds := []string{kindLibrary, "simulation", "exec", "import"}; !slices.Contains(kinds, o.Kind) {
		return fmt.Errorf("kind %q: not one of %s", o.Kind, strings.Join(kinds, ", "))
	}
	if o.DefaultRecent < 0 {
		return fmt.Errorf("default of recent events %d: less than none", o.DefaultRecent)
	}
	if o.MaxLogBytes < 0 {
		return fmt.Errorf("greatest size of run.log %d: less than none", o.MaxLogBytes)
	}
	for _, glob := range o.ReadableEvents {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("readable events: glob %q: %w", glob, err)
		}
	}
	if o.RunID != "" && o.RunID != AutoRunID {
		return shelf.ValidateID(o.RunID)
	}
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
