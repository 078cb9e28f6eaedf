package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// fields joins the manifest with the members of run.json, in the order in which
// they are written.
func (m *Manifest) fields() []field {
	return []field{
		intField("format", &m.Format, whenSet),
		textField("run_id", &m.RunID, always),
		textField("uuid", &m.UUID, whenSet),
		textField("name", &m.Name, always),
		textsField("tags", &m.Tags, always),
		notesField("notes", &m.Notes),
		boolField("pinned", &m.Pinned),
		textField("status", &m.Status, whenSet),
		textField("reason", &m.Reason, always),
		timeField("started_at", &m.StartedAt),
		timeField("ended_at", &m.EndedAt),
		floatField("duration_s", &m.DurationS, presence(!m.EndedAt.IsZero())),
		textField("kind", &m.Kind, whenSet),
		objectField("program", m.Program.isSet, func() {}, m.Program.fields),
		rawField("config", &m.Config),
		pointerField("seed", &m.Seed),
		textField("parent", &m.Parent, always),
		objectField("events", m.Events.isSet, func() {}, m.Events.fields),
		structField("git", &m.Git, (*Git).fields),
		structField("host", &m.Host, (*Host).fields),
		structField("usage", &m.Usage, (*Usage).fields),
		objectField("logger", func() bool { return m.Logger != LoggerInfo{} }, func() {}, m.Logger.fields),
		mapField("metrics", &m.Metrics, codec[float64]{fromJSON: floatFromJSON, toJSON: floatToJSON}, whenSet),
	}
}

// structField is an object that is known or not.
func structField[T any](key string, p **T, fields func(*T) []field) field {
	return objectField(key,
		func() bool { return *p != nil },
		func() { *p = new(T) },
		func() []field { return fields(*p) })
}

func (p *Program) isSet() bool {
	return p.Name != "" || p.Version != "" || p.Argv != nil || p.Cwd != "" || p.ExitCode != nil || p.Signal != ""
}

func (p *Program) fields() []field {
	return []field{
		textField("name", &p.Name, always),
		textField("version", &p.Version, always),
		textsField("argv", &p.Argv, always),
		textField("cwd", &p.Cwd, always),
		pointerField("exit_code", &p.ExitCode),
		textField("signal", &p.Signal, always),
	}
}

func (c *EventCounts) isSet() bool {
	return c.Count != 0 || c.FirstSequence != 0 || c.LastSequence != 0 || c.Bytes != 0 || c.SHA256 != "" ||
		c.Dropped != 0 || c.ByType != nil
}

func (c *EventCounts) fields() []field {
	return []field{
		intField("count", &c.Count, always),
		intField("first_sequence", &c.FirstSequence, always),
		intField("last_sequence", &c.LastSequence, always),
		intField("bytes", &c.Bytes, always),
		textField("sha256", &c.SHA256, always),
		intField("dropped", &c.Dropped, always),
		mapField("by_type", &c.ByType, countCodec, always),
	}
}

func (g *Git) fields() []field {
	return []field{
		textField("commit", &g.Commit, always),
		textField("branch", &g.Branch, always),
		pointerField("dirty", &g.Dirty),
		textField("remote", &g.Remote, always),
	}
}

func (h *Host) fields() []field {
	return []field{
		textField("hostname", &h.Hostname, always),
		textField("os", &h.OS, always),
		textField("arch", &h.Arch, always),
		intField("cpus", &h.CPUs, always),
		intField("memory_bytes", &h.MemoryBytes, always),
		intField("pid", &h.PID, always),
		textField("boot_id", &h.BootID, always),
		textField("user", &h.User, always),
		textField("timezone", &h.Timezone, always),
	}
}

func (u *Usage) fields() []field {
	return []field{
		floatField("user_s", &u.UserS, always),
		floatField("system_s", &u.SystemS, always),
		intField("max_rss_bytes", &u.MaxRSSBytes, always),
	}
}

func (l *LoggerInfo) fields() []field {
	return []field{
		textField("version", &l.Version, always),
		textField("durability", &l.Durability, always),
		textField("error", &l.Error, whenSet),
	}
}

// countCodec writes a count of 0 as such: in a map it is a fact.
var countCodec = codec[uint64]{
	fromJSON: plain[uint64]("").fromJSON,
	toJSON:   func(n uint64) json.RawMessage { return marshal(n) },
}

// decodeManifest reads the bytes of a run.json. When they are no JSON object the
// manifest is empty; when some members are of a wrong type it is complete but
// for them. The error says so in both cases, and nothing was lost from Extra.
func decodeManifest(b []byte) (Manifest, error) {
	var m Manifest
	members, err := parseObject(b)
	if err != nil {
		return Manifest{}, err
	}
	var wrong []string
	m.Extra, wrong = decodeFields(m.fields(), members)
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
	return indent(appendObject(nil, encodeFields(m.fields(), m.Extra)))
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
