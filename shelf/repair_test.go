package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/internal/vfs"
)

// repair repairs a run and returns what it did.
func repair(t testing.TB, s *Shelf, id string) *Repaired {
	t.Helper()
	done, err := s.Repair(id)
	// Another test may be starting a process, which holds all locks of this one until it
	// is on its own: the run then seems to live.
	for deadline := time.Now().Add(time.Minute); errors.Is(err, ErrLives) && time.Now().Before(deadline); done, err = s.Repair(id) {
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func readLog(t testing.TB, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkRepaired repairs a damaged run and holds it against row A39.
func checkRepaired(t *testing.T, s *Shelf, r *Run, whole, damaged []byte) {
	t.Helper()
	done := repair(t, s, r.ID)
	if !done.Changed() || !done.After.Verdict.Sound() {
		t.Fatalf("before %s, after %s", done.Before.Verdict, done.After.Verdict)
	}
	if kept, err := os.ReadFile(filepath.Join(r.Dir, EventsFile+damagedSuffix)); err != nil || !bytes.Equal(kept, damaged) {
		t.Fatalf("the damaged log is not kept: %v", err)
	}
	if v := verify(t, r); !v.Verdict.Sound() {
		t.Fatalf("%s, %s", v.Verdict, brief(v.Faults))
	}
	now := readLog(t, r.Dir)
	checkGoodLinesKept(t, whole, damaged, now)
	checkBadRangesKept(t, r.Dir, damaged, now)
	checkNoTemporaries(t, s.Dir())
	before := tree(t, r.Dir)
	if again := repair(t, s, r.ID); again.Changed() || !maps.Equal(before, tree(t, r.Dir)) {
		t.Fatal("a second repair has changed something")
	}
}

// checkGoodLinesKept checks that each line of the whole log which the damaged one
// still has is in the new one.
func checkGoodLinesKept(t testing.TB, whole, damaged, now []byte) {
	t.Helper()
	left, kept := map[string]bool{}, map[string]bool{}
	for line := range bytes.Lines(damaged) {
		left[string(line)] = true
	}
	for line := range bytes.Lines(now) {
		kept[string(line)] = true
	}
	for line := range bytes.Lines(whole) {
		if left[string(line)] && !kept[string(line)] {
			t.Fatalf("the good line %q is lost", line)
		}
	}
}

// checkBadRangesKept checks that what was left out is in quarantine.
func checkBadRangesKept(t testing.TB, dir string, damaged, now []byte) {
	t.Helper()
	quarantined := map[string]int{}
	for _, b := range inQuarantine(t, dir, damaged) {
		for line := range bytes.Lines(b) {
			quarantined[string(line)]++
		}
	}
	stays := map[string]int{}
	for line := range bytes.Lines(now) {
		stays[string(line)]++
	}
	for line := range bytes.Lines(damaged) {
		if whole := bytes.HasSuffix(line, newline); stays[string(line)] == 0 && quarantined[string(line)] == 0 && whole {
			t.Fatalf("%q is neither in the log nor in quarantine", line)
		}
	}
}

// inQuarantine returns the ranges that are kept there, each of which must be what
// stands in its place in the damaged log.
func inQuarantine(t testing.TB, dir string, damaged []byte) (ranges [][]byte) {
	t.Helper()
	entries, _ := os.ReadDir(filepath.Join(dir, quarantineDir))
	keep := func(name string, b []byte, from, to int, err error) {
		if err != nil || from >= to || to > len(damaged) || !bytes.Equal(b, damaged[from:to]) {
			t.Fatalf("%s has %d bytes that should be those from %d to %d: %v", name, len(b), from, to, err)
		}
		ranges = append(ranges, b)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, quarantineDir, e.Name()))
		switch {
		case strings.HasSuffix(e.Name(), rangesName+indexSuffix):
		case strings.HasSuffix(e.Name(), "."+rangesName):
			places, readErr := os.ReadFile(filepath.Join(dir, quarantineDir, e.Name()+indexSuffix))
			end := 0
			for line := range bytes.Lines(places) {
				var p struct{ At, From, To int }
				if err := errors.Join(err, readErr, json.Unmarshal(line, &p)); err != nil || p.At != end || p.At+p.To-p.From > len(b) {
					t.Fatalf("%s: %+v, %v", e.Name(), p, err)
				}
				end += p.To - p.From
				keep(e.Name(), b[p.At:end], p.From, p.To, nil)
			}
			if end != len(b) {
				t.Fatalf("of %d bytes in %s the places of %d are told", len(b), e.Name(), end)
			}
		default:
			var from, to int
			_, scanErr := fmt.Sscanf(e.Name(), "events.jsonl.damaged.%d-%d", &from, &to)
			keep(e.Name(), b, from, to, errors.Join(err, scanErr))
		}
	}
	return ranges
}

// everyOtherBad is a log with something that is no event behind each line.
func everyOtherBad(log []byte) []byte {
	return bytes.ReplaceAll(log, newline, []byte("\n\x00noise\n\n"))
}

// damages are the kinds of damage of rows A34 to A38, to a few places each.
func damages(log []byte) map[string][]byte {
	lines := slices.Collect(bytes.Lines(log))
	all := map[string][]byte{
		"torn tail": append(bytes.Clone(log), `{"sequence":9,"x`...),
		"NUL tail":  append(bytes.Clone(log), make([]byte, 4096)...),
		"emptied":   {},
		"noise":     bytes.Repeat([]byte("\xffnoise\x00"), 30),
		"reversed":  bytes.Join(reversed(lines), nil),
		"twice":     append(bytes.Clone(log), log...),
		"NUL range": slices.Concat(log[:300], make([]byte, 200), log[500:]),
	}
	for _, i := range []int{0, 1, 57, 80, len(log) / 2, len(log) - 1} {
		for _, mask := range []byte{1, 0x80, log[i], log[i] ^ '\n'} {
			bad := bytes.Clone(log)
			bad[i] ^= mask
			all[fmt.Sprintf("byte %d ^ %#x", i, mask)] = bad
		}
		all[fmt.Sprintf("cut at %d", i)] = log[:i]
	}
	for _, i := range []int{0, 1, len(lines) / 2, len(lines) - 1} {
		for change, bad := range changedLines(lines, i) {
			all[fmt.Sprintf("line %d %s", i, change)] = bytes.Join(bad, nil)
		}
		all[fmt.Sprintf("cut before line %d", i)] = bytes.Join(lines[:i], nil)
	}
	maps.DeleteFunc(all, func(_ string, damaged []byte) bool { return bytes.Equal(damaged, log) })
	return all
}

func reversed(lines [][]byte) [][]byte {
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	return lines
}

func TestA39Repair(t *testing.T) {
	log := logOf(2500)
	all := damages(log)
	for name, damaged := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := quickShelf(t)
			r := closedRun(t, s, "a", log)
			setLog(t, r, damaged)
			checkRepaired(t, s, r, log, damaged)
		})
	}
	reliability.Count(t, "A39", "damaged logs repaired, each verified and repaired again", len(all))
}

// What a seal proves to be whole comes back to the byte.
func TestRepairRestoresWhatIsProved(t *testing.T) {
	log := logOf(2500)
	lines := slices.Collect(bytes.Lines(log))
	for name, damaged := range map[string][]byte{
		"torn tail": append(bytes.Clone(log), `{"sequence":9,"x`...),
		"NUL tail":  append(bytes.Clone(log), make([]byte, 4096)...),
		"swapped":   slices.Concat(lines[1], lines[0], log[len(lines[0])+len(lines[1]):]),
		"doubled":   slices.Concat(lines[0], log),
		"no end":    log[:len(log)-1],
		"added":     slices.Concat(log, logLine(uint64(len(lines)+1))),
		"reversed":  bytes.Join(reversed(lines), nil),
	} {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		setLog(t, r, damaged)
		done := repair(t, s, "a")
		if !bytes.Equal(readLog(t, r.Dir), log) || done.After.Verdict != VerdictIntact || done.Lost > 0 {
			t.Errorf("%s: %+v", name, done.After)
		}
	}
}

func TestRepairLeavesGaps(t *testing.T) {
	lines := slices.Collect(bytes.Lines(logOf(2500)))
	s := quickShelf(t)
	r := closedRun(t, s, "a", bytes.Join(lines, nil))
	setLog(t, r, slices.Concat(lines[0], []byte("noise\n"), bytes.Join(lines[4:9], nil)))
	done := repair(t, s, "a")
	if want := uint64(3 + len(lines) - 9); done.Lost != want || done.After.Verdict != VerdictGap || done.After.Dropped != want {
		t.Errorf("%+v, %+v", done, done.After)
	}
	now := slices.Collect(bytes.Lines(readLog(t, r.Dir)))
	e, err := event.Decode(now[1])
	if reason, _ := e.Data.Get("reason"); err != nil || e.Type != gapType || e.Sequence != 4 || reason != reasonDamaged || len(now) != 8 {
		t.Errorf("%s", now[1])
	}
	m := open(t, s, "a").Manifest
	if m.Events.Count != 8 || m.Events.LastSequence != uint64(len(lines)) || m.Status != StatusCompleted || m.Events.Dropped != 0 || len(m.Extra[repairsKey]) == 0 {
		t.Errorf("%+v", m)
	}
}

func TestA40RepairLive(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{RunID: "a"})
	write(t, l.Path(EventsFile), "noise\n")
	before := tree(t, l.Dir())
	if _, err := s.Repair("a"); !errors.Is(err, ErrLives) {
		t.Error(err)
	}
	sameRun(t, l.Dir(), before)
}

func TestRepairOfANewerFormat(t *testing.T) {
	s := quickShelf(t)
	dir := handMade(t, s, "a", `{"format":2,"status":"completed"}`)
	write(t, filepath.Join(dir, EventsFile), "noise\n")
	before := tree(t, dir)
	var newer *NewerError
	if _, err := s.Repair("a"); !errors.As(err, &newer) || newer.Format != 2 {
		t.Error(err)
	}
	sameRun(t, dir, before)
}

func TestA30RepairOfAnotherHost(t *testing.T) {
	s := quickShelf(t)
	s.host.remote = func(string) bool { return true }
	dir := handMade(t, s, "a", `{"status":"running","host":{"hostname":"elsewhere"}}`)
	write(t, filepath.Join(dir, EventsFile), "noise\n")
	before := tree(t, dir)
	if _, err := s.Repair("a"); !errors.Is(err, ErrLives) {
		t.Error(err)
	}
	sameRun(t, dir, before)
}

func TestA41RepairWhole(t *testing.T) {
	s := quickShelf(t)
	r := closedRun(t, s, "a", logOf(1000))
	gap := closedRun(t, s, "b", slices.Concat(logLine(1), gapLine(2, 3, "x")))
	for _, r := range []*Run{r, gap} {
		before := tree(t, r.Dir)
		if done := repair(t, s, r.ID); done.Changed() {
			t.Errorf("%+v", done)
		}
		sameRun(t, r.Dir, before)
	}
}

// tailedRun makes a killed run of which the tail holds the lines from the third
// on, and then lets change damage it.
func tailedRun(t testing.TB, s *Shelf, lines [][]byte, change func(l *Live)) {
	t.Helper()
	l := create(t, s, CreateOptions{RunID: "a"})
	setLog(t, open(t, s, "a"), bytes.Join(lines[:2], nil))
	mem := make([]byte, TailSize)
	w := NewTailWriter(mem, l.UUID())
	w.Append(bytes.Join(lines[:2], nil))
	w.Turn().Free()
	w.Append(bytes.Join(lines[2:], nil))
	write(t, l.Path(TailFile), string(mem))
	change(l)
	letGo(t, l)
}

func TestA28TailRecoveredTwice(t *testing.T) {
	lines := slices.Collect(bytes.Lines(logOf(1000)))
	for name, tt := range map[string]struct {
		log  []byte
		want Verdict
	}{
		"sound":           {bytes.Join(lines[:2], nil), VerdictUnsealed},
		"half moved":      {bytes.Join(lines, nil)[:500], VerdictUnsealed},
		"first line lost": {append(bytes.Repeat([]byte("x"), len(lines[0])-1), append(newline, lines[1]...)...), VerdictGap},
		"cut before it":   {lines[0][:50], VerdictGap},
	} {
		s := quickShelf(t)
		tailedRun(t, s, lines, func(l *Live) { write(t, l.Path(EventsFile), string(tt.log)) })
		done := repair(t, s, "a")
		r := open(t, s, "a")
		if done.After.Verdict != tt.want || hasTail(vfs.OS(), r.Dir) || r.Status != StatusCrashed {
			t.Errorf("%s: %+v", name, done.After)
		}
		if now := readLog(t, r.Dir); !bytes.HasSuffix(now, bytes.Join(lines[2:], nil)) {
			t.Errorf("%s: the events of the tail are lost:\n%s", name, now)
		}
		if tt.want == VerdictGap {
			kept, err := os.ReadFile(filepath.Join(r.Dir, EventsFile+damagedSuffix))
			if err != nil || !bytes.Equal(kept, tt.log) {
				t.Errorf("%s: the damaged log is not kept: %v", name, err)
			}
		}
		before := tree(t, r.Dir)
		if again := repair(t, s, "a"); again.Changed() || !maps.Equal(before, tree(t, r.Dir)) {
			t.Errorf("%s: a second repair has changed something", name)
		}
	}
}

func TestRepairOfManifests(t *testing.T) {
	log := logOf(1000)
	for name, stored := range badManifests {
		s := quickShelf(t)
		r := closedRun(t, s, "run_20260115_120000", log)
		write(t, filepath.Join(r.Dir, ManifestFile), stored)
		done := repair(t, s, r.ID)
		r = open(t, s, r.ID)
		if done.After.Verdict != VerdictIntact || r.Manifest.Events.Count == 0 || r.Problem != nil || !r.Manifest.StartedAt.Equal(noon) && r.Manifest.StartedAt.IsZero() {
			t.Errorf("%s: %+v, %v", name, done.After, r.Problem)
		}
		kept, err := os.ReadFile(filepath.Join(r.Dir, ManifestFile+damagedSuffix))
		if stored != "" && (err != nil || string(kept) != stored) {
			t.Errorf("%s: the manifest is not kept: %v", name, err)
		}
		if !bytes.Equal(readLog(t, r.Dir), log) {
			t.Errorf("%s: the log has changed", name)
		}
		before := tree(t, r.Dir)
		if again := repair(t, s, r.ID); again.Changed() || !maps.Equal(before, tree(t, r.Dir)) {
			t.Errorf("%s: a second repair has changed something", name)
		}
	}
}

func TestRepairOfAManifestKeepsWhatItSays(t *testing.T) {
	r := withManifest(t, "a", logOf(500), func(m *Manifest) {
		m.Events.Count, m.Name, m.Pinned, m.Extra = 7, "n", true, map[string]json.RawMessage{"x": json.RawMessage(`1.0`)}
	})
	done := repair(t, &Shelf{dir: filepath.Dir(r.Dir), fs: quick{vfs.OS()}, host: thisMachine()}, "a")
	m := open(t, New(filepath.Dir(r.Dir)), "a").Manifest
	if done.After.Verdict != VerdictIntact || m.Name != "n" || !m.Pinned || string(m.Extra["x"]) != "1.0" {
		t.Errorf("%+v, %+v", done.After, m)
	}
}

func TestRepairOfAManifestThatIsADirectory(t *testing.T) {
	s := quickShelf(t)
	r := closedRun(t, s, "a", logOf(500))
	path := filepath.Join(r.Dir, ManifestFile)
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o777), os.WriteFile(filepath.Join(path, "x"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	if done := repair(t, s, "a"); done.After.Verdict != VerdictIntact || !slices.Equal(done.Kept, []string{ManifestFile + damagedSuffix}) {
		t.Errorf("%+v", done)
	}
	if m := open(t, s, "a").Manifest; m.RunID != "a" || m.Events.Count != r.Manifest.Events.Count {
		t.Errorf("%+v", m)
	}
	if _, err := os.Lstat(filepath.Join(path+damagedSuffix, "x")); err != nil {
		t.Error("what stood in the place of the manifest is not kept:", err)
	}
	if again := repair(t, s, "a"); again.Changed() {
		t.Errorf("a second repair has changed something: %+v", again)
	}
}

func TestRepairWithoutALog(t *testing.T) {
	s := quickShelf(t)
	r := closedRun(t, s, "a", logOf(500))
	path := filepath.Join(r.Dir, EventsFile)
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o777), os.WriteFile(filepath.Join(path, "x"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	done := repair(t, s, "a")
	if done.After.Verdict != VerdictGap || done.Lost != r.Manifest.Events.LastSequence {
		t.Errorf("%+v", done)
	}
	if _, err := os.Lstat(filepath.Join(r.Dir, EventsFile+damagedSuffix, "x")); err != nil {
		t.Error("what stood in the place of the log is not kept:", err)
	}
}

func TestRepairCannotMakeABlob(t *testing.T) {
	line := fmt.Appendf(nil, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"x","text":{"$blob":"sha256:%s"}}`+"\n", strings.Repeat("0a", 32))
	s := quickShelf(t)
	r := closedRun(t, s, "a", line)
	before := tree(t, r.Dir)
	if _, err := s.Repair("a"); err == nil || !strings.Contains(err.Error(), "blob_missing") {
		t.Error(err)
	}
	sameRun(t, r.Dir, before)
}

func TestA51RepairWithEachCallFailing(t *testing.T) {
	log := logOf(1200)
	lines := slices.Collect(bytes.Lines(log))
	t.Parallel()
	failEachCallOfRepair(t, diskErrors, log, slices.Concat(lines[0], []byte("noise\n"), bytes.Join(lines[2:], nil)))
}

// Many ranges are read one by one, which is left out here: what writes is failed.
func TestA51RepairOfManyRangesWithEachCallFailing(t *testing.T) {
	t.Parallel()
	log := logOf(10_000)
	var faults []vfs.Fault
	for _, op := range []vfs.Op{vfs.OpOpen, vfs.OpWrite, vfs.OpSync, vfs.OpRename} {
		faults = append(faults, vfs.Fault{Op: op, Err: syscall.ENOSPC}, vfs.Fault{Op: op, Err: syscall.EIO, Sticky: true})
	}
	failEachCallOfRepair(t, faults, log, everyOtherBad(log))
}

// failEachCallOfRepair repairs the damaged log while the disk fails, and then again.
func failEachCallOfRepair(t *testing.T, faults []vfs.Fault, log, damaged []byte) {
	t.Helper()
	want := repairedLog(t, log, damaged)
	everyOneOf(t, faults, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		setLog(t, r, damaged)
		s.fs = f
		do := func() error { _, err := s.Repair("a"); return err }
		return do, func(t *testing.T, failed error) {
			if now := readLog(t, r.Dir); !bytes.Equal(now, damaged) && !bytes.Equal(now, want) {
				t.Errorf("the log is neither the old nor the new one: %s", now)
			}
			if v := verify(t, r); failed == nil && !v.Verdict.Sound() {
				t.Errorf("nobody said that it was not repaired: %s", brief(v.Faults))
			}
			if !removingFailed(f) {
				checkNoTemporaries(t, s.Dir())
			}
			repair(t, s, "a") // it works once the disk does
			kept, err := os.ReadFile(filepath.Join(r.Dir, EventsFile+damagedSuffix))
			if err != nil || !bytes.Equal(kept, damaged) || !bytes.Equal(readLog(t, r.Dir), want) {
				t.Errorf("afterwards: %v", err)
			}
			checkBadRangesKept(t, r.Dir, damaged, want)
		}
	})
}

// Many bad ranges are kept in one file, as surely as each in one of its own.
func TestRepairOfManyRanges(t *testing.T) {
	log := logOf(10_000)
	n := bytes.Count(log, newline)
	for name, tt := range map[string]struct {
		damaged []byte
		files   int
	}{
		"every other line":       {everyOtherBad(log), 2},
		"just few enough":        {slices.Concat(everyOtherBad(log[:lineEnd(log, rangesApart)]), log[lineEnd(log, rangesApart):]), rangesApart},
		"one too many":           {slices.Concat(everyOtherBad(log[:lineEnd(log, rangesApart+1)]), log[lineEnd(log, rangesApart+1):]), 2},
		"a million empty lines":  {slices.Concat(log[:lineEnd(log, 3)], bytes.Repeat(newline, 1_000_000), log[lineEnd(log, 3):]), 1},
		"kinds that touch":       {slices.Concat(log[:lineEnd(log, 3)], []byte("noise\n\x00\n\x00\n{}\n\n"), log[lineEnd(log, 3):]), 1},
		"empty lines at the end": {slices.Concat(log, newline, newline, newline), 1},
	} {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		setLog(t, r, tt.damaged)
		checkRepaired(t, s, r, log, tt.damaged)
		left := len(tt.damaged) - len(log)
		for _, b := range inQuarantine(t, r.Dir, tt.damaged) {
			left -= len(b)
		}
		files, err := os.ReadDir(filepath.Join(r.Dir, quarantineDir))
		if err != nil || len(files) != tt.files || left != 0 || !bytes.Equal(readLog(t, r.Dir), log) {
			t.Errorf("%s of %d: %d files, want %d; %d bytes are in none of them; %v", name, n, len(files), tt.files, left, err)
		}
	}
}

// lineEnd is where the first n lines end.
func lineEnd(log []byte, n int) int {
	return len(bytes.Join(slices.Collect(bytes.Lines(log))[:n], nil))
}

// Lines are counted as they stand, also where there are many empty ones.
func TestVerifyCountsEmptyLines(t *testing.T) {
	log := logOf(1200)
	first := lineEnd(log, 1)
	for _, n := range []int{1, 2, 255, 256 << 10, 600_000} {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		setLog(t, r, slices.Concat(log[:first], bytes.Repeat(newline, n), []byte("{}\n"), log[first:]))
		v := verify(t, r)
		want := []Fault{
			{FaultUnparsable, EventsFile, int64(first), int64(n), 2, 0},
			{FaultUnnumbered, EventsFile, int64(first + n), 3, int64(2 + n), 0},
		}
		if !slices.Equal(v.Faults, want) {
			t.Errorf("%d empty lines: %s, want %s", n, brief(v.Faults), brief(want))
		}
	}
}

// repairedLog is what becomes of a damaged log.
func repairedLog(t *testing.T, log, damaged []byte) []byte {
	t.Helper()
	s := quickShelf(t)
	r := closedRun(t, s, "a", log)
	setLog(t, r, damaged)
	repair(t, s, "a")
	return readLog(t, r.Dir)
}
