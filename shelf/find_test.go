package shelf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// threeRuns is a shelf of runs that are an hour apart; latest names the newest.
func threeRuns(t *testing.T) *Shelf {
	t.Helper()
	s := quickShelf(t)
	for i, m := range []Manifest{{Name: "baseline", Tags: []string{"paper", "x"}}, {Name: "baseline", Tags: []string{"paper"}}, {Name: "other"}} {
		finishRun(t, create(t, s, CreateOptions{Now: at(noon.Add(time.Duration(i) * time.Hour)), Manifest: m}))
	}
	return s
}

func TestFind(t *testing.T) {
	const first, second, third = "run_20260115_120000", "run_20260115_130000", "run_20260115_140000"
	s := threeRuns(t)
	handMade(t, s, "abc", "")
	if err := os.Chtimes(filepath.Join(s.Dir(), "abc"), noon, noon.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		first: first, third: third, "abc": "abc",
		"latest": third, "@": third, "latest~0": third, "latest~1": second, "@~2": first, "@~": second, "@~3": "abc",
		"run_20260115_13": second, "20260115_13": second, "20260115_120000": first, "a": "abc",
		"name:baseline": second, "name:other": third, "tag:paper": second, "tag:x": first,
		filepath.Join(s.Dir(), first):                         first,
		filepath.Join(s.Dir(), first) + "/":                   first,
		s.Dir() + "/./" + first:                               first,
		filepath.Join(s.Dir(), LatestLink):                    third,
		filepath.Join(s.Dir(), LatestLink) + "/":              third,
		s.Dir() + "/../" + filepath.Base(s.Dir()) + "/latest": third,
	}
	for name, want := range tests {
		r, err := s.Find(name)
		if err != nil || r.ID != want {
			t.Errorf("%s: %v, %v; want %s", name, r, err, want)
		}
	}
}

func TestFindNothing(t *testing.T) {
	s := threeRuns(t)
	for _, name := range []string{"", "x", "run_2027", "latest~3", "latest~4", "@~99999999999999999999", "latest~x", "latest~-1", "@~1~1",
		"name:", "name:nobody", "tag:", "tag:nothing", "other:x", "..", ".", "../x", "/etc", "/", "/dev/null", "a\x00b", "\x00", "\n",
		"run_20260115_120000\n", "RUN_20260115_120000", "*", strings.Repeat("x", 10_000), s.Dir(), filepath.Join(s.Dir(), "gone")} {
		r, err := s.Find(name)
		if !errors.Is(err, ErrNoRun) {
			t.Errorf("%.40q: %v, %v", name, r, err)
			continue
		}
		checkOneSafeLine(t, err)
	}
}

func TestFindAmbiguous(t *testing.T) {
	s := threeRuns(t)
	for _, name := range []string{"run_", "run_20260115_1", "2026", "r"} {
		_, err := s.Find(name)
		var ambiguous *AmbiguousError
		want := []string{"run_20260115_140000", "run_20260115_130000", "run_20260115_120000"}
		if !errors.As(err, &ambiguous) || ambiguous.Name != name || !slices.Equal(ambiguous.Candidates, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAmbiguousErrorIsShort(t *testing.T) {
	e := &AmbiguousError{Name: "a\x1b"}
	for i := range 32 {
		e.Candidates = append(e.Candidates, fmt.Sprint("a", i))
	}
	const all = "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19"
	if got := e.Error(); got != `ambiguous run "a\x1b": `+all+` and 12 more` {
		t.Error(got)
	}
}

func TestFindPrefersAnIDToAPrefixOfIt(t *testing.T) {
	s := quickShelf(t)
	for range 12 {
		create(t, s, CreateOptions{Now: at(noon)})
	}
	for _, name := range []string{"run_20260115_120000", "run_20260115_120000_1"} {
		r, err := s.Find(name)
		if name == "run_20260115_120000" && (err != nil || r.ID != name) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
		var ambiguous *AmbiguousError
		if name != "run_20260115_120000" && !errors.As(err, &ambiguous) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if got := list(t, s)[0].ID; got != "run_20260115_120000_12" {
		t.Errorf("the newest is %s", got)
	}
}

func TestA11LatestMissing(t *testing.T) {
	s := threeRuns(t)
	if err := os.Remove(filepath.Join(s.Dir(), LatestLink)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"latest": "run_20260115_140000", "latest~1": "run_20260115_130000",
		filepath.Join(s.Dir(), LatestLink): "run_20260115_140000"} {
		if r, err := s.Find(name); err != nil || r.ID != want {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

func TestLatestCountsBackFromWhatTheLinkNames(t *testing.T) {
	s := threeRuns(t)
	link := filepath.Join(s.Dir(), LatestLink)
	if err := errors.Join(os.Remove(link), os.Symlink("run_20260115_130000", link)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"latest": "run_20260115_130000", "latest~1": "run_20260115_120000"} {
		if r, err := s.Find(name); err != nil || r.ID != want {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if r, err := s.Find("latest~2"); !errors.Is(err, ErrNoRun) {
		t.Errorf("latest~2: %v, %v", r, err)
	}
}

func TestFindByRelativePath(t *testing.T) {
	s := threeRuns(t)
	t.Chdir(filepath.Join(s.Dir(), "run_20260115_130000"))
	for name, want := range map[string]string{".": "run_20260115_130000", "../run_20260115_120000": "run_20260115_120000", "../latest": "run_20260115_140000"} {
		if r, err := New("nowhere").Find(name); err != nil || r.ID != want {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if r, err := OpenRun(""); err != nil || r.ID != "run_20260115_130000" {
		t.Errorf("the current directory: %v, %v", r, err)
	}
	// Without a slash too, when the shelf has no run of such a name.
	t.Chdir(s.Dir())
	other := quickShelf(t)
	if r, err := other.Find("run_20260115_130000"); err != nil || r.ID != "run_20260115_130000" {
		t.Errorf("a directory in the current one: %v, %v", r, err)
	}
	handMade(t, other, "run_20260115_130000_2", "")
	if r, err := other.Find("run_20260115_130000"); err != nil || r.ID != "run_20260115_130000_2" {
		t.Errorf("the shelf comes first: %v, %v", r, err)
	}
	if r, err := other.Find("run_20260115_13"); err != nil || r.ID != "run_20260115_130000_2" {
		t.Errorf("a beginning is none of a directory elsewhere: %v, %v", r, err)
	}
}

func FuzzFind(f *testing.F) {
	for _, name := range []string{"latest~1", "@~", "name:x", "tag:", "run_", "../x", "a\x00", "x~y", "~"} {
		f.Add(name)
	}
	s := New(f.TempDir())
	handMade(f, s, "run_20260115_120000", sample)
	f.Fuzz(func(t *testing.T, name string) {
		r, err := s.Find(name)
		if (r == nil) == (err == nil) {
			t.Fatalf("%q: %v, %v", name, r, err)
		}
		if r != nil && r.ID != "run_20260115_120000" {
			t.Fatalf("%q is %s in %s", name, r.ID, r.Dir)
		}
	})
}
