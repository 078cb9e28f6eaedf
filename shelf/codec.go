package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
)

// manifestFields joins the manifest with the members of run.json, in the order in
// which they are written. The tables below are never changed.
var manifestFields = []field[Manifest]{
	fieldOf("format", func(m *Manifest) *int { return &m.Format }, intCodec[int](), whenSet),
	fieldOf("run_id", func(m *Manifest) *string { return &m.RunID }, textCodec[string](), always),
	fieldOf("uuid", func(m *Manifest) *string { return &m.UUID }, textCodec[string](), whenSet),
	fieldOf("name", func(m *Manifest) *string { return &m.Name }, textCodec[string](), always),
	fieldOf("tags", func(m *Manifest) *[]string { return &m.Tags }, textsCodec(), always),
	notesField("notes"),
	fieldOf("pinned", func(m *Manifest) *bool { return &m.Pinned }, boolCodec(), always),
	fieldOf("status", func(m *Manifest) *Status { return &m.Status }, textCodec[Status](), whenSet),
	fieldOf("reason", func(m *Manifest) *string { return &m.Reason }, textCodec[string](), always),
	fieldOf("started_at", func(m *Manifest) *time.Time { return &m.StartedAt }, timeCodec(), whenSet),
	fieldOf("ended_at", func(m *Manifest) *time.Time { return &m.EndedAt }, timeCodec(), whenSet),
	fieldOf("duration_s", func(m *Manifest) *float64 { return &m.DurationS }, floatCodec(), whenSet),
	fieldOf("kind", func(m *Manifest) *string { return &m.Kind }, textCodec[string](), whenSet),
	objectField("program", (*Manifest).programIfSet, func(m *Manifest) *Program { return &m.Program }, programFields),
	fieldOf("config", func(m *Manifest) *json.RawMessage { return &m.Config }, rawCodec(), whenSet),
	fieldOf("seed", func(m *Manifest) **uint64 { return &m.Seed }, knownCodec(uintFromJSON), whenSet),
	fieldOf("parent", func(m *Manifest) *string { return &m.Parent }, textCodec[string](), always),
	objectField("events", (*Manifest).eventsIfSet, func(m *Manifest) *EventCounts { return &m.Events }, eventsFields),
	pointerField("git", func(m *Manifest) **Git { return &m.Git }, gitFields),
	pointerField("host", func(m *Manifest) **Host { return &m.Host }, hostFields),
	pointerField("usage", func(m *Manifest) **Usage { return &m.Usage }, usageFields),
	objectField("logger", (*Manifest).loggerIfSet, func(m *Manifest) *LoggerInfo { return &m.Logger }, loggerFields),
	mapField("metrics", func(m *Manifest) *map[string]float64 { return &m.Metrics }, metricCodec, whenSet),
}

// metricCodec and countCodec write a figure of 0 as such: in a map it is a fact.
var (
	metricCodec = codec[float64]{fromJSON: floatFromJSON, toJSON: floatToJSON}
	countCodec  = codec[uint64]{fromJSON: uintFromJSON, toJSON: uintToJSON}
)

// MetricsJSON returns the metrics as a JSON object, by name. Each number has all the digits
// that run.json has, also those that a float64 does not hold.
func (m *Manifest) MetricsJSON() json.RawMessage {
	stored := extraOf(m.Extra["metrics"])
	maps.DeleteFunc(stored, func(name string, _ json.RawMessage) bool { _, known := m.Metrics[name]; return !known })
	return encodeMap(m.Metrics, stored, metricCodec)
}

func (m *Manifest) programIfSet() *Program {
	p := &m.Program
	if p.Name == "" && p.Version == "" && p.Argv == nil && p.Cwd == "" && p.ExitCode == nil && p.Signal == "" {
		return nil
	}
	return p
}

var programFields = []field[Program]{
	fieldOf("name", func(p *Program) *string { return &p.Name }, textCodec[string](), always),
	fieldOf("version", func(p *Program) *string { return &p.Version }, textCodec[string](), always),
	fieldOf("argv", func(p *Program) *[]string { return &p.Argv }, textsCodec(), always),
	fieldOf("cwd", func(p *Program) *string { return &p.Cwd }, textCodec[string](), always),
	fieldOf("exit_code", func(p *Program) **int { return &p.ExitCode }, knownCodec(intFromJSON[int]), whenSet),
	fieldOf("signal", func(p *Program) *string { return &p.Signal }, textCodec[string](), always),
}

func (m *Manifest) eventsIfSet() *EventCounts {
	c := &m.Events
	if c.Count == 0 && c.Bytes == 0 && c.SHA256 == "" && c.Dropped == 0 && c.LastSequence == 0 && c.ByType == nil {
		return nil
	}
	return c
}

var eventsFields = []field[EventCounts]{
	fieldOf("count", func(c *EventCounts) *uint64 { return &c.Count }, uintCodec(), always),
	fieldOf("first_sequence", func(c *EventCounts) *uint64 { return &c.FirstSequence }, uintCodec(), always),
	fieldOf("last_sequence", func(c *EventCounts) *uint64 { return &c.LastSequence }, uintCodec(), always),
	fieldOf("bytes", func(c *EventCounts) *int64 { return &c.Bytes }, intCodec[int64](), always),
	fieldOf("sha256", func(c *EventCounts) *string { return &c.SHA256 }, textCodec[string](), always),
	fieldOf("dropped", func(c *EventCounts) *uint64 { return &c.Dropped }, uintCodec(), always),
	mapField("by_type", func(c *EventCounts) *map[string]uint64 { return &c.ByType }, countCodec, always),
}

var gitFields = []field[Git]{
	fieldOf("commit", func(g *Git) *string { return &g.Commit }, textCodec[string](), always),
	fieldOf("branch", func(g *Git) *string { return &g.Branch }, textCodec[string](), always),
	fieldOf("dirty", func(g *Git) **bool { return &g.Dirty }, knownCodec(boolFromJSON), whenSet),
	fieldOf("remote", func(g *Git) *string { return &g.Remote }, textCodec[string](), always),
}

var hostFields = []field[Host]{
	fieldOf("hostname", func(h *Host) *string { return &h.Hostname }, textCodec[string](), always),
	fieldOf("os", func(h *Host) *string { return &h.OS }, textCodec[string](), always),
	fieldOf("arch", func(h *Host) *string { return &h.Arch }, textCodec[string](), always),
	fieldOf("cpus", func(h *Host) *int { return &h.CPUs }, intCodec[int](), always),
	fieldOf("memory_bytes", func(h *Host) *int64 { return &h.MemoryBytes }, intCodec[int64](), always),
	fieldOf("pid", func(h *Host) *int { return &h.PID }, intCodec[int](), always),
	fieldOf("boot_id", func(h *Host) *string { return &h.BootID }, textCodec[string](), always),
	fieldOf("user", func(h *Host) *string { return &h.User }, textCodec[string](), always),
	fieldOf("timezone", func(h *Host) *string { return &h.Timezone }, textCodec[string](), always),
}

var usageFields = []field[Usage]{
	fieldOf("user_s", func(u *Usage) *float64 { return &u.UserS }, floatCodec(), always),
	fieldOf("system_s", func(u *Usage) *float64 { return &u.SystemS }, floatCodec(), always),
	fieldOf("max_rss_bytes", func(u *Usage) *int64 { return &u.MaxRSSBytes }, intCodec[int64](), always),
}

func (m *Manifest) loggerIfSet() *LoggerInfo {
	if m.Logger == (LoggerInfo{}) {
		return nil
	}
	return &m.Logger
}

var loggerFields = []field[LoggerInfo]{
	fieldOf("version", func(l *LoggerInfo) *string { return &l.Version }, textCodec[string](), always),
	fieldOf("durability", func(l *LoggerInfo) *string { return &l.Durability }, textCodec[string](), always),
	fieldOf("error", func(l *LoggerInfo) *string { return &l.Error }, textCodec[string](), whenSet),
}

// decodeManifest reads the bytes of a run.json. When they are no JSON object the
// manifest is empty; when some members are of a wrong type it is complete but
// for them. The error says so in both cases, and nothing was lost from Extra.
func decodeManifest(b []byte) (Manifest, error) {
	var m Manifest
	if err := checkObject(b); err != nil {
		return m, err
	}
	var wrong []string
	m.Extra, wrong = decodeFields(&m, manifestFields, b)
	return m, wrongTypes(wrong)
}

// FieldsError says which members of a manifest have a value of a wrong type. The
// rest of the manifest is as it should be.
type FieldsError struct {
	// Keys are the members, such as "seed" and "program.exit_code".
	Keys []string
}

// Error implements error.
func (e *FieldsError) Error() string {
	const shown = 4
	var quoted []string
	for _, k := range e.Keys[:min(len(e.Keys), shown)] {
		quoted = append(quoted, strconv.Quote(k))
	}
	text := "value of a wrong type in " + strings.Join(quoted, ", ")
	if more := len(e.Keys) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func wrongTypes(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return &FieldsError{Keys: keys}
}

// encodeManifest returns the bytes of a run.json. It fails when Config or Extra
// hold what is no JSON.
func encodeManifest(m *Manifest) ([]byte, error) {
	if len(m.Config) > 0 && !json.Valid(m.Config) {
		return nil, errors.New("encoding the manifest: its config is no JSON")
	}
	for key, value := range m.Extra {
		if len(value) > 0 && !json.Valid(value) {
			return nil, fmt.Errorf("encoding the manifest: its member %q is no JSON", key)
		}
	}
	return indent(appendObject(nil, encodeFields(m, manifestFields, m.Extra)))
}

// indent lays JSON out for people. Numbers and strings stay byte for byte.
func indent(b []byte) ([]byte, error) {
	var buf bytes.Buffer
	if err := json.Indent(&buf, b, "", "  "); err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

// compact takes the white space out of what is known to be valid JSON.
func compact(b []byte) json.RawMessage {
	var buf bytes.Buffer
	if err := json.Compact(&buf, b); err != nil {
		return b
	}
	return buf.Bytes()
}
