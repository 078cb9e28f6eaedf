package shelf

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/internal/vfs"
)

// diskErrors are what row A51 has a disk say, once or from then on.
var diskErrors = []vfs.Fault{
	{Err: syscall.ENOSPC}, {Err: syscall.ENOSPC, Sticky: true}, {Err: syscall.EIO}, {Err: syscall.EIO, Sticky: true},
	{Err: syscall.EDQUOT}, {Err: syscall.EROFS, Sticky: true}, {Err: syscall.EINTR},
}

// everyFault runs do with the first operation failing, then the second, and so on
// until none fails any more, with each error; failing writes are short. begin sets the stage; do returns the error that its caller would see.
func everyFault(t *testing.T, begin func(t *testing.T, f *vfs.Faulty) (do func() error, check func(t *testing.T, failed error))) {
	t.Helper()
	t.Parallel()
	everyOneOf(t, diskErrors, begin)
}

// everyOneOf is everyFault with errors of its own.
func everyOneOf(t *testing.T, faults []vfs.Fault, begin func(t *testing.T, f *vfs.Faulty) (do func() error, check func(t *testing.T, failed error))) {
	t.Helper()
	played := 0
	for _, fault := range faults {
		fault.At, fault.Short = 1, 7
		for ; failOnce(t, fault, begin); played++ {
			if fault.At++; fault.At > 200 {
				t.Fatal("no end of operations")
			}
		}
	}
	reliability.Count(t, "A51", "failing operations, with each error of a disk: "+strings.NewReplacer("TestA51", "", "WithEachCallFailing", "", "/", ", ", "_", " ").Replace(t.Name()), played)
}

// failOnce reports whether the fault was met.
func failOnce(t *testing.T, fault vfs.Fault, begin func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error))) (met bool) {
	t.Helper()
	f := vfs.NewFaulty(quick{vfs.OS()})
	do, check := begin(t, f)
	f.Fail(fault)
	err := do()
	f.Heal()
	var failed []string
	for _, c := range f.Calls() {
		if c.Err != nil {
			failed = append(failed, fmt.Sprintf("%s %s", c.Op, filepath.Base(c.Name)))
		}
	}
	check(t, err)
	if t.Failed() {
		t.Fatalf("with %+v: failed %q, and the caller saw %v", fault, failed, err)
	}
	return len(failed) > 0
}

// sameRun checks that a run directory is as it was.
func sameRun(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	if !maps.Equal(before, tree(t, dir)) {
		t.Errorf("the older run has changed: %v", tree(t, dir))
	}
}

func TestA51CreateWithEachCallFailing(t *testing.T) {
	everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		s := quickShelf(t)
		older := create(t, s, CreateOptions{RunID: "older"})
		finishRun(t, older)
		before := tree(t, older.Dir())
		var live *Live
		do := func() (err error) {
			live, err = s.Create(CreateOptions{FS: f, RunID: "new", Manifest: Manifest{Config: json.RawMessage(`{"a":1}`)}})
			return err
		}
		return do, func(t *testing.T, failed error) {
			sameRun(t, older.Dir(), before)
			if failed == nil {
				defer letGo(t, live)
			}
			checkCreated(t, s, f, failed)
		}
	})
}

// A50: a disk that refuses to sync the beginning of a run does not keep it from being
// recorded. That it did is told at once, and stands in the manifest whatever is written
// there later. A full disk, which some systems find out when they sync, is another matter.
func TestA50CreateWhereNothingIsSynced(t *testing.T) {
	for _, refusal := range []error{syscall.EIO, syscall.EINVAL, errors.ErrUnsupported} {
		for _, op := range []vfs.Op{vfs.OpSync, vfs.OpSyncDir} {
			s := New(filepath.Join(t.TempDir(), "a", "logs"))
			f := vfs.NewFaulty(quick{vfs.OS()})
			f.Fail(vfs.Fault{Op: op, Sticky: true, Err: refusal})
			var warned []string
			live, err := s.Create(CreateOptions{
				FS: f, Manifest: Manifest{Config: json.RawMessage(`{"a":1}`)}, Warn: func(m string) { warned = append(warned, m) },
			})
			f.Heal()
			if err != nil || len(warned) != 1 || !strings.Contains(warned[0], refusal.Error()) {
				t.Fatalf("%s %v: %v, warned %q", op, refusal, err, warned)
			}
			for _, trouble := range []string{"", "another one"} {
				if told := open(t, s, live.ID()).Manifest.Logger.Error; !strings.Contains(told, refusal.Error()) {
					t.Errorf("%s %v: the manifest says %q", op, refusal, told)
				}
				if err := live.Update(func(m *Manifest) { m.Logger.Error = trouble }); err != nil {
					t.Fatal(err)
				}
			}
			if told := open(t, s, live.ID()).Manifest.Logger.Error; !strings.HasSuffix(told, refusal.Error()+"; another one") {
				t.Errorf("%s %v: at the end the manifest says %q", op, refusal, told)
			}
			finishRun(t, live)
			checkNoTemporaries(t, s.Dir())
		}
	}
	s := quickShelf(t)
	f := vfs.NewFaulty(quick{vfs.OS()})
	f.Fail(vfs.Fault{Op: vfs.OpSync, Err: syscall.ENOSPC})
	if _, err := s.Create(CreateOptions{FS: f}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a full disk: %v", err)
	}
}

// checkCreated checks what creating the run "new" beside "older" has left.
func checkCreated(t *testing.T, s *Shelf, f *vfs.Faulty, failed error) {
	t.Helper()
	want := map[bool]string{true: "new", false: "older"}[failed == nil]
	if got := readLink(t, s); got != want {
		t.Errorf("latest is %s", got)
	}
	if failed == nil {
		if r, err := s.Find("new"); err != nil || r.Status != StatusRunning || r.Problem != nil {
			t.Errorf("%+v, %v", r, err)
		}
		checkNoTemporaries(t, s.Dir())
		return
	}
	_, err := os.Lstat(filepath.Join(s.Dir(), "new"))
	if left := err == nil; left && !removingFailed(f) {
		t.Errorf("the directory is left with %q", names(t, filepath.Join(s.Dir(), "new")))
	}
	if !removingFailed(f) {
		checkNoTemporaries(t, s.Dir())
	}
}

// removingFailed reports whether the fault kept anything from being removed.
func removingFailed(f *vfs.Faulty) bool {
	for _, c := range f.Calls() {
		if c.Op == vfs.OpRemove && c.Err != nil {
			return true
		}
	}
	return false
}

func TestA51CreateOfTheShelfWithEachCallFailing(t *testing.T) {
	everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		s := New(filepath.Join(t.TempDir(), "a", "logs"))
		var live *Live
		do := func() (err error) { live, err = s.Create(CreateOptions{FS: f}); return err }
		return do, func(t *testing.T, failed error) {
			runs := list(t, s)
			if failed == nil {
				defer letGo(t, live)
			}
			if want := map[bool]int{true: 1, false: 0}[failed == nil]; len(runs) != want && !removingFailed(f) {
				t.Errorf("%d runs", len(runs))
			}
			if _, err := os.Lstat(filepath.Join(s.Dir(), LatestLink)); (err == nil) != (failed == nil) {
				t.Errorf("latest: %v", err)
			}
		}
	})
}

func TestA51UpdateWithEachCallFailing(t *testing.T) {
	everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		s := quickShelf(t)
		l := create(t, s, CreateOptions{FS: f})
		do := func() error {
			return l.Update(func(m *Manifest) { m.Status, m.Reason = StatusFailed, strings.Repeat("why ", 50) })
		}
		return do, func(t *testing.T, failed error) {
			r, err := s.Find(l.ID())
			if err != nil || r.Problem != nil {
				t.Fatalf("the manifest is lost: %v, %v", err, r.Problem)
			}
			if failed == nil && r.Status != StatusFailed {
				t.Errorf("nobody said that the change was lost: %s", r.Status)
			}
			if !removingFailed(f) {
				checkNoTemporaries(t, s.Dir())
			}
			finishRun(t, l) // it works again once the disk does
			if r, err := s.Find(l.ID()); err != nil || r.Status != StatusCompleted {
				t.Errorf("afterwards %+v, %v", r, err)
			}
		}
	})
}

func TestA51EditWithEachCallFailing(t *testing.T) {
	everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		s := quickShelf(t)
		finishRun(t, create(t, s, CreateOptions{RunID: "a", Manifest: Manifest{Name: "old", Reason: "r"}}))
		s.fs = f
		do := func() error { return s.Edit("a", func(m *Manifest) error { m.Name = "new"; return nil }) }
		return do, func(t *testing.T, failed error) {
			r, err := s.Find("a")
			if err != nil || r.Problem != nil || r.Manifest.Reason != "r" || r.Status != StatusCompleted {
				t.Fatalf("the manifest is lost: %v, %+v", err, r)
			}
			if failed == nil && r.Manifest.Name != "new" {
				t.Error("nobody said that the change was lost")
			}
			if !removingFailed(f) {
				checkNoTemporaries(t, s.Dir())
			}
		}
	})
}

func TestA51OpenLegacyWithEachCallFailing(t *testing.T) {
	everyFault(t, func(t *testing.T, f *vfs.Faulty) (func() error, func(*testing.T, error)) {
		path := filepath.Join(t.TempDir(), "run.jsonl")
		for n, content := range []string{"a", "b", "c"} {
			write(t, backupName(path, n), content)
		}
		do := func() error {
			file, err := OpenLegacy(f, path, 10)
			if err == nil {
				file.Close()
			}
			return err
		}
		return do, func(t *testing.T, failed error) {
			kept := strings.Join(mapValues(tree(t, filepath.Dir(path))), " ")
			for _, content := range []string{"a", "b", "c"} {
				if !strings.Contains(kept, " "+content) {
					t.Errorf("run %s is lost", content)
				}
			}
			legacyRun(t, path, 10, "later") // it works again once the disk does
		}
	})
}

func mapValues(m map[string]string) (values []string) {
	for _, v := range m {
		values = append(values, v)
	}
	return values
}

func TestUpdateOverwritesInPlaceWithoutSpace(t *testing.T) {
	for _, reason := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		for _, op := range []vfs.Op{vfs.OpOpen, vfs.OpWrite, vfs.OpSync} {
			f := vfs.NewFaulty(quick{vfs.OS()})
			s := quickShelf(t)
			l := create(t, s, CreateOptions{FS: f})
			// Opening goes: lock of the directory, manifest to read, new file.
			f.Fail(vfs.Fault{Op: op, At: map[vfs.Op]int{vfs.OpOpen: 3, vfs.OpWrite: 1, vfs.OpSync: 1}[op], Err: reason, Short: 5})
			err := l.Update(func(m *Manifest) { m.Status, m.Events.Dropped = StatusCompleted, 9 })
			f.Heal()
			r, findErr := s.Find(l.ID())
			if err != nil || findErr != nil || r.Status != StatusCompleted || r.Manifest.Events.Dropped != 9 {
				t.Errorf("%v of %s: %v, %v, %+v", reason, op, err, findErr, r)
			}
			checkNoTemporaries(t, s.Dir())
		}
	}
}

func TestOverwriteThatFailsPutsTheOldManifestBack(t *testing.T) {
	f := vfs.NewFaulty(quick{vfs.OS()})
	s := quickShelf(t)
	l := create(t, s, CreateOptions{FS: f})
	before, err := os.ReadFile(l.Path(ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	r := replacement{fs: f, dir: l.Dir(), name: ManifestFile, data: []byte(strings.Repeat("x", 10_000))}
	f.Fail(vfs.Fault{Op: vfs.OpWrite, Err: syscall.ENOSPC, Short: 100})
	if err := r.overwrite(); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if after, err := os.ReadFile(l.Path(ManifestFile)); err != nil || string(after) != string(before) {
		t.Errorf("%v\n%s", err, after)
	}
}

// A manifest that is overwritten by a shorter one is that alone, and it is synced: nobody
// else would do it.
func TestOverwriteLeavesNothingOfALongerManifest(t *testing.T) {
	f := vfs.NewFaulty(quick{vfs.OS()})
	s := quickShelf(t)
	l := create(t, s, CreateOptions{FS: f, Manifest: Manifest{Notes: []Note{{Text: strings.Repeat("long ", 1000)}}}})
	r := replacement{fs: f, dir: l.Dir(), name: ManifestFile, data: []byte("{}\n")}
	f.Fail(vfs.Fault{Op: "none"})
	if err := r.overwrite(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(l.Path(ManifestFile)); err != nil || string(after) != "{}\n" {
		t.Errorf("%v\n%s", err, after)
	}
	if calls := f.Calls(); calls[len(calls)-1].Op != vfs.OpSync {
		t.Errorf("the last operation was %v", calls[len(calls)-1])
	}
}
