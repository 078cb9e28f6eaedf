package shelf

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// ManifestFormat is the version of the format that is written.
const ManifestFormat = 1

// Status says how a run stands or ended.
type Status string

// The statuses. The first four stand in a manifest; the last two are what a
// reader finds out.
const (
	// StatusRunning is a run whose writer lives.
	StatusRunning Status = "running"
	// StatusCompleted is a run that came to its own end.
	StatusCompleted Status = "completed"
	// StatusFailed is a run that ended by an error.
	StatusFailed Status = "failed"
	// StatusInterrupted is a run that somebody stopped.
	StatusInterrupted Status = "interrupted"
	// StatusCrashed is a run that says running and whose lock nobody holds.
	StatusCrashed Status = "crashed"
	// StatusUnknown is a run whose manifest or lock does not tell.
	StatusUnknown Status = "unknown"
)

// Manifest is what run.json says: what ran, with what, where, and how it ended.
// A zero field is unknown or does not apply.
type Manifest struct {
	Format int
	RunID  string
	UUID   string
	// Name, Tags, Notes and Pinned are what a person says about the run. They
	// may change at any time, also while the run lives.
	Name   string
	Tags   []string
	Notes  []Note
	Pinned bool

	Status Status
	Reason string
	// StartedAt and EndedAt are in UTC and are stored to the microsecond.
	StartedAt time.Time
	EndedAt   time.Time
	// DurationS is in seconds, by the monotonic clock where the writer has one.
	DurationS float64
	// Kind is "simulation", "exec", "library" or "import".
	Kind    string
	Program Program
	// Config is the resolved configuration, one JSON value.
	Config json.RawMessage
	Seed   *uint64
	// Parent is the id of the run that this one resumes.
	Parent string
	Events EventCounts
	Git    *Git
	Host   *Host
	Usage  *Usage
	Logger LoggerInfo
	// Metrics are final figures by name. NaN and the infinities are stored as
	// strings.
	Metrics map[string]float64
	// Extra holds, by the name of the member, what was read and not understood,
	// so that it survives rewriting: members that this version does not know,
	// values of a wrong type (until their field is set), and for an object such as
	// "host" an object of those of its members of which the same is true. Under
	// "metrics" stand besides, as they are written, the numbers of which a float64
	// does not hold all digits: each counts as long as Metrics has the float64 that is
	// nearest to it.
	Extra map[string]json.RawMessage
}

// Note is a remark of a person.
type Note struct {
	At   time.Time
	Text string

	// raw is the note as it was read, when it is not what would be written now.
	raw json.RawMessage
}

// Program is what was run.
type Program struct {
	Name    string
	Version string
	// Argv and Cwd are how the process was started, without secrets.
	Argv []string
	Cwd  string
	// ExitCode is nil while the program runs and where there is none.
	ExitCode *int
	// Signal is the signal that ended the program, such as "KILL".
	Signal string
}

// EventCounts sums up events.jsonl at the end of a run.
type EventCounts struct {
	Count         uint64
	FirstSequence uint64
	LastSequence  uint64
	// Bytes and SHA256 (in hexadecimal) are those of the whole file.
	Bytes  int64
	SHA256 string
	// Dropped is the number of events that could not be written.
	Dropped uint64
	ByType  map[string]uint64
}

// Git is the state of the code that ran.
type Git struct {
	Commit string
	Branch string
	// Dirty is nil when it was not asked.
	Dirty  *bool
	Remote string
}

// Host is the machine, the process and the account that ran it.
type Host struct {
	Hostname    string
	OS          string
	Arch        string
	CPUs        int
	MemoryBytes int64
	PID         int
	BootID      string
	User        string
	Timezone    string
}

// Usage is what the run cost: processor time in seconds, and the largest
// resident set in bytes.
type Usage struct {
	UserS   float64
	SystemS float64
	// MaxRSSBytes is that of the largest process, of a wrapped program and the children
	// it waited for. On Linux it is no less than what the process that started the
	// program had taken until then, which the system carries over: a figure that is not
	// above that is an upper bound.
	MaxRSSBytes int64
}

// LoggerInfo is what wrote the events, and how carefully.
type LoggerInfo struct {
	Version    string
	Durability string
	// Error is what went wrong with keeping the events, such as a failed fsync.
	Error string
}

// clone returns a copy whose slices, maps and pointers are its own.
func (m Manifest) clone() Manifest {
	m.Tags = slices.Clone(m.Tags)
	m.Notes = slices.Clone(m.Notes)
	m.Metrics = maps.Clone(m.Metrics)
	m.Config = slices.Clone(m.Config)
	m.Program.Argv = slices.Clone(m.Program.Argv)
	m.Program.ExitCode, m.Seed = cloneOf(m.Program.ExitCode), cloneOf(m.Seed)
	m.Events.ByType = maps.Clone(m.Events.ByType)
	m.Extra = maps.Clone(m.Extra)
	m.Git, m.Host, m.Usage = cloneOf(m.Git), cloneOf(m.Host), cloneOf(m.Usage)
	return m
}

func cloneOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
