package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// fiveRuns makes the runs r1 to r5, each a minute after the one before and each
// with a file in artifacts, and a link there that leads out of the shelf.
func fiveRuns(t testing.TB, s *Shelf) {
	t.Helper()
	for i := range 5 {
		makeRun(t, s, fmt.Sprintf("r%d", i+1), noon.Add(time.Duration(i)*time.Minute))
	}
}

func makeRun(t testing.TB, s *Shelf, id string, start time.Time) *Live {
	t.Helper()
	l, err := s.Create(CreateOptions{RunID: id, Now: at(start)})
	if err != nil {
		t.Fatal(err)
	}
	log := logOf(300)
	if _, err := l.Events().Write(log); err != nil {
		t.Fatal(err)
	}
	write(t, l.Path("artifacts/deep/file"), "kept")
	if err := os.Symlink(t.TempDir(), l.Path("artifacts/link")); err != nil {
		t.Log("no links here:", err)
	}
	if err := l.Update(sealLog(t, log)); err != nil {
		t.Fatal(err)
	}
	letGo(t, l)
	return l
}

func keep(n int) Policy { return Policy{Keep: &n} }

func planOf(t testing.TB, s *Shelf, p Policy) []Removal {
	t.Helper()
	plan, err := s.PlanPrune(p, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// goes returns the ids of the runs that a plan removes, oldest first.
func goes(plan []Removal) []string {
	var ids []string
	for _, entry := range plan {
		if entry.Kept == "" {
			ids = append(ids, entry.Run.ID)
		}
	}
	return ids
}

func prune(t testing.TB, s *Shelf, p Policy, o PruneOptions) []string {
	t.Helper()
	removed, err := s.Prune(planOf(t, s, p), o)
	if err != nil {
		t.Fatal(err)
	}
	return goes(removed)
}

func TestPolicies(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	size := planOf(t, s, keep(0))[0].Bytes
	if err := s.Edit("r2", func(m *Manifest) error { m.Status = StatusFailed; return nil }); err != nil {
		t.Fatal(err)
	}
	bytes := func(n int64) *int64 { return &n }
	two, total := 2, int64(0)
	for _, entry := range planOf(t, s, keep(0)) {
		total += entry.Bytes
	}
	tests := map[string]struct {
		p    Policy
		want string
	}{
		"nothing":         {Policy{}, ""},
		"keep 5":          {keep(5), ""},
		"keep 2":          {keep(2), "r1 r2 r3"},
		"keep 0":          {keep(0), "r1 r2 r3 r4 r5"},
		"older":           {Policy{OlderThan: 57*time.Minute + time.Second}, "r1 r2 r3"},
		"status":          {Policy{Statuses: []Status{StatusFailed, StatusCrashed}}, "r2"},
		"where":           {Policy{Where: func(r *Run) (bool, error) { return r.ID != "r1", nil }}, "r2 r3 r4 r5"},
		"size":            {Policy{MaxBytes: bytes(3*size + size/2)}, "r1 r2"},
		"size fits":       {Policy{MaxBytes: bytes(6 * size)}, ""},
		"size just fits":  {Policy{MaxBytes: &total}, ""},
		"just as old":     {Policy{OlderThan: time.Hour}, ""},
		"size 0":          {Policy{MaxBytes: bytes(0)}, "r1 r2 r3 r4 r5"},
		"keep and size":   {Policy{Keep: &two, MaxBytes: bytes(0)}, "r1 r2 r3"},
		"keep and status": {Policy{Keep: &two, Statuses: []Status{StatusCompleted}}, "r1 r3"},
	}
	before := tree(t, s.Dir())
	for name, tt := range tests {
		if got := strings.Join(goes(planOf(t, s, tt.p)), " "); got != tt.want {
			t.Errorf("%s: %q goes, want %q", name, got, tt.want)
		}
	}
	if !maps.Equal(before, tree(t, s.Dir())) {
		t.Error("planning has changed something")
	}
	broken := errors.New("broken")
	if _, err := s.PlanPrune(Policy{Where: func(*Run) (bool, error) { return false, broken }}, noon); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestA16AndA17PruneKeepsLivingAndPinned(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	create(t, s, CreateOptions{RunID: "living", Now: at(noon.Add(time.Hour))})
	if err := s.Edit("r1", func(m *Manifest) error { m.Pinned = true; return nil }); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, entry := range planOf(t, s, keep(1)) {
		if entry.Kept != "" {
			kept = append(kept, entry.Run.ID+": "+entry.Kept)
		}
	}
	if want := []string{"r1: it is pinned", "living: it is being written"}; !slices.Equal(kept, want) {
		t.Errorf("kept %q", kept)
	}
	if got := prune(t, s, keep(1), PruneOptions{}); !slices.Equal(got, []string{"r2", "r3", "r4"}) {
		t.Errorf("removed %q", got)
	}
	if got := ids(list(t, s)); !slices.Equal(got, []string{"living", "r5", "r1"}) {
		t.Errorf("left %q", got)
	}
	if err := s.Remove("r1"); !errors.Is(err, ErrPinned) {
		t.Error(err)
	}
	if err := s.Remove("living"); !errors.Is(err, ErrLives) {
		t.Error(err)
	}
}

// A plan is not believed: what changed since is seen under the locks.
func TestPruneOfAnOldPlan(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	plan := planOf(t, s, keep(1))
	if err := s.Edit("r1", func(m *Manifest) error { m.Pinned = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove("r2"); err != nil {
		t.Fatal(err)
	}
	l, err := vfs.OS().OpenFile(filepath.Join(s.Dir(), "r3", LockFile), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if held, err := vfs.TryLock(l); !held {
		t.Fatal(err)
	}
	removed, err := s.Prune(plan, PruneOptions{})
	if got := goes(removed); err != nil || !slices.Equal(got, []string{"r4"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestA18PruneForeign(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	outside := handMade(t, New(t.TempDir()), "outside", sample)
	for name, content := range map[string]string{"notes.txt": "x", "mydir/file": "x", "run_20250101_000000/thesis.tex": "x", ".hidden/events.jsonl": "x"} {
		write(t, filepath.Join(s.Dir(), name), content)
	}
	if err := os.Symlink(outside, filepath.Join(s.Dir(), "run_20250101_000001")); err != nil {
		t.Skip("no links here:", err)
	}
	before := tree(t, outside)
	prune(t, s, keep(0), PruneOptions{Purge: true})
	left := names(t, s.Dir())
	slices.Sort(left)
	want := []string{".hidden", trashDir, "mydir", "notes.txt", "run_20250101_000000", "run_20250101_000001"}
	if !slices.Equal(left, want) {
		t.Errorf("left %q", left)
	}
	sameRun(t, outside, before)
}

func TestA19PruneLatest(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := s.Remove("r5"); err != nil {
		t.Fatal(err)
	}
	if got := readLink(t, s); got != "r4" {
		t.Errorf("latest is %s", got)
	}
	if err := s.Restore("r5"); err != nil {
		t.Fatal(err)
	}
	if got := readLink(t, s); got != "r5" {
		t.Errorf("after it is back latest is %s", got)
	}
	prune(t, s, Policy{Where: func(r *Run) (bool, error) { return r.ID > "r2", nil }}, PruneOptions{})
	if got := readLink(t, s); got != "r2" {
		t.Errorf("latest is %s", got)
	}
	prune(t, s, keep(0), PruneOptions{Purge: true})
	if _, err := os.Lstat(filepath.Join(s.Dir(), LatestLink)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("latest is left: %v", err)
	}
	for name := range tree(t, s.Dir()) {
		if strings.Contains(name, ".new") || strings.Contains(name, gonePrefix) {
			t.Errorf("%s is left", name)
		}
	}
}

func TestPruneLeavesALatestThatIsNoLink(t *testing.T) {
	s := quickShelf(t)
	write(t, filepath.Join(s.Dir(), LatestLink), "r5\n")
	fiveRuns(t, s)
	prune(t, s, keep(0), PruneOptions{})
	if b, err := os.ReadFile(filepath.Join(s.Dir(), LatestLink)); err != nil || string(b) != "r5\n" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestA20TrashAndBack(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := os.Remove(filepath.Join(s.Dir(), "r2", LockFile)); err != nil {
		t.Fatal(err)
	}
	before := tree(t, s.Dir())
	for _, id := range []string{"r2", "r5", "r1"} {
		if err := s.Remove(id); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(id); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s is still there: %v", id, err)
		}
	}
	trashed, err := s.Trash()
	if err != nil || len(trashed) != 3 || trashed[0].ID != "r5" || trashed[2].ID != "r1" || trashed[0].Bytes == 0 {
		t.Errorf("%+v, %v", trashed, err)
	}
	for _, id := range []string{"r1", "r2", "r5"} {
		if err := s.Restore(id); err != nil {
			t.Fatal(err)
		}
	}
	after := tree(t, s.Dir())
	delete(after, trashDir)
	if !maps.Equal(before, after) {
		t.Error("the runs are not back as they were")
	}
	if err := s.Restore("r1"); !errors.Is(err, ErrNoRun) {
		t.Error(err)
	}
}

func TestA21RestoreRefused(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := s.Remove("r3"); err != nil {
		t.Fatal(err)
	}
	makeRun(t, s, "r3", noon.Add(time.Hour))
	before := tree(t, s.Dir())
	if err := s.Restore("r3"); !errors.Is(err, ErrTaken) {
		t.Error(err)
	}
	if !maps.Equal(before, tree(t, s.Dir())) {
		t.Error("something has changed")
	}
	// The same id twice in the trash: the one that was removed last comes back.
	if err := s.Remove("r3"); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore("r3"); err != nil || !open(t, s, "r3").Start.Equal(noon.Add(time.Hour)) {
		t.Errorf("the older run is back: %v", err)
	}
}

// What somebody else has put into the trash is no removed run: it is not listed, does
// not come back, does not stand in for one, and is not removed for ever.
func TestForeignThingsInTheTrash(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := s.Remove("r3"); err != nil {
		t.Fatal(err)
	}
	trash := filepath.Join(s.Dir(), trashDir)
	foreign := []string{"r4~copy", "r4~", "r4~1", "r4~02", "r4~+2", "r4~-2", "r4~2~3", "r4~99999999999999999999", "~2", ".x", "-r4", "a b"}
	for _, name := range foreign {
		write(t, filepath.Join(trash, name, EventsFile), "other\n")
	}
	write(t, filepath.Join(trash, "r3~7", "thesis.tex"), "not a run\n")
	write(t, filepath.Join(trash, "r4", "thesis.tex"), "not a run\n")
	trashed, err := s.Trash()
	if err != nil || len(trashed) != 1 || trashed[0].ID != "r3" {
		t.Errorf("%+v, %v", trashed, err)
	}
	for _, id := range append(foreign, "r4") {
		if err := s.Restore(id); !errors.Is(err, ErrNoRun) {
			t.Errorf("restoring %q: %v", id, err)
		}
	}
	if err := s.Restore("r3"); err != nil || !open(t, s, "r3").Start.Equal(trashed[0].Run.Start) {
		t.Error("the removed run is not back:", err)
	}
	before := tree(t, trash)
	if n, _, err := s.EmptyTrash(); n != 0 || err != nil || !maps.Equal(before, tree(t, trash)) {
		t.Errorf("%d removed, %v", n, err)
	}
}

func TestA22RemoveWantsTheIDInFull(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := s.Edit("r1", func(m *Manifest) error { m.Name = "x"; return nil }); err != nil {
		t.Fatal(err)
	}
	before := tree(t, s.Dir())
	for _, name := range []string{"latest", "@", "r", "name:x", "../x", ".trash", "", "r1/", "./r1", filepath.Join(s.Dir(), "r1")} {
		if err := s.Remove(name); !errors.Is(err, ErrNoRun) {
			t.Errorf("%q: %v", name, err)
		}
		if err := s.Restore(name); !errors.Is(err, ErrNoRun) {
			t.Errorf("restoring %q: %v", name, err)
		}
	}
	if !maps.Equal(before, tree(t, s.Dir())) {
		t.Error("something has changed")
	}
}

func TestEmptyTrash(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	outside := t.TempDir()
	write(t, filepath.Join(outside, "file"), "x")
	if err := os.Symlink(outside, filepath.Join(s.Dir(), "r1", "artifacts", "out")); err != nil {
		t.Skip("no links here:", err)
	}
	prune(t, s, keep(2), PruneOptions{})
	write(t, filepath.Join(s.Dir(), trashDir, gonePrefix+"half", "file"), "what a killed removal has left")
	runs, size, err := s.EmptyTrash()
	if err != nil || runs != 3 || size == 0 || len(names(t, filepath.Join(s.Dir(), trashDir))) > 0 {
		t.Errorf("%d, %d, %v, %q", runs, size, err, names(t, filepath.Join(s.Dir(), trashDir)))
	}
	if _, err := os.Lstat(filepath.Join(outside, "file")); err != nil {
		t.Error("a link was followed:", err)
	}
	if got := ids(list(t, s)); !slices.Equal(got, []string{"r5", "r4"}) {
		t.Errorf("left %q", got)
	}
}

// What a removal that was stopped has left goes with the next one.
func TestPruneSweeps(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := s.Remove("r1"); err != nil {
		t.Fatal(err)
	}
	trash := filepath.Join(s.Dir(), trashDir)
	write(t, filepath.Join(trash, goneName("r0"), EventsFile), "half\n")
	prune(t, s, keep(3), PruneOptions{})
	if left := names(t, trash); !slices.Equal(left, []string{"r1", "r2"}) {
		t.Errorf("the trash holds %v", left)
	}
}

func TestTrashThatIsALink(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(s.Dir(), trashDir)); err != nil {
		t.Skip("no links here:", err)
	}
	if err := s.Remove("r1"); err == nil {
		t.Error("a run was moved out of the shelf")
	}
	if _, err := s.Prune(planOf(t, s, keep(0)), PruneOptions{Purge: true}); err == nil || len(list(t, s)) != 5 {
		t.Errorf("%v", err)
	}
	if _, _, err := s.EmptyTrash(); err == nil || len(names(t, outside)) > 0 {
		t.Errorf("%v", err)
	}
}

func TestTwoPrunesAtOnce(t *testing.T) {
	s := quickShelf(t)
	for i := range 40 {
		makeRun(t, s, fmt.Sprintf("run_%02d", i), noon.Add(time.Duration(i)*time.Minute))
	}
	plan := planOf(t, s, keep(3))
	results := make(chan []string, 3)
	for i := range 3 {
		go func() {
			removed, err := s.Prune(plan, PruneOptions{Purge: i == 0})
			if err != nil {
				t.Error(err)
			}
			results <- goes(removed)
		}()
	}
	removed := slices.Concat(<-results, <-results, <-results)
	slices.Sort(removed)
	if len(removed) != 37 || len(slices.Compact(removed)) != 37 || len(list(t, s)) != 3 {
		t.Errorf("removed %d: %q; %d left", len(removed), removed, len(list(t, s)))
	}
	checkWhole(t, s, 37)
}

// checkWhole checks that every run is whole, on the shelf or in the trash, and
// that latest names one of them.
func checkWhole(t *testing.T, s *Shelf, atMostInTrash int) {
	t.Helper()
	trashed, err := s.Trash()
	if err != nil || len(trashed) > atMostInTrash {
		t.Errorf("%d in the trash, %v", len(trashed), err)
	}
	runs := list(t, s)
	dirs := []string{}
	for _, r := range runs {
		dirs = append(dirs, r.Dir)
	}
	for _, tr := range trashed {
		dirs = append(dirs, tr.Run.Dir)
	}
	for _, dir := range dirs {
		r, err := OpenRun(dir)
		if err != nil {
			t.Fatal(err)
		}
		v, err := r.Verify()
		if _, lost := os.Lstat(filepath.Join(dir, "artifacts/deep/file")); err != nil || v.Verdict != VerdictIntact || lost != nil {
			t.Fatalf("%s is not whole: %v, %v, %v", dir, v, err, lost)
		}
	}
	target, err := os.Readlink(filepath.Join(s.Dir(), LatestLink))
	if _, lost := os.Lstat(filepath.Join(s.Dir(), target)); len(runs) > 0 && err != nil || err == nil && lost != nil {
		t.Errorf("latest is %q: %v, %v", target, err, lost)
	}
}

func TestA51PruneWithEachCallFailing(t *testing.T) {
	for _, purge := range []bool{false, true} {
		t.Run(fmt.Sprint("purge ", purge), func(t *testing.T) {
			everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
				s := quickShelf(t)
				makeRun(t, s, "r1", noon)
				makeRun(t, s, "r2", noon.Add(time.Minute))
				plan := planOf(t, s, keep(0))
				plan = plan[1:] // the newest, so that latest must move
				s.fs = f
				do := func() error { _, err := s.Prune(plan, PruneOptions{Purge: purge}); return err }
				return do, func(t *testing.T, failed error) {
					s.fs = quick{vfs.OS()}
					checkWhole(t, s, 1)
					if _, err := os.Lstat(filepath.Join(s.Dir(), "r2")); err == nil && failed == nil {
						t.Error("nobody said that the run is still there")
					}
					if _, err := s.Prune(plan, PruneOptions{Purge: purge}); err != nil {
						t.Error("it does not work once the disk does:", err)
					}
					if got, err := os.Readlink(filepath.Join(s.Dir(), LatestLink)); got != "r1" {
						t.Errorf("latest is %s, %v", got, err)
					}
				}
			})
		})
	}
}

func TestA30PruneOfAnotherHost(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	s.host.remote = func(string) bool { return true }
	handMade(t, s, "elsewhere", `{"status":"running","started_at":"2025-01-15T12:00:00Z","host":{"hostname":"another"}}`)
	handMade(t, s, "untold", "{")
	zero := 0
	for _, p := range []Policy{keep(0), {Keep: &zero, Statuses: []Status{StatusUnknown}}} {
		prune(t, s, p, PruneOptions{Purge: true})
		if _, err := s.Find("elsewhere"); err != nil {
			t.Fatal("a run of another machine was removed:", err)
		}
		if err := s.Remove("elsewhere"); !errors.Is(err, ErrLives) {
			t.Error(err)
		}
		if _, err := s.Find("untold"); (err == nil) != (p.Statuses == nil) {
			t.Errorf("a run of unknown status, asked for %v: %v", p.Statuses, err)
		}
	}
}

// A link that cannot be read is not taken for none: else latest would dangle.
func TestA19LatestThatCannotBeRead(t *testing.T) {
	s := quickShelf(t)
	for _, id := range []string{"a", "b"} {
		finishRun(t, create(t, s, CreateOptions{RunID: id}))
	}
	disk := vfs.NewFaulty(s.fs)
	s.fs = disk
	disk.Fail(vfs.Fault{Op: vfs.OpReadlink, Sticky: true, Err: syscall.EIO})
	removed, err := s.Prune(planOf(t, s, keep(0)), PruneOptions{})
	if len(removed) > 0 || !errors.Is(err, syscall.EIO) || len(list(t, s)) != 2 {
		t.Errorf("removed %v, %v", removed, err)
	}
	disk.Heal()
	if target := readLink(t, s); target != "b" {
		t.Errorf("latest names %q", target)
	}
}

// unopenable is a file system that fails to open files of a name.
type unopenable struct {
	vfs.FS
	name string
}

func (u unopenable) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if filepath.Base(name) == u.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EIO}
	}
	return u.FS.OpenFile(name, flag, perm)
}

// A prune that finds the run of latest gone, though it was not the one to remove it, leaves
// latest with a run that is there.
func TestA19LatestOfARunThatIsGone(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	if err := os.RemoveAll(filepath.Join(s.Dir(), "r5")); err != nil {
		t.Fatal(err)
	}
	if gone := prune(t, s, keep(3), PruneOptions{}); !slices.Equal(gone, []string{"r1"}) {
		t.Errorf("removed %v", gone)
	}
	if target := readLink(t, s); target != "r4" {
		t.Errorf("latest names %q", target)
	}
}

// Neither is the text that stands in for a link.
func TestA19LatestTextThatCannotBeRead(t *testing.T) {
	s := quickShelf(t)
	finishRun(t, create(t, s, CreateOptions{RunID: "a", FS: noLinks{s.fs, syscall.EPERM}}))
	s.fs = unopenable{s.fs, latestText}
	removed, err := s.Prune(planOf(t, s, keep(0)), PruneOptions{})
	if len(removed) > 0 || !errors.Is(err, syscall.EIO) || len(list(t, s)) != 1 {
		t.Errorf("removed %v, %v", removed, err)
	}
}

// A file system may keep the two sides of a rename apart: both folders are synced behind it.
func TestBothFoldersAreSyncedBehindAMove(t *testing.T) {
	s := quickShelf(t)
	for _, id := range []string{"a", "b"} {
		finishRun(t, create(t, s, CreateOptions{RunID: id}))
	}
	disk := vfs.NewFaulty(s.fs)
	s.fs = disk
	trash := filepath.Join(s.Dir(), trashDir)
	for _, step := range []struct {
		name string
		move func() error
	}{
		{"remove", func() error { return s.Remove("a") }},
		{"restore", func() error { return s.Restore("a") }},
		{"purge", func() error { return s.remove("a", nil, true) }},
	} {
		disk.Fail(vfs.Fault{Op: "none"})
		if err := step.move(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		unsynced := map[string]bool{}
		for _, call := range disk.Calls() {
			switch {
			case call.Op == vfs.OpRename && filepath.Base(call.Name) != LatestLink:
				unsynced = map[string]bool{trash: true, s.Dir(): true}
			case call.Op == vfs.OpSyncDir:
				delete(unsynced, filepath.Clean(call.Name))
			}
		}
		if len(unsynced) > 0 {
			t.Errorf("%s: not synced: %v", step.name, unsynced)
		}
	}
}
