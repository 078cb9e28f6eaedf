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
	"testing"
	"time"
)

func TestA14RunIsLink(t *testing.T) {
	base := t.TempDir()
	target := handMade(t, New(base), "target", sample)
	s := New(filepath.Join(base, "logs"))
	handMade(t, s, "run_20250101_000000_2", sample)
	link := filepath.Join(s.Dir(), "run_20250101_000000")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	before := tree(t, base)
	if got := ids(list(t, s)); !slices.Equal(got, []string{"run_20250101_000000_2"}) {
		t.Errorf("listed %q", got)
	}
	for _, name := range []string{"run_20250101_000000", link, link + "/"} {
		if r, err := s.Find(name); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
		if err := s.Edit(name, func(*Manifest) error { return nil }); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s was edited: %v", name, err)
		}
	}
	if _, err := OpenRun(link); !errors.Is(err, ErrNoRun) {
		t.Errorf("opened: %v", err)
	}
	if !maps.Equal(before, tree(t, base)) {
		t.Error("something has changed")
	}
}

func TestRunsOfNothing(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "logs"))
	if runs, err := s.Runs(); err != nil || len(runs) != 0 {
		t.Errorf("%v, %v", runs, err)
	}
	if r, err := s.Find("latest"); !errors.Is(err, ErrNoRun) {
		t.Errorf("%v, %v", r, err)
	}
	if _, err := os.Lstat(s.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading made the shelf: %v", err)
	}
}

func TestRunsOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "logs")
	write(t, file, "x")
	if runs, err := New(file).Runs(); err == nil {
		t.Errorf("listed %v", runs)
	}
}

func TestRunsPassOverWhatIsNone(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "good", sample)
	write(t, filepath.Join(s.Dir(), "notes.txt"), "x")
	write(t, filepath.Join(s.Dir(), "mydir", "file"), "x")
	write(t, filepath.Join(s.Dir(), "run_20250101_000000", "thesis.tex"), "x")
	handMade(t, s, ".trash", sample)
	handMade(t, s, "a b", sample)
	if got := ids(list(t, s)); !slices.Equal(got, []string{"good"}) {
		t.Errorf("listed %q", got)
	}
	for _, name := range []string{"notes.txt", "mydir", "run_20250101_000000", ".trash", "a b"} {
		if r, err := s.Find(name); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

func TestRunsNewestFirst(t *testing.T) {
	s := New(t.TempDir())
	started := func(when time.Time) string {
		return fmt.Sprintf(`{"status":"completed","started_at":%q}`, when.Format(time.RFC3339Nano))
	}
	handMade(t, s, "c", started(noon))
	handMade(t, s, "b_10", started(noon.Add(time.Second)))
	handMade(t, s, "b_2", started(noon.Add(time.Second)))
	handMade(t, s, "run_20260115_115959", "")
	handMade(t, s, "run_20260115_120002", "")
	noTime := handMade(t, s, "no-time", "")
	if err := os.Chtimes(noTime, noon, noon.Add(500*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	want := []string{"run_20260115_120002", "b_10", "b_2", "no-time", "c", "run_20260115_115959"}
	if got := ids(list(t, s)); !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
}

// badManifests are the manifests of row A42 but for the one that is missing.
var badManifests = map[string]string{
	"empty":       "",
	"object":      "{}",
	"array":       "[]",
	"null":        "null",
	"noise":       "\x00\xff\x1b[2J\n{{{",
	"cut":         sample[:len(sample)/2],
	"wrong-types": `{"format":"1","run_id":7,"tags":"x","notes":{},"status":[],"started_at":5,"program":[],"events":"x","seed":-1,"metrics":3,"host":1}`,
	"deep":        strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
	"deep-array":  strings.Repeat("[", 100_000),
	"deep-config": `{"config":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}",
}

func TestA42ManifestBad(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "good", sample)
	for id, stored := range badManifests {
		handMade(t, s, id, stored)
	}
	if err := os.Remove(filepath.Join(handMade(t, s, "missing", ""), ManifestFile)); err != nil {
		t.Fatal(err)
	}
	before := tree(t, s.Dir())
	runs := list(t, s)
	if len(runs) != len(badManifests)+2 {
		t.Errorf("listed %q", ids(runs))
	}
	for _, r := range runs {
		checkReadable(t, r)
		if bad := r.ID != "good" && r.ID != "object"; bad != (r.Problem != nil) {
			t.Errorf("%s: problem %v", r.ID, r.Problem)
		}
		if want := map[bool]Status{true: StatusCompleted, false: StatusUnknown}[r.ID == "good"]; r.Status != want {
			t.Errorf("%s is %s", r.ID, r.Status)
		}
	}
	if !maps.Equal(before, tree(t, s.Dir())) {
		t.Error("reading has changed something")
	}
}

// checkReadable checks that the events and the JSON form of a run can be read.
func checkReadable(t *testing.T, r *Run) {
	t.Helper()
	e, err := r.OpenEvents()
	if err != nil {
		t.Errorf("%s: %v", r.ID, err)
		return
	}
	defer e.Close()
	if lines, err := LastLines(e, e.Size(), 10); err != nil || len(lines) != 1 {
		t.Errorf("%s: lines %q, %v", r.ID, lines, err)
	}
	checkJSON(t, r)
}

func checkJSON(t *testing.T, r *Run) {
	t.Helper()
	b, err := r.JSON()
	if err != nil {
		t.Error(err)
	}
	var got struct {
		RunID  string `json:"run_id"`
		Status Status
		Dir    string
	}
	if err := json.Unmarshal(b, &got); err != nil || got.RunID != r.ID || got.Status != r.Status || got.Dir != r.Dir {
		t.Errorf("%s: %s, %v", r.ID, b, err)
	}
}

func TestManifestThatIsTooLong(t *testing.T) {
	s := New(t.TempDir())
	path := filepath.Join(handMade(t, s, "a", "{}"), ManifestFile)
	if err := os.Truncate(path, manifestLimit+1); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Find("a"); err != nil || r.Problem == nil || r.Status != StatusUnknown {
		t.Errorf("%v, %v", r, err)
	}
}

func TestA43OddFiles(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	write(t, outside, sample)
	makers := map[string]func(path string) error{
		"directory": func(path string) error { return os.Mkdir(path, 0o777) },
		"fifo":      makeFIFO,
		"link":      func(path string) error { return os.Symlink(outside, path) },
		"loop":      func(path string) error { return os.Symlink(filepath.Base(path), path) },
	}
	s := New(t.TempDir())
	handMade(t, s, "good", sample)
	for kind, make := range makers {
		for _, file := range []string{EventsFile, ManifestFile} {
			path := filepath.Join(handMade(t, s, kind+"."+file, sample), file)
			os.Remove(path)
			if err := make(path); err != nil {
				t.Skip("cannot be made here:", err)
			}
		}
	}
	runs := list(t, s)
	if len(runs) != 1+2*len(makers) {
		t.Errorf("listed %q", ids(runs))
	}
	for _, r := range runs {
		checkOdd(t, r)
	}
}

// checkOdd checks that what is odd about a run is an error, and the rest known.
func checkOdd(t *testing.T, r *Run) {
	t.Helper()
	checkJSON(t, r)
	if odd := strings.HasSuffix(r.ID, ManifestFile); odd != (r.Problem != nil) || odd != (r.Status == StatusUnknown) {
		t.Errorf("%s: %s, problem %v", r.ID, r.Status, r.Problem)
	}
	e, err := r.OpenEvents()
	if err == nil {
		e.Close()
	}
	if odd := strings.HasSuffix(r.ID, EventsFile); odd != (err != nil) {
		t.Errorf("%s: events: %v", r.ID, err)
	}
}

func TestA43RunOfMode000(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "good", sample)
	shut := handMade(t, s, "run_20260115_120000", sample)
	if err := os.Chmod(shut, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(shut, 0o777) })
	if _, err := os.ReadDir(shut); err == nil {
		t.Skip("this user may read everything")
	}
	runs := list(t, s)
	if len(runs) != 2 || runs[0].ID == runs[1].ID {
		t.Fatalf("listed %q", ids(runs))
	}
	r, err := s.Find("run_20260115_120000")
	if err != nil || r.Status != StatusUnknown || !errors.Is(r.Problem, fs.ErrPermission) || !r.Start.Equal(noon) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestA44EmptyRun(t *testing.T) {
	s := quickShelf(t)
	finishRun(t, create(t, s, CreateOptions{}))
	r := list(t, s)[0]
	e, err := r.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if lines, err := LastLines(e, e.Size(), 10); e.Size() != 0 || len(lines) != 0 || err != nil {
		t.Errorf("%d bytes, lines %q, %v", e.Size(), lines, err)
	}
}

func TestRunWithEventsAlone(t *testing.T) {
	s := New(t.TempDir())
	write(t, filepath.Join(s.Dir(), "run_20260115_120000", EventsFile), "{\"a\":1}\n")
	r := list(t, s)[0]
	if !r.Start.Equal(noon) || !errors.Is(r.Problem, fs.ErrNotExist) {
		t.Errorf("%+v", r)
	}
	checkReadable(t, r)
}

func TestRunJSONKeepsTheStoredBytes(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "copy", `{"z":1.50e3, "run_id":"original", "status":"running","x":"\u00e9<\/>", "seed":18446744073709551615}`)
	r := list(t, s)[0]
	got, err := r.JSON()
	want := fmt.Sprintf(`{"z":1.50e3,"run_id":"copy","status":"crashed","x":"\u00e9<\/>","seed":18446744073709551615,"dir":%q}`, r.Dir)
	if err != nil || string(got) != want {
		t.Errorf("got  %s\nwant %s\n%v", got, want, err)
	}
}

func TestEventsAreSeenToGrow(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	e, err := list(t, s)[0].OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	fmt.Fprint(l.Events(), "{}\n")
	if e.Size() != 0 || e.Refresh() != nil || e.Size() != 3 {
		t.Errorf("size %d", e.Size())
	}
}

func BenchmarkRuns1000(b *testing.B) {
	s := New(b.TempDir())
	for i := range 1000 {
		id := generatedID(noon, i+1)
		dir := filepath.Join(s.Dir(), id)
		m := sampleManifest()
		m.RunID, m.StartedAt = id, noon.Add(time.Duration(i)*time.Second)
		data, err := encodeManifest(&m)
		if err != nil {
			b.Fatal(err)
		}
		if err := errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, ManifestFile), data, 0o666)); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for b.Loop() {
		if runs, err := s.Runs(); err != nil || len(runs) != 1000 {
			b.Fatal(len(runs), err)
		}
	}
}
