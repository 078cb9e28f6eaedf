package shelf

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

func TestA1FirstRun(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "logs"))
	before := time.Now().UTC().Truncate(time.Second)
	l := create(t, s, CreateOptions{Manifest: Manifest{Kind: "library", Config: json.RawMessage(`{"a":1}`)}})
	start, ok := timeOfID(l.ID())
	if !ok || start.Before(before) || start.After(time.Now()) {
		t.Errorf("id %s", l.ID())
	}
	if got := readLink(t, s); got != l.ID() {
		t.Errorf("latest is %q", got)
	}
	want := []string{LockFile, ConfigFile, EventsFile, ManifestFile}
	if got := names(t, l.Dir()); !slices.Equal(got, want) {
		t.Errorf("the run has %q", got)
	}
	finishRun(t, l)
	r, err := s.Find("latest")
	if err != nil || r.Status != StatusCompleted || r.Problem != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	m := r.Manifest
	if m.Format != 1 || m.RunID != l.ID() || len(m.UUID) != 36 || m.Kind != "library" || !m.StartedAt.Equal(l.StartedAt()) {
		t.Errorf("manifest %+v", m)
	}
	config, err := os.ReadFile(l.Path(ConfigFile))
	if err != nil || string(config) != "{\n  \"a\": 1\n}\n" {
		t.Errorf("config %q, %v", config, err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestA2TwoRunsKept(t *testing.T) {
	s := New(t.TempDir())
	first := create(t, s, CreateOptions{})
	fmt.Fprintln(first.Events(), `{"sequence":1}`)
	finishRun(t, first)
	before := tree(t, first.Dir())
	second := create(t, s, CreateOptions{})
	finishRun(t, second)
	if !maps.Equal(before, tree(t, first.Dir())) {
		t.Error("the first run has changed")
	}
	if got := readLink(t, s); got != second.ID() || got == first.ID() {
		t.Errorf("latest is %q", got)
	}
}

func TestA3SameSecond(t *testing.T) {
	const runs = 100
	s := quickShelf(t)
	var released, done sync.WaitGroup
	released.Add(1)
	for i := range runs {
		done.Go(func() {
			released.Wait()
			seed := uint64(i)
			l, err := s.Create(CreateOptions{Now: at(noon), Manifest: Manifest{Seed: &seed, Name: fmt.Sprint("n", i)}})
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprintf(l.Events(), "{\"i\":%d}\n", i)
			finishRun(t, l)
		})
	}
	released.Done()
	done.Wait()
	checkOwnRuns(t, s, runs)
	for n := 1; n <= runs; n++ {
		if _, err := OpenRun(filepath.Join(s.Dir(), generatedID(noon, n))); err != nil {
			t.Error(err)
		}
	}
}

// checkOwnRuns checks that each of the runs has its own seed, name and event.
func checkOwnRuns(t *testing.T, s *Shelf, want int) {
	t.Helper()
	seen := map[uint64]bool{}
	for _, r := range list(t, s) {
		b, err := os.ReadFile(filepath.Join(r.Dir, EventsFile))
		if err != nil || r.Manifest.Seed == nil || r.Status != StatusCompleted {
			t.Fatalf("%s: %v, %+v", r.ID, err, r.Manifest)
		}
		seed := *r.Manifest.Seed
		seen[seed] = true
		if r.Manifest.Name != fmt.Sprint("n", seed) || !strings.HasSuffix(string(b), fmt.Sprintf("\"i\":%d}\n", seed)) ||
			strings.Count(string(b), "\n") != 1 {
			t.Errorf("%s: seed %d, name %s, events %s", r.ID, seed, r.Manifest.Name, b)
		}
	}
	if len(seen) != want {
		t.Errorf("%d runs, want %d", len(seen), want)
	}
	checkNoTemporaries(t, s.Dir())
}

func TestA3SameSecondProcesses(t *testing.T) {
	t.Parallel()
	s := New(filepath.Join(t.TempDir(), "logs"))
	children := make([]child, startingProcesses)
	for i := range children {
		children[i] = spawn(t, "create", s.Dir(), fmt.Sprint(i))
	}
	for _, c := range children {
		c.await(t)
	}
	for _, c := range children {
		c.release()
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	checkOwnRuns(t, s, startingProcesses)
	if newest, latest := list(t, s)[0], readLink(t, s); newest.ID != latest {
		t.Errorf("latest is %s, the newest is %s", latest, newest.ID)
	}
}

func TestA4IDExists(t *testing.T) {
	s := New(t.TempDir())
	finishRun(t, create(t, s, CreateOptions{RunID: "a"}))
	write(t, filepath.Join(s.Dir(), "file"), "x")
	before := tree(t, s.Dir())
	for _, id := range []string{"a", "file"} {
		l, err := s.Create(CreateOptions{RunID: id})
		if !errors.Is(err, ErrRunExists) || !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, %v", id, l, err)
		}
		if text := err.Error(); text != "creating a run in "+s.Dir()+": "+id+": the run exists already" {
			t.Error(text)
		}
	}
	if !maps.Equal(before, tree(t, s.Dir())) {
		t.Error("the shelf has changed")
	}
}

func TestA5NothingIsCreatedForARefusedID(t *testing.T) {
	parent := t.TempDir()
	s := New(filepath.Join(parent, "logs"))
	for _, id := range refusedIDs {
		if id == "" {
			continue // asks for a generated id here
		}
		_, err := s.Create(CreateOptions{RunID: id})
		var refused *IDError
		if !errors.As(err, &refused) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if got := names(t, parent); len(got) != 0 {
		t.Errorf("created %q", got)
	}
}

func TestGivenIDIsUsed(t *testing.T) {
	s := quickShelf(t)
	if l := create(t, s, CreateOptions{RunID: "baseline.v2"}); l.Dir() != filepath.Join(s.Dir(), "baseline.v2") || l.ID() != "baseline.v2" {
		t.Errorf("%s in %s", l.ID(), l.Dir())
	}
}

func TestGeneratedIDsPassOverWhateverHasTheName(t *testing.T) {
	s := quickShelf(t)
	write(t, filepath.Join(s.Dir(), generatedID(noon, 1)), "a file")
	if err := os.Symlink("/nowhere", filepath.Join(s.Dir(), generatedID(noon, 2))); err != nil {
		t.Fatal(err)
	}
	if l := create(t, s, CreateOptions{Now: at(noon)}); l.ID() != generatedID(noon, 3) {
		t.Errorf("id %s", l.ID())
	}
}

// Of thousands that started in the same second the next one does not look at each, and
// gets the number behind them, also where some of them lie in the trash by now.
func TestGeneratedIDsBehindThousands(t *testing.T) {
	for _, taken := range []int{8, 9, 10, 11, 500, 2047, 2048, 2049} {
		for _, trashed := range []bool{false, true} {
			s := quickShelf(t)
			parent := map[bool]string{false: s.Dir(), true: filepath.Join(s.Dir(), trashDir)}[trashed]
			for n := 1; n <= taken; n++ {
				dir := s.Dir()
				if n > taken/2 {
					dir = parent
				}
				if err := os.MkdirAll(filepath.Join(dir, generatedID(noon, n)), 0o777); err != nil {
					t.Fatal(err)
				}
			}
			f := vfs.NewFaulty(quick{vfs.OS()})
			f.Fail(vfs.Fault{Op: "none"})
			for n := taken + 1; n <= taken+2; n++ {
				if l := create(t, s, CreateOptions{FS: f, Now: at(noon)}); l.ID() != generatedID(noon, n) {
					t.Errorf("behind %d, trashed %t: id %s", taken, trashed, l.ID())
				}
			}
			if calls := len(f.Calls()); calls > 300 {
				t.Errorf("behind %d it took %d calls", taken, calls)
			}
		}
	}
}

// A run that went to the trash in the second in which it started keeps its id.
func TestGeneratedIDsPassOverTheTrash(t *testing.T) {
	s := quickShelf(t)
	for n := 1; n <= 2; n++ {
		l, err := s.Create(CreateOptions{Now: at(noon)})
		if err != nil {
			t.Fatal(err)
		}
		if l.ID() != generatedID(noon, n) {
			t.Errorf("id %s, want %s", l.ID(), generatedID(noon, n))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Remove(l.ID()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Restore(generatedID(noon, 1)); err != nil {
		t.Error(err)
	}
}

func TestA12ShelfIsLink(t *testing.T) {
	base := t.TempDir()
	real, link := filepath.Join(base, "real"), filepath.Join(base, "logs")
	if err := errors.Join(os.Mkdir(real, 0o777), os.Symlink("real", link)); err != nil {
		t.Fatal(err)
	}
	l := create(t, New(link), CreateOptions{})
	r, err := New(link).Find("latest")
	if err != nil || r.ID != l.ID() || len(list(t, New(link))) != 1 {
		t.Errorf("%v, %v", r, err)
	}
	if _, err := OpenRun(filepath.Join(real, l.ID())); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link has become %v, %v", info, err)
	}
}

func TestA13ParentMissing(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "a", "b", "c"))
	create(t, s, CreateOptions{})
	if len(list(t, s)) != 1 {
		t.Error("the run is not there")
	}
}

func TestA77StartsAreStoredInUTC(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zones on this machine:", err)
	}
	s := quickShelf(t)
	first := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC).In(newYork)
	second := first.Add(time.Hour)
	if first.Format("15:04") != "01:30" || second.Format("15:04") != "01:30" {
		t.Fatal("this is not the hour that comes twice")
	}
	a, b := create(t, s, CreateOptions{Now: at(first)}), create(t, s, CreateOptions{Now: at(second)})
	if got := ids(list(t, s)); !slices.Equal(got, []string{b.ID(), a.ID()}) || b.ID() != "run_20261101_063000" {
		t.Errorf("runs %q", got)
	}
}

// All that a run begins with is synced before latest names it.
func TestCreateSyncsBeforeLatestMoves(t *testing.T) {
	s := quickShelf(t)
	disk := vfs.NewFaulty(s.fs)
	letGo(t, create(t, s, CreateOptions{RunID: "a", FS: disk, Manifest: Manifest{Config: json.RawMessage(`{}`)}}))
	synced := map[string]bool{}
	for _, call := range disk.Calls() {
		switch call.Op {
		case vfs.OpSync, vfs.OpSyncDir:
			synced[call.Name] = true
		case vfs.OpSymlink:
			for _, name := range []string{"a/" + EventsFile, "a/" + ConfigFile, "a/." + ManifestFile + ".new", "a", ""} {
				if !synced[filepath.Join(s.Dir(), name)] {
					t.Errorf("latest moves before %q is synced", name)
				}
			}
			return
		}
	}
	t.Error("latest has not moved")
}

func TestCreateInWhatIsNoDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "logs")
	write(t, file, "x")
	if _, err := New(file).Create(CreateOptions{}); err == nil {
		t.Error("made a run in a file")
	}
}

func TestCreateRefusesAConfigThatIsNoJSON(t *testing.T) {
	s := quickShelf(t)
	if _, err := s.Create(CreateOptions{Manifest: Manifest{Config: json.RawMessage(`{`)}}); err == nil {
		t.Error("made a run")
	}
	if got := names(t, s.Dir()); len(got) != 0 {
		t.Errorf("left %q", got)
	}
}

// noLocks is a file system whose files cannot be locked.
type noLocks struct{ vfs.FS }

type noLockFile struct{ vfs.File }

func (noLockFile) Fd() uintptr { return ^uintptr(0) }

func (n noLocks) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	f, err := n.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return noLockFile{f}, nil
}

func TestCreateWithoutLocksGoesOn(t *testing.T) {
	s := quickShelf(t)
	var warnings []string
	warn := func(msg string) { warnings = append(warnings, msg) }
	l := create(t, s, CreateOptions{FS: noLocks{vfs.OS()}, Warn: warn})
	if len(warnings) != 1 || readLink(t, s) != l.ID() {
		t.Errorf("warnings %q", warnings)
	}
	if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted }); err != nil {
		t.Error(err)
	}
	checkNoTemporaries(t, s.Dir())
}
