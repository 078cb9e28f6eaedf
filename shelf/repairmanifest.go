package shelf

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// repairsKey is the member of run.json that tells of repairs.
const repairsKey = "repairs"

// repairNote is one repair as run.json tells it.
type repairNote struct {
	At string `json:"at"`
	// Damaged is the file that holds the log as it was; empty when only the
	// manifest was repaired.
	Damaged string `json:"damaged"`
	// Lost is the number of events that are missing since.
	Lost uint64 `json:"lost"`
	// Changed are the ranges of the damaged log in which bytes were changed that
	// still make events: these stayed as they are.
	Changed []changedRange `json:"changed,omitempty"`
}

// changedRange is a range of a log in bytes.
type changedRange struct {
	Offset int64 `json:"offset"`
	Length int64 `json:"length"`
}

// rewriteManifest makes the manifest true of a log. What a person said and what
// is known of the run stays; a manifest that cannot be read is kept and made anew
// from the events.
func (j *repairing) rewriteManifest(s *survey, damaged string) error {
	m, err := j.manifest()
	if err != nil {
		return err
	}
	m.Events = s.counts(m.Events.Dropped) // with a digest, also where there was none
	m.noteRepair(repairNote{time.Now().UTC().Format(event.TimeLayout), damaged, j.done.Lost, j.changed()})
	_, err = writeManifest(j.fs, j.run.Dir, &m, j.locked)
	return err
}

// manifest returns what there is of the manifest.
func (j *repairing) manifest() (Manifest, error) {
	m, stored, err := readManifest(j.fs, j.run.Dir)
	if errors.Is(err, vfs.ErrNotRegular) { // a directory, which nothing can be renamed over
		if err := j.setAside(ManifestFile); err != nil {
			return m, err
		}
	}
	if stored != nil && (j.seen.manifest != "" && len(stored) > 0 || j.seen.foreign || j.found.has(FaultManifestCount)) {
		if err := j.keepCopy(ManifestFile); err != nil {
			return m, err
		}
	}
	var misfit *FieldsError
	switch {
	case j.seen.foreign, err != nil && !errors.As(err, &misfit):
		m = Manifest{}
	case misfit != nil:
		m.dropMisfits(misfit)
	}
	return m, j.complete(&m)
}

// complete fills in what the log and the directory tell.
func (j *repairing) complete(m *Manifest) (err error) {
	if m.Format == 0 {
		m.Format = ManifestFormat
	}
	if m.RunID == "" {
		m.RunID = j.run.ID
	}
	if m.StartedAt.IsZero() {
		m.StartedAt, err = firstTime(j.log)
	}
	return err
}

// dropMisfits forgets values of a wrong type, which would else stay beside their
// fields for ever. They are kept in run.json.damaged.
func (m *Manifest) dropMisfits(misfit *FieldsError) {
	for _, key := range misfit.Keys {
		top, _, _ := strings.Cut(key, ".")
		delete(m.Extra, top)
	}
	for i := range m.Notes {
		m.Notes[i].raw = nil
	}
}

// noteRepair adds a note, in place of that of an unfinished repair of the same
// damage.
func (m *Manifest) noteRepair(note repairNote) {
	var notes []repairNote
	if err := json.Unmarshal(m.Extra[repairsKey], &notes); err != nil {
		notes = nil
	}
	if n := len(notes); n > 0 && note.Damaged != "" && notes[n-1].Damaged == note.Damaged {
		notes = notes[:n-1]
	}
	if m.Extra == nil {
		m.Extra = map[string]json.RawMessage{}
	}
	m.Extra[repairsKey] = marshal(append(notes, note))
}

// has reports whether a fault of a kind was found.
func (v *Verification) has(kind FaultKind) bool {
	for _, f := range v.Faults {
		if f.Kind == kind {
			return true
		}
	}
	return false
}
