package runshelftest

import (
	"maps"
	"regexp"
	"slices"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// manifest judges what run.json says by itself.
func (c *check) manifest() {
	fault := func(format string, args ...any) { c.fault(shelf.ManifestFile, 0, format, args...) }
	m := &c.run.Manifest
	if c.run.Problem != nil {
		fault("%v", c.run.Problem)
		return
	}
	if m.Format != shelf.ManifestFormat {
		fault("format is %d, not %d", m.Format, shelf.ManifestFormat)
	}
	if err := shelf.ValidateID(m.RunID); err != nil {
		fault("%v", err)
	}
	if !uuidForm.MatchString(m.UUID) {
		fault("uuid is %q", m.UUID)
	}
	if !c.ended() && m.Status != shelf.StatusRunning {
		fault("status is %q", m.Status)
	}
	if !slices.Contains([]string{"simulation", "exec", "library", "import"}, m.Kind) {
		fault("kind is %q", m.Kind)
	}
	c.times(m)
	c.durability(m)
}

func (c *check) times(m *shelf.Manifest) {
	if m.StartedAt.IsZero() {
		c.fault(shelf.ManifestFile, 0, "started_at is missing")
	}
	if c.ended() && m.EndedAt.IsZero() {
		c.fault(shelf.ManifestFile, 0, "the run has ended, and ended_at is missing")
	}
	if !c.ended() && !m.EndedAt.IsZero() {
		c.fault(shelf.ManifestFile, 0, "the run has not ended, and ended_at is there")
	}
	if m.DurationS < 0 {
		c.fault(shelf.ManifestFile, 0, "duration_s is %v", m.DurationS)
	}
}

func (c *check) durability(m *shelf.Manifest) {
	switch runshelf.Durability(m.Logger.Durability) {
	case runshelf.DurabilityCrash, runshelf.DurabilityEach, runshelf.DurabilityPower, runshelf.DurabilityNone:
	default:
		c.fault(shelf.ManifestFile, 0, "logger.durability is %q", m.Logger.Durability)
	}
}

// counts compares the account of the manifest with the events.
func (c *check) counts() {
	stated, counted := c.run.Manifest.Events, &c.log
	compare(c, "count", stated.Count, counted.count)
	compare(c, "first_sequence", stated.FirstSequence, counted.first)
	compare(c, "last_sequence", stated.LastSequence, counted.last)
	compare(c, "bytes", stated.Bytes, counted.bytes)
	compare(c, "sha256", stated.SHA256, counted.sum())
	c.types(stated.ByType, counted.byType)
	// What was lost at the very end has no log_gap, for there was nowhere to write
	// it.
	if stated.Dropped < counted.dropped {
		c.fault(shelf.ManifestFile, 0, "events.dropped is %d, and the log_gap events say %d", stated.Dropped, counted.dropped)
	}
}

// types compares the counts by type. Under "" stand together those types that were too many
// to be counted by name.
func (c *check) types(stated, counted map[string]uint64) {
	_, several := stated[""]
	var others uint64
	for _, name := range slices.Sorted(maps.Keys(counted)) {
		if n, ok := stated[name]; ok && name != "" || !several {
			compare(c, "by_type."+name, n, counted[name])
		} else {
			others += counted[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(stated)) {
		if _, ok := counted[name]; !ok && name != "" {
			compare(c, "by_type."+name, stated[name], 0)
		}
	}
	if several {
		compare(c, "by_type of the others", stated[""], others)
	}
}

func compare[T comparable](c *check, name string, stated, counted T) {
	if stated != counted {
		c.fault(shelf.ManifestFile, 0, "events.%s is %v, and the events say %v", name, stated, counted)
	}
}
