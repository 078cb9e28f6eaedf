package shelf

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

func edit(t *testing.T, s *Shelf, name string, change func(*Manifest)) {
	t.Helper()
	if err := s.Edit(name, func(m *Manifest) error { change(m); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestEdit(t *testing.T) {
	s := threeRuns(t)
	edit(t, s, "latest~1", func(m *Manifest) {
		m.Name, m.Pinned, m.Tags = "new", true, append(m.Tags, "more")
		m.Notes = append(m.Notes, Note{At: noon, Text: "good"})
	})
	r, err := s.Find("name:new")
	if err != nil || r.ID != "run_20260115_130000" {
		t.Fatal(r, err)
	}
	m := r.Manifest
	if !m.Pinned || !slices.Equal(m.Tags, []string{"paper", "more"}) || m.Notes[0].Text != "good" || m.Status != StatusCompleted || m.UUID == "" {
		t.Errorf("%+v", m)
	}
	if got := readLink(t, s); got != "run_20260115_140000" {
		t.Errorf("latest has moved to %s", got)
	}
}

func TestEditReturnsTheErrorOfTheChange(t *testing.T) {
	s := threeRuns(t)
	before := tree(t, s.Dir())
	refused := errors.New("refused")
	if err := s.Edit("latest", func(*Manifest) error { return refused }); err != refused {
		t.Error(err)
	}
	if err := s.Edit("nobody", func(*Manifest) error { t.Error("called"); return nil }); !errors.Is(err, ErrNoRun) {
		t.Error(err)
	}
	if after := tree(t, s.Dir()); len(after) != len(before) || after["run_20260115_140000/run.json"] != before["run_20260115_140000/run.json"] {
		t.Error("something has changed")
	}
}

func TestEditKeepsWhatItDoesNotKnow(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "a", `{"format":3,"future":{"x":1.50},"seed":"odd","run_id":"a","host":{"rack":7}}`)
	edit(t, s, "a", func(m *Manifest) { m.Tags = []string{"t"} })
	got, err := os.ReadFile(filepath.Join(s.Dir(), "a", ManifestFile))
	want := `{"format":3,"run_id":"a","name":"","tags":["t"],"notes":[],"pinned":false,"reason":"","seed":"odd","parent":"","host":{"hostname":"","os":"","arch":"","cpus":0,"memory_bytes":0,"pid":0,"boot_id":"","user":"","timezone":"","rack":7},"future":{"x":1.50}}`
	if err != nil || string(compact(got)) != want {
		t.Errorf("%v\n%s\n%s", err, compact(got), want)
	}
}

// Some editors write a byte order mark in front of what a person has saved.
func TestManifestBehindAByteOrderMark(t *testing.T) {
	s := threeRuns(t)
	path := filepath.Join(s.Dir(), "run_20260115_130000", ManifestFile)
	stored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append([]byte("\ufeff"), stored...), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := s.Find("run_20260115_130000")
	if err != nil || r.Problem != nil || r.Status != StatusCompleted {
		t.Fatalf("%+v, %v", r, err)
	}
	if b, err := r.JSON(); err != nil || !json.Valid(b) {
		t.Errorf("its JSON is %q, %v", b, err)
	}
	edit(t, s, "run_20260115_130000", func(m *Manifest) { m.Name = "edited" })
	if again, err := os.ReadFile(path); err != nil || !json.Valid(again) || !strings.Contains(string(again), `"name": "edited"`) {
		t.Errorf("it is written as %q, %v", again, err)
	}
}

func TestEditOfARunWithoutManifest(t *testing.T) {
	s := New(t.TempDir())
	for _, id := range []string{"empty", "missing"} {
		path := filepath.Join(handMade(t, s, id, ""), ManifestFile)
		if id == "missing" {
			os.Remove(path)
		}
		edit(t, s, id, func(m *Manifest) { m.Name = "n-" + id })
		v, err := open(t, s, id).Verify()
		if err != nil || v.Verdict != VerdictUnsealed {
			t.Errorf("%s: %+v, %v", id, v, err)
		}
		if r, err := s.Find("name:n-" + id); err != nil || r.ID != id || r.Problem != nil || r.Status != StatusUnknown {
			t.Errorf("%s: %+v, %v", id, r, err)
		}
	}
}

// A run that is being made has its lock and its log before its manifest. Whoever changes it
// then waits, and does not put another manifest in the place of that.
func TestEditOfARunThatIsBeingMade(t *testing.T) {
	t.Parallel()
	s := New(t.TempDir())
	dir := filepath.Join(s.Dir(), "new")
	write(t, filepath.Join(dir, EventsFile), "")
	lock, err := vfs.OS().OpenFile(filepath.Join(dir, LockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if held, err := vfs.TryLock(lock); err != nil || !held {
		t.Skip("no locks here:", err)
	}
	tag := func() error { return s.Edit("new", func(m *Manifest) error { m.Tags = []string{"t"}; return nil }) }
	if err := tag(); !errors.Is(err, errBeingMade) {
		t.Errorf("without a manifest: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{LockFile, EventsFile}) {
		t.Errorf("there is %q", got)
	}
	done := make(chan error)
	go func() { done <- tag() }()
	if _, err := writeManifest(vfs.OS(), dir, &Manifest{Format: ManifestFormat, RunID: "new", UUID: "u", Status: StatusRunning}, true); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if m := open(t, s, "new").Manifest; m.UUID != "u" || m.Status != StatusRunning || !slices.Equal(m.Tags, []string{"t"}) {
		t.Errorf("%+v", m)
	}
}

func TestEditRefusesADamagedManifest(t *testing.T) {
	s := New(t.TempDir())
	for _, stored := range []string{sample[:300], "noise", "[]", "null"} {
		path := filepath.Join(handMade(t, s, "a", stored), ManifestFile)
		if err := s.Edit("a", func(m *Manifest) error { m.Name = "x"; return nil }); err == nil {
			t.Errorf("%.10q was edited", stored)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != stored {
			t.Errorf("%.10q has become %q, %v", stored, got, err)
		}
	}
}

func TestEditDoesNotFollowALinkedManifest(t *testing.T) {
	s := New(t.TempDir())
	outside := filepath.Join(t.TempDir(), "outside")
	write(t, outside, "{}")
	path := filepath.Join(handMade(t, s, "a", ""), ManifestFile)
	if err := errors.Join(os.Remove(path), os.Symlink(outside, path)); err != nil {
		t.Fatal(err)
	}
	if err := s.Edit("a", func(m *Manifest) error { m.Name = "x"; return nil }); err == nil {
		t.Error("edited")
	}
	if got, _ := os.ReadFile(outside); string(got) != "{}" {
		t.Errorf("outside has become %s", got)
	}
}

func TestUpdateKeepsWhatAPersonSaid(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{Manifest: Manifest{Name: "first", Tags: []string{"start"}}})
	edit(t, s, l.ID(), func(m *Manifest) {
		m.Name, m.Pinned, m.Tags = "second", true, append(m.Tags, "later")
		m.Notes = []Note{{At: noon, Text: "n"}}
		m.Extra = map[string]json.RawMessage{"x": json.RawMessage(`{"y":1}`)}
		m.Status, m.Reason = StatusFailed, "not theirs to say"
	})
	seed := uint64(7)
	if err := l.Update(func(m *Manifest) { m.Seed = &seed }); err != nil {
		t.Fatal(err)
	}
	m := list(t, s)[0].Manifest
	if m.Name != "second" || !m.Pinned || !slices.Equal(m.Tags, []string{"start", "later"}) || len(m.Notes) != 1 || string(m.Extra["x"]) != `{"y":1}` {
		t.Errorf("lost what a person said: %+v", m)
	}
	if m.Status != StatusRunning || m.Reason != "" || *m.Seed != 7 {
		t.Errorf("lost what the writer said: %+v", m)
	}
}

func TestUpdateOverABrokenManifest(t *testing.T) {
	s := quickShelf(t)
	for _, stored := range []string{"", "noise", "{}"} {
		l := create(t, s, CreateOptions{Manifest: Manifest{Name: "n"}})
		write(t, l.Path(ManifestFile), stored)
		finishRun(t, l)
		r, err := s.Find(l.ID())
		if wantName := map[bool]string{true: "", false: "n"}[stored == "{}"]; err != nil || r.Status != StatusCompleted || r.Manifest.Name != wantName {
			t.Errorf("%q: %+v, %v", stored, r, err)
		}
	}
}

// TestEditAndUpdateRace has persons and a writer change one manifest at once:
// none may lose a change of another.
func TestEditAndUpdateRace(t *testing.T) {
	const editors, changes = 4, 20
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	var all sync.WaitGroup
	for e := range editors {
		all.Go(func() {
			for i := range changes {
				err := s.Edit(l.ID(), func(m *Manifest) error { m.Tags = append(m.Tags, fmt.Sprint(e, "-", i)); return nil })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		for range changes {
			err := l.Update(func(m *Manifest) { m.Events.Count++ })
			if err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	m := list(t, s)[0].Manifest
	slices.Sort(m.Tags)
	if got := len(slices.Compact(m.Tags)); got != editors*changes || m.Events.Count != changes {
		t.Errorf("%d tags of %d, count %d of %d", got, editors*changes, m.Events.Count, changes)
	}
	checkNoTemporaries(t, s.Dir())
}

func TestUpdateLeftoverOfAKilledProcessIsReplaced(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	write(t, l.Path(".run.json.new"), "half")
	finishRun(t, l)
	checkNoTemporaries(t, s.Dir())
}

func TestUpdateOfARunThatIsGone(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	if err := os.RemoveAll(l.Dir()); err != nil {
		t.Fatal(err)
	}
	if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted }); err == nil {
		t.Error("updated what is gone")
	}
	if got := names(t, s.Dir()); !slices.Equal(got, []string{LatestLink}) {
		t.Errorf("the shelf has %q", got)
	}
}

func TestUpdateRefusesWhatIsNoJSON(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	if err := l.Update(func(m *Manifest) { m.Config = json.RawMessage("{") }); err == nil {
		t.Error("wrote it")
	}
	if err := l.Update(func(m *Manifest) { m.Reason = "r" }); err != nil {
		t.Errorf("the refused change has stayed: %v", err)
	}
}

func TestCloseIsFinal(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	before, _ := os.ReadFile(l.Path(ManifestFile))
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted }); !errors.Is(err, os.ErrClosed) {
		t.Errorf("updated: %v", err)
	}
	if after, _ := os.ReadFile(l.Path(ManifestFile)); string(after) != string(before) {
		t.Error("closing has changed the manifest")
	}
	if r, err := s.Find(l.ID()); err != nil || r.Status != StatusCrashed {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLiveSaysWhereItIs(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{Now: at(noon.Add(1234567))})
	if l.Path("x") != filepath.Join(s.Dir(), l.ID(), "x") || l.FS() != s.fs || !l.StartedAt().Equal(noon.Add(1234*time.Microsecond)) {
		t.Errorf("%s %v %v", l.Path("x"), l.FS(), l.StartedAt())
	}
	if name := l.Events().Name(); !strings.HasSuffix(name, EventsFile) {
		t.Errorf("events are in %s", name)
	}
}

func TestUpdateKeepsItsOwnCopy(t *testing.T) {
	s := quickShelf(t)
	tags, types := []string{"a", "b"}, map[string]uint64{"x": 1}
	l := create(t, s, CreateOptions{Manifest: Manifest{Tags: tags}})
	if err := l.Update(func(m *Manifest) { m.Events.ByType = types }); err != nil {
		t.Fatal(err)
	}
	tags[0], types["x"] = "changed", 2
	finishRun(t, l)
	if m := list(t, s)[0].Manifest; m.Tags[0] != "a" || m.Events.ByType["x"] != 1 {
		t.Errorf("%+v", m)
	}
}
