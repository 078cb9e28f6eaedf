package shelf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf/internal/vfs"
)

// Verdict is what verifying a run has proved.
type Verdict string

// The verdicts. The first three are sound.
const (
	// VerdictIntact is a log that is, byte for byte, what its writer sealed with
	// a digest in the manifest.
	VerdictIntact Verdict = "intact"
	// VerdictGap is an intact log in which each loss is accounted for.
	VerdictGap Verdict = "gap"
	// VerdictUnsealed is a log whose lines are sound and follow each other, but
	// which no digest seals: the run lives, was killed, has no manifest, or was
	// to leave the digest out.
	VerdictUnsealed Verdict = "unsealed"
	// VerdictDamaged is a run of which bytes are not as they were written.
	VerdictDamaged Verdict = "damaged"
	// VerdictTruncated is a log that lacks its end and has no other fault.
	VerdictTruncated Verdict = "truncated"
)

// Sound reports whether nothing is lost that is not accounted for.
func (v Verdict) Sound() bool { return v != VerdictDamaged && v != VerdictTruncated }

// FaultKind says what is wrong at one place of a run.
type FaultKind string

// The kinds of faults.
const (
	// FaultTorn is a last line without its end.
	FaultTorn FaultKind = "torn_tail"
	// FaultNUL is a range of NUL bytes, as a power cut leaves them.
	FaultNUL FaultKind = "nul_range"
	// FaultUnparsable is a line that is no JSON object; without a length, the place of a
	// line end that is gone.
	FaultUnparsable FaultKind = "unparsable"
	// FaultUnnumbered is an object without a sequence number.
	FaultUnnumbered FaultKind = "unnumbered"
	// FaultGap is a place where lines are missing; the sequence is the first of
	// them.
	FaultGap FaultKind = "gap"
	// FaultDuplicate is a line whose place in the sequence another one has.
	FaultDuplicate FaultKind = "duplicate"
	// FaultReorder is a line that stands before or behind its place.
	FaultReorder FaultKind = "reorder"
	// FaultChanged is a range in which bytes are not those that were sealed,
	// although each line is well formed.
	FaultChanged FaultKind = "changed"
	// FaultAdded is what stands behind the end that was sealed.
	FaultAdded FaultKind = "added"
	// FaultCutOff is the missing end of a sealed log.
	FaultCutOff FaultKind = "cut_off"
	// FaultEventsMissing is a run without a readable events.jsonl.
	FaultEventsMissing FaultKind = "events_missing"
	// FaultManifestMissing is a run.json that does not exist or is empty.
	FaultManifestMissing FaultKind = "manifest_missing"
	// FaultManifestBroken is a run.json that cannot be read, wholly or in part.
	FaultManifestBroken FaultKind = "manifest_broken"
	// FaultManifestForeign is the run.json of another run.
	FaultManifestForeign FaultKind = "manifest_foreign"
	// FaultManifestCount is a run.json whose figures contradict the log that its
	// digest seals.
	FaultManifestCount FaultKind = "manifest_count"
	// FaultBlobMissing is a text that an event refers to and that is not there.
	FaultBlobMissing FaultKind = "blob_missing"
	// FaultBlobChanged is a stored text that is not what its name promises.
	FaultBlobChanged FaultKind = "blob_changed"
)

// Fault is one place of a run that is not as it should be.
type Fault struct {
	Kind FaultKind
	// File is relative to the run directory, with slashes.
	File string
	// Offset and Length are the place in bytes. A gap has the place before which
	// the lines are missing, and no length.
	Offset, Length int64
	// Line counts from 1; 0 where no line is meant.
	Line int64
	// Sequence is the number of the event that is missing, broken or out of its
	// place, as far as it is known; else 0.
	Sequence uint64
}

// faultsKept bounds the faults that are remembered one by one.
const faultsKept = 1000

// Verification is what was found out about a run.
type Verification struct {
	RunID   string
	Dir     string
	Verdict Verdict
	// Status is that of the run when it was verified.
	Status Status
	// Faults are the first thousand faults in the order of their places.
	Faults []Fault
	// FaultCount counts all of them.
	FaultCount int
	// Events counts the lines that are events, Bytes the whole log.
	Events uint64
	Bytes  int64
	// Dropped is the number of events for which log_gap lines stand, or that the
	// writer says it dropped, whichever is more.
	Dropped uint64
	// Unrecorded tells of lines of a wrapped program that are no events; see
	// [Run.Unrecorded]. They are no fault, and the verdict is about the events.
	Unrecorded []Unrecorded
	// Outputs are those of a wrapped program that are not as long any more as when the
	// run ended. They are no fault either.
	Outputs []Output
}

// add notes a fault.
func (v *Verification) add(f Fault) {
	v.FaultCount++
	if len(v.Faults) < faultsKept {
		v.Faults = append(v.Faults, f)
	}
}

// Verify reads the whole run and compares it with itself: whether each line is an
// event, whether the sequence has no gap that is not accounted for, and whether
// log and manifest agree in digest, length and counts. A tail counts as a part of
// the log. The index tells where bytes have changed, and in a log without a digest
// whether; one that is missing or wrong is no fault, and takes nothing away.
//
// Nothing is written. The memory taken depends on the longest line and on the
// number of faults, not on the size of the run. The error says that the run could
// not be read, and is [ErrNoRun] when it was removed meanwhile; a run that is damaged is
// no error.
func (r *Run) Verify() (*Verification, error) {
	v, _, err := verifyRun(vfs.OS(), r)
	if err != nil || !v.Verdict.Sound() {
		if _, gone := os.Lstat(r.Dir); errors.Is(gone, fs.ErrNotExist) {
			err = noRun(r.ID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("verifying run %s: %w", r.ID, err)
	}
	return v, nil
}

// examination is what was seen of a run on the way to a verdict, and what a
// repair goes by.
type examination struct {
	survey   *survey // nil without a readable log
	plan     *plan
	seal     *seal // nil when nothing seals the log
	manifest FaultKind
	// foreign says that the manifest is that of another run.
	foreign bool
}

func verifyRun(fsys vfs.FS, r *Run) (*Verification, *examination, error) {
	if errors.Is(r.Problem, fs.ErrPermission) {
		return nil, nil, r.Problem // who may not read it cannot say that it is broken
	}
	log, err := openLog(fsys, r)
	if isOddFile(err) {
		v, x := r.withoutLog()
		v.Unrecorded, err = unrecorded(fsys, r, nil, 0)
		return v, x, err
	}
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	index, err := openIndex(fsys, r.Dir, log.uuid)
	if err == nil {
		defer index.Close()
	}
	v, x, err := r.examine(log, log.Size(), index)
	if err == nil {
		x.checkTail(fsys, v, r)
	}
	if err == nil && r.Manifest.Kind != kindImport { // an import refers to what its origin has
		err = x.survey.checkBlobs(fsys, r.Dir, v)
	}
	if err == nil {
		v.Unrecorded, err = unrecorded(fsys, r, log, log.Size())
	}
	if err != nil {
		return nil, nil, err
	}
	v.Verdict, v.Outputs = x.verdict(v, r), changedOutputs(fsys, r)
	return v, x, nil
}

// examine looks at the log of a run. The index may be nil.
func (r *Run) examine(log io.ReaderAt, size int64, index *Index) (*Verification, *examination, error) {
	v := &Verification{RunID: r.ID, Dir: r.Dir, Status: r.Status}
	x := &examination{seal: sealOf(&r.Manifest), manifest: manifestFault(r)}
	var err error
	if x.foreign, err = isForeign(r, log); err != nil {
		return nil, nil, err
	}
	x.survey = newSurvey(size, x.seal)
	x.survey.imported = r.Manifest.Kind == kindImport && r.Manifest.Extra[repairsKey] == nil
	if x.survey, err = x.survey.read(log, index); err != nil {
		return nil, nil, err
	}
	if x.plan, err = planOrder(x.survey, log, x.seal.lastSequence()); err != nil {
		return nil, nil, err
	}
	x.judge(v, r)
	v.Verdict = x.verdict(v, r)
	return v, x, nil
}

// isOddFile reports that there is no regular file to read.
func isOddFile(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrNotRegular) || errors.Is(err, errLink)
}

// openLog opens the log of a run with its tail through fsys.
func openLog(fsys vfs.FS, r *Run) (*Events, error) {
	path := filepath.Join(r.Dir, EventsFile)
	if info, err := fsys.Lstat(path); err != nil {
		return nil, err
	} else if info.Mode()&fs.ModeSymlink != 0 {
		return nil, errLink
	}
	f, err := vfs.OpenRegular(fsys, path)
	if err != nil {
		return nil, err
	}
	e := &Events{f: f, dir: r.Dir, uuid: r.Manifest.UUID, fs: fsys}
	if err := e.Refresh(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	bytesOpened.Add(e.size)
	return e, nil
}

var errLink = errors.New("a link, which is not followed")

// withoutLog is the verdict on a run without a log.
func (r *Run) withoutLog() (*Verification, *examination) {
	v := &Verification{RunID: r.ID, Dir: r.Dir, Status: r.Status, Verdict: VerdictDamaged}
	x := &examination{seal: sealOf(&r.Manifest), manifest: manifestFault(r)}
	if x.manifest != "" {
		v.add(Fault{Kind: x.manifest, File: ManifestFile})
	}
	v.add(Fault{Kind: FaultEventsMissing, File: EventsFile})
	if x.seal != nil && x.seal.Bytes > 0 {
		v.Verdict = VerdictTruncated
	}
	return v, x
}

// kindImport is the kind of runs that were made of an existing log.
const kindImport = "import"

// isForeign reports whether the manifest is that of another run: it says so by its
// id, and the log did not begin while that run was going on. A run directory that
// was only renamed keeps its times.
func isForeign(r *Run, log io.ReaderAt) (bool, error) {
	const slack = time.Second
	m := &r.Manifest
	if m.RunID == "" || m.RunID == r.ID || m.StartedAt.IsZero() {
		return false, nil
	}
	t, err := firstTime(log)
	if err != nil || t.IsZero() {
		return false, err
	}
	late := !m.EndedAt.IsZero() && t.After(m.EndedAt.Add(slack))
	return late || t.Before(m.StartedAt.Add(-slack)), nil
}
