package shelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/reliability"
)

// testDir is a directory for tests that make and sync many files and whose
// subject is no disk: in memory where the machine has a place for that.
func testDir(t testing.TB) string {
	t.Helper()
	if info, err := os.Stat("/dev/shm"); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "runshelf-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// logLine is event number sequence of the logs of these tests.
func logLine(sequence uint64) []byte {
	b := event.Body{Type: []string{"tick", "transfer", "mint"}[sequence%3], Attrs: []slog.Attr{
		slog.Uint64("amount", sequence*7), slog.String("text", "a \"quoted\" text\nand é")}}
	return event.AppendLine(nil, noon.Add(time.Duration(sequence)*time.Millisecond), sequence, b)
}

// logOf returns a log of whole lines, of about size bytes.
func logOf(size int) []byte {
	var log []byte
	for n := uint64(1); len(log) < size; n++ {
		log = append(log, logLine(n)...)
	}
	return log
}

// sealLog makes the manifest that a writer leaves which has written the log. It
// counts by itself, so that the code under test is not its own judge.
func sealLog(t testing.TB, log []byte) func(*Manifest) {
	t.Helper()
	sum := sha256.Sum256(log)
	c := EventCounts{Bytes: int64(len(log)), SHA256: hex.EncodeToString(sum[:]), ByType: map[string]uint64{}}
	for line := range bytes.Lines(log) {
		e, err := event.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if c.Count == 0 {
			c.FirstSequence = e.Sequence
		}
		c.Count, c.LastSequence = c.Count+1, e.Sequence
		c.ByType[e.Type]++
	}
	return func(m *Manifest) {
		m.Status, m.Events, m.EndedAt = StatusCompleted, c, m.StartedAt.Add(time.Minute)
	}
}

// closedRun makes a run that has ended with the log.
func closedRun(t testing.TB, s *Shelf, id string, log []byte) *Run {
	t.Helper()
	l, err := s.Create(CreateOptions{RunID: id, Now: at(noon)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Events().Write(log); err != nil {
		t.Fatal(err)
	}
	if err := l.Update(sealLog(t, log)); err != nil {
		t.Fatal(err)
	}
	letGo(t, l)
	return open(t, s, id)
}

func open(t testing.TB, s *Shelf, id string) *Run {
	t.Helper()
	r, err := s.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// setLog replaces the bytes of a log, as damage does.
func setLog(t testing.TB, r *Run, log []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.Dir, EventsFile), log, 0o666); err != nil {
		t.Fatal(err)
	}
}

func verify(t testing.TB, r *Run) *Verification {
	t.Helper()
	r, err := OpenRun(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.Verify()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// judged verifies a log in memory, against the manifest of r.
func judged(t testing.TB, r *Run, log []byte) *Verification {
	t.Helper()
	v, _, err := r.examine(bytes.NewReader(log), int64(len(log)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// brief tells faults in a few words.
func brief(faults []Fault) string {
	var words []string
	for _, f := range faults {
		words = append(words, fmt.Sprintf("%s@%d+%d", f.Kind, f.Offset, f.Length))
	}
	return strings.Join(words, " ")
}

func TestVerifyOfAWholeRun(t *testing.T) {
	r := closedRun(t, quickShelf(t), "a", logOf(4096))
	before := tree(t, r.Dir)
	v := verify(t, r)
	if v.Verdict != VerdictIntact || v.FaultCount > 0 || v.Events == 0 || v.Bytes != r.Manifest.Events.Bytes {
		t.Errorf("%+v", v)
	}
	sameRun(t, r.Dir, before)
}

// A run that is removed while it is verified is not one without its events.
func TestVerifyOfARunThatIsRemoved(t *testing.T) {
	s := quickShelf(t)
	r := closedRun(t, s, "a", logOf(100))
	if err := os.Rename(r.Dir, r.Dir+".gone"); err != nil {
		t.Fatal(err)
	}
	if v, err := r.Verify(); !errors.Is(err, ErrNoRun) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestA36EachByte(t *testing.T) {
	log := logOf(4096)[:]
	r := closedRun(t, quickShelf(t), "a", log)
	found := 0
	for i := range log {
		for _, mask := range []byte{0x01, 0x20, 0x80, log[i]} { // a digit, a letter's case, no UTF-8, a NUL
			bad := bytes.Clone(log)
			bad[i] ^= mask
			if v := judged(t, r, bad); v.Verdict != VerdictDamaged || len(v.Faults) == 0 || v.Faults[0].Offset > int64(i)+200 {
				t.Fatalf("byte %d changed by %#x: %s, %s", i, mask, v.Verdict, brief(v.Faults))
			}
			found++
		}
	}
	reliability.Count(t, "A36", "single bytes of a closed log changed, each found", found)
}

func TestA37EachLine(t *testing.T) {
	log := logOf(4096)
	lines := slices.Collect(bytes.Lines(log))
	r := closedRun(t, quickShelf(t), "a", log)
	found := 0
	for i := range lines {
		from := int64(len(bytes.Join(lines[:i], nil)))
		for change, bad := range changedLines(lines, i) {
			want := map[string]FaultKind{"removed": FaultGap, "doubled": FaultDuplicate, "swapped": FaultReorder, "replaced": FaultChanged, "noise": FaultUnparsable}[change]
			if change == "removed" && i == len(lines)-1 {
				want = FaultCutOff
			}
			setLog(t, r, bytes.Join(bad, nil))
			v := verify(t, r)
			at := int64(-1)
			for _, f := range v.Faults {
				if f.Kind == want {
					at = f.Offset
				}
			}
			if v.Verdict.Sound() || at < 0 || want != FaultChanged && (at < from || at > from+2*int64(len(lines[i]))+20) {
				t.Fatalf("line %d of %d at %d %s: %s, %s", i, len(lines), from, change, v.Verdict, brief(v.Faults))
			}
			found++
		}
	}
	reliability.Count(t, "A37", "lines of a closed log removed, doubled, swapped or replaced, each found", found)
}

// changedLines are the ways in which row A37 changes line i.
func changedLines(lines [][]byte, i int) map[string][][]byte {
	line := lines[i]
	other := bytes.Replace(line, []byte("quoted"), []byte("forged"), 1)
	changes := map[string][][]byte{
		"removed":  slices.Delete(slices.Clone(lines), i, i+1),
		"doubled":  slices.Insert(slices.Clone(lines), i, line),
		"replaced": slices.Replace(slices.Clone(lines), i, i+1, other),
		"noise":    slices.Replace(slices.Clone(lines), i, i+1, []byte("\xff{noise\n")),
	}
	if i+1 < len(lines) {
		changes["swapped"] = slices.Replace(slices.Clone(lines), i, i+2, lines[i+1], line)
	}
	return changes
}

func TestA38CutAtLineEnd(t *testing.T) {
	log := logOf(4096)
	r := closedRun(t, quickShelf(t), "a", log)
	found := 0
	for i := range log {
		v := judged(t, r, log[:i])
		cut := slices.IndexFunc(v.Faults, func(f Fault) bool { return f.Kind == FaultCutOff })
		if v.Verdict != VerdictTruncated || cut < 0 || v.Faults[cut].Offset+v.Faults[cut].Length != int64(len(log)) {
			t.Fatalf("cut at %d: %s, %s", i, v.Verdict, brief(v.Faults))
		}
		found++
	}
	reliability.Count(t, "A38", "cuts of a closed log, at each line end and between, each found", found)
}

func TestA34AndA35NoiseAtTheEnd(t *testing.T) {
	log := logOf(2000)
	r := closedRun(t, quickShelf(t), "a", log)
	for end, want := range map[string]FaultKind{
		`{"sequence":9,"x`: FaultTorn, strings.Repeat("\x00", 4096): FaultNUL, "\n": FaultUnparsable,
		string(logLine(1 + r.Manifest.Events.LastSequence)): FaultAdded,
	} {
		v := judged(t, r, append(bytes.Clone(log), end...))
		if v.Verdict != VerdictDamaged || len(v.Faults) != 1 || v.Faults[0].Kind != want || v.Faults[0].Offset != int64(len(log)) || v.Faults[0].Length != int64(len(end)) {
			t.Errorf("%.20q: %s, %s", end, v.Verdict, brief(v.Faults))
		}
	}
}

// gapLine is the log_gap that stands for a range of sequences.
func gapLine(first, last uint64, reason string) []byte {
	b := event.Body{Type: gapType, Level: slog.LevelWarn, Attrs: []slog.Attr{
		slog.Uint64("dropped", last-first+1), slog.Uint64("first_sequence", first), slog.Uint64("last_sequence", last), slog.String("reason", reason)}}
	return event.AppendLine(nil, noon, last, b)
}

func TestVerifyOfGaps(t *testing.T) {
	accounted := slices.Concat(logLine(1), gapLine(2, 9, "no space left on device"), logLine(10))
	r := closedRun(t, quickShelf(t), "a", accounted)
	if v := verify(t, r); v.Verdict != VerdictGap || v.Dropped != 8 || v.FaultCount > 0 {
		t.Errorf("%+v", v)
	}
	for name, log := range map[string][]byte{
		"not told of":          slices.Concat(logLine(1), logLine(10)),
		"told of in part":      slices.Concat(logLine(1), gapLine(3, 9, "x"), logLine(10)),
		"an event of the name": slices.Concat(logLine(1), bytes.Replace(gapLine(2, 9, "x"), []byte(`first_sequence":2`), []byte(`first_sequence":"2"`), 1), logLine(10)),
		"begins late":          slices.Concat(logLine(2), logLine(3)),
	} {
		s := quickShelf(t)
		if v := verify(t, closedRun(t, s, "a", log)); v.Verdict != VerdictDamaged || len(v.Faults) != 1 {
			t.Errorf("%s: %s, %s", name, v.Verdict, brief(v.Faults))
		}
	}
	// What a program prints never speaks for the recorder, however well it fits.
	printed := func(first, last uint64) []byte {
		return bytes.Replace(gapLine(first, last, "x"), []byte("}\n"), []byte(`,"stream":"stdout"}`+"\n"), 1)
	}
	whole := slices.Concat(logLine(1), printed(2, 2), printed(1, 3), logLine(4))
	if v := verify(t, closedRun(t, quickShelf(t), "p", whole)); v.Verdict != VerdictIntact || v.Dropped != 0 {
		t.Errorf("gaps that a program has printed: %s, %d dropped, %s", v.Verdict, v.Dropped, brief(v.Faults))
	}
	if v := verify(t, closedRun(t, quickShelf(t), "p", slices.Concat(logLine(1), printed(2, 3), logLine(4)))); v.Verdict != VerdictDamaged || len(v.Faults) != 1 {
		t.Errorf("a missing event that a program speaks of: %s, %s", v.Verdict, brief(v.Faults))
	}
	imported := withManifest(t, "i", slices.Concat(logLine(1), gapLine(2, 2, "x"), logLine(3)), func(m *Manifest) { m.Kind = kindImport })
	if v := verify(t, imported); v.Verdict != VerdictIntact || v.Dropped != 0 {
		t.Errorf("a gap that was imported: %s, %d dropped", v.Verdict, v.Dropped)
	}
	// What comes first in a log that begins with a log_gap, its writer may see in two ways.
	for first, want := range map[uint64]Verdict{1: VerdictGap, 2: VerdictGap, 3: VerdictDamaged} {
		log := slices.Concat(gapLine(1, 2, "x"), logLine(3))
		if v := verify(t, withManifest(t, "c", log, func(m *Manifest) { m.Events.FirstSequence = first })); v.Verdict != want {
			t.Errorf("first sequence %d: %s, %s", first, v.Verdict, brief(v.Faults))
		}
	}
	// The disk stayed full to the end: only the manifest can tell.
	if v := verify(t, withManifest(t, "b", logLine(1), func(m *Manifest) { m.Events.Dropped = 3 })); v.Verdict != VerdictGap || v.Dropped != 3 {
		t.Errorf("%+v", v)
	}
	// A child's own log_gap was captured, and has a place of its own.
	if v := verify(t, closedRun(t, quickShelf(t), "a", slices.Concat(logLine(1), logLine(2), gapLine(1, 3, "x")))); v.Verdict != VerdictIntact {
		t.Errorf("%+v", v)
	}
}

// withManifest makes a run that has ended with the log, and a manifest that
// change has changed.
func withManifest(t testing.TB, id string, log []byte, change func(*Manifest)) *Run {
	t.Helper()
	s := quickShelf(t)
	closedRun(t, s, id, log)
	if err := s.Edit(id, func(m *Manifest) error { change(m); return nil }); err != nil {
		t.Fatal(err)
	}
	return open(t, s, id)
}

func TestVerifyOfManifests(t *testing.T) {
	log := logOf(1000)
	for name, tt := range map[string]struct {
		change  func(*Manifest)
		verdict Verdict
		fault   FaultKind
	}{
		"count":   {func(m *Manifest) { m.Events.Count++ }, VerdictDamaged, FaultManifestCount},
		"by type": {func(m *Manifest) { m.Events.ByType["tick"]++ }, VerdictDamaged, FaultManifestCount},
		"types of others": {func(m *Manifest) {
			m.Events.ByType[""] = m.Events.ByType["tick"]
			delete(m.Events.ByType, "tick")
		}, VerdictIntact, ""},
		"too few others": {func(m *Manifest) {
			m.Events.ByType[""] = m.Events.ByType["tick"] - 1
			delete(m.Events.ByType, "tick")
		}, VerdictDamaged, FaultManifestCount},
		"too many others": {func(m *Manifest) { m.Events.ByType[""] = 1 }, VerdictDamaged, FaultManifestCount},
		"a type too many": {func(m *Manifest) { m.Events.ByType["tock"] = 0 }, VerdictDamaged, FaultManifestCount},
		"no types":        {func(m *Manifest) { m.Events.ByType = nil }, VerdictIntact, ""},
		"first":           {func(m *Manifest) { m.Events.FirstSequence++ }, VerdictDamaged, FaultManifestCount},
		"digest":          {func(m *Manifest) { m.Events.SHA256 = strings.Repeat("0", 64) }, VerdictDamaged, FaultChanged},
		"no digest":       {func(m *Manifest) { m.Events = EventCounts{} }, VerdictUnsealed, ""},
		"another run": {func(m *Manifest) {
			m.RunID, m.StartedAt, m.EndedAt = "b", noon.Add(time.Hour), noon.Add(2*time.Hour)
			m.Events.SHA256 = strings.Repeat("0", 64)
		}, VerdictDamaged, FaultManifestForeign},
		"digest left out":             {func(m *Manifest) { m.Events.SHA256 = "" }, VerdictUnsealed, ""},
		"digest left out, cut":        {func(m *Manifest) { m.Events.SHA256, m.Events.Bytes, m.Events.LastSequence = "", 2000, 99 }, VerdictTruncated, FaultCutOff},
		"digest left out, miscounted": {func(m *Manifest) { m.Events.SHA256, m.Events.Count = "", 3 }, VerdictDamaged, FaultManifestCount},
		"renamed":                     {func(m *Manifest) { m.RunID = "b" }, VerdictIntact, ""},
	} {
		v := verify(t, withManifest(t, "a", log, tt.change))
		if v.Verdict != tt.verdict || (tt.fault != "") != (len(v.Faults) == 1) || tt.fault != "" && v.Faults[0].Kind != tt.fault {
			t.Errorf("%s: %s, %s", name, v.Verdict, brief(v.Faults))
		}
	}
	for stored, want := range map[string]Verdict{"": VerdictUnsealed, "{}": VerdictDamaged, "[1": VerdictDamaged, `{"format":1,"status":"running"}`: VerdictUnsealed} {
		r := closedRun(t, quickShelf(t), "a", log)
		write(t, filepath.Join(r.Dir, ManifestFile), stored)
		if v := verify(t, r); v.Verdict != want {
			t.Errorf("manifest %q: %s, %s", stored, v.Verdict, brief(v.Faults))
		}
	}
}

func TestVerifyOfAKilledRun(t *testing.T) {
	for name, tt := range map[string]struct {
		log  []byte
		want Verdict
	}{
		"empty": {nil, VerdictUnsealed}, "whole": {logOf(500), VerdictUnsealed},
		"half a line":    {append(logOf(500), `{"timestamp":"2026`...), VerdictUnsealed},
		"NUL bytes":      {append(logOf(500), 0, 0, 0), VerdictDamaged},
		"a line missing": {slices.Concat(logLine(1), logLine(3)), VerdictDamaged},
	} {
		s := quickShelf(t)
		l := create(t, s, CreateOptions{RunID: "a"})
		setLog(t, open(t, s, "a"), tt.log)
		living := verify(t, open(t, s, "a"))
		letGo(t, l)
		v := verify(t, open(t, s, "a"))
		if v.Verdict != tt.want || living.Verdict != tt.want || v.Status != StatusCrashed {
			t.Errorf("%s: %s, %s; while it lived %s", name, v.Verdict, brief(v.Faults), living.Verdict)
		}
	}
}

func TestA27AndA46VerifyWithATail(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{RunID: "a"})
	setLog(t, open(t, s, "a"), slices.Concat(logLine(1), logLine(2)))
	mem := make([]byte, TailSize)
	w := NewTailWriter(mem, l.UUID())
	w.Append(logLine(1))
	w.Append(logLine(2))
	w.Turn().Free()
	w.Append(logLine(3))
	letGo(t, l)
	write(t, l.Path(TailFile), string(mem))
	before := tree(t, l.Dir())
	if v := verify(t, open(t, s, "a")); v.Verdict != VerdictUnsealed || v.Events != 3 || v.FaultCount > 0 {
		t.Errorf("%+v", v)
	}
	sameRun(t, l.Dir(), before)
	for _, noise := range []string{"", "noise", string(mem[:1000])} {
		r := closedRun(t, quickShelf(t), "a", logOf(500))
		write(t, filepath.Join(r.Dir, TailFile), noise)
		write(t, filepath.Join(r.Dir, ".index"), noise)
		if v := verify(t, r); v.Verdict != VerdictIntact {
			t.Errorf("a tail of noise: %s, %s", v.Verdict, brief(v.Faults))
		}
	}
}

func TestVerifyOfBlobs(t *testing.T) {
	text := "a long text"
	sum := sha256.Sum256([]byte(text))
	name := hex.EncodeToString(sum[:])
	line := fmt.Appendf(nil, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"x","text":{"$blob":"sha256:%s","bytes":11,"preview":"a"}}`+"\n", name)
	for content, want := range map[string]string{text: "", "another": "blob_changed@0+7", "-": fmt.Sprintf("blob_missing@0+%d", len(line))} {
		r := closedRun(t, quickShelf(t), "a", line)
		if content != "-" {
			write(t, filepath.Join(r.Dir, ArtifactsDir, "blobs", name), content)
		}
		if v := verify(t, r); brief(v.Faults) != want || v.Verdict.Sound() != (want == "") {
			t.Errorf("%s: %s, %s", content, v.Verdict, brief(v.Faults))
		}
	}
}

func TestVerifyWithoutALog(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"missing": func(string) error { return nil }, "directory": func(p string) error { return os.Mkdir(p, 0o777) },
		"FIFO": makeFIFO, "link": func(p string) error { return os.Symlink("/dev/zero", p) },
	} {
		r := closedRun(t, quickShelf(t), "a", logOf(500))
		path := filepath.Join(r.Dir, EventsFile)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := make(path); err != nil {
			t.Skip("this system has no", name)
		}
		if v := verify(t, r); v.Verdict != VerdictTruncated || v.Faults[0].Kind != FaultEventsMissing {
			t.Errorf("%s: %s, %s", name, v.Verdict, brief(v.Faults))
		}
	}
}

// Verifying keeps no line and no event, however many there are.
func TestVerifyTakesLittleMemory(t *testing.T) {
	var log []byte
	for n := uint64(1); n <= 20_000; n++ {
		log = append(log, logLine(n)...)
	}
	size := int64(len(log))
	allocated := testing.AllocsPerRun(1, func() {
		if _, err := surveyLog(bytes.NewReader(log), size, nil, nil); err != nil {
			t.Fatal(err)
		}
	})
	if allocated > allowedAllocations {
		t.Errorf("%.0f allocations for 20,000 lines", allocated)
	}
}

func BenchmarkVerify(b *testing.B) {
	log := logOf(8 << 20)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := surveyLog(bytes.NewReader(log), int64(len(log)), nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	log := logOf(600)
	f.Add(log)
	f.Add([]byte("\xef\xbb\xbf{\"sequence\":1}\r\n\x00\n\n[]"))
	f.Add(slices.Concat(logLine(2), logLine(1), logLine(2), gapLine(3, 9, "x"), gapLine(1, 1<<63, "x")))
	r := closedRun(f, quickShelf(f), "a", log)
	f.Fuzz(func(t *testing.T, damaged []byte) {
		v, x, err := r.examine(bytes.NewReader(damaged), int64(len(damaged)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if same := bytes.Equal(damaged, log); same != v.Verdict.Sound() {
			t.Fatalf("%s, %s", v.Verdict, brief(v.Faults))
		}
		next := uint64(1)
		for _, p := range x.plan.pieces {
			if p.first < next || p.last < p.first || p.offset < 0 || p.end > int64(len(damaged)) {
				t.Fatalf("the piece %+v comes after %d", p, next-1)
			}
			next = p.last + 1
		}
	})
}
