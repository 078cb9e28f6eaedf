package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// legacyRun makes a legacy log with some content.
func legacyRun(t *testing.T, path string, backups int, content string) {
	t.Helper()
	f, err := OpenLegacy(vfs.OS(), path, backups)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("it begins with %v, %v", info, err)
	}
	fmt.Fprint(f, content)
}

// legacyFiles returns the content of path, path.1, path.2 …
func legacyFiles(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	for n := 0; ; n++ {
		b, err := os.ReadFile(backupName(path, n))
		if errors.Is(err, fs.ErrNotExist) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
}

func TestA6LegacyMode(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.jsonl")
	var want []string
	for i := range 12 {
		content := fmt.Sprintf("{\"run\":%d}\n", i)
		legacyRun(t, path, 10, content)
		want = slices.Insert(want, 0, content)
	}
	if got := legacyFiles(t, path); !slices.Equal(got, want[:11]) {
		t.Errorf("got %q", got)
	}
	if got := names(t, dir); len(got) != 11 {
		t.Errorf("the directory has %q", got)
	}
}

func TestA6LegacyRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	legacyRun(t, "run.jsonl", 10, "a")
	legacyRun(t, "run.jsonl", 10, "b")
	if got := legacyFiles(t, "run.jsonl"); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("got %q", got)
	}
}

func TestLegacyBackups(t *testing.T) {
	tests := []struct {
		name    string
		backups int
		before  map[int]string
		want    []string
	}{
		{"nothing there", 3, nil, []string{"new"}},
		{"none kept", 0, map[int]string{0: "a"}, []string{"new"}},
		{"less than none", -1, map[int]string{0: "a"}, []string{"new"}},
		{"one", 1, map[int]string{0: "a", 1: "b"}, []string{"new", "a"}},
		{"a gap is closed", 3, map[int]string{0: "a", 2: "c"}, []string{"new", "a", "c"}},
		{"full", 2, map[int]string{0: "a", 1: "b", 2: "c"}, []string{"new", "a", "b"}},
		{"an empty log is a run too", 2, map[int]string{0: ""}, []string{"new", ""}},
		{"only older ones", 2, map[int]string{1: "b"}, []string{"new", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "run.jsonl")
			for n, content := range test.before {
				write(t, backupName(path, n), content)
			}
			legacyRun(t, path, test.backups, "new")
			if got := legacyFiles(t, path); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLegacyAtOnceLosesNoRun(t *testing.T) {
	const runs = 20
	path := filepath.Join(t.TempDir(), "run.jsonl")
	var all sync.WaitGroup
	for i := range runs {
		all.Go(func() { legacyRun(t, path, runs, fmt.Sprint(i)) })
	}
	all.Wait()
	got := legacyFiles(t, path)
	slices.Sort(got)
	if got = slices.Compact(got); len(got) != runs {
		t.Errorf("got %q", got)
	}
}

func TestLegacyFollowsALinkToTheFile(t *testing.T) {
	dir := t.TempDir()
	link, file := filepath.Join(dir, "link.jsonl"), filepath.Join(dir, "data", "run.jsonl")
	write(t, file, "old")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	legacyRun(t, link, 10, "new")
	if got := legacyFiles(t, file); !slices.Equal(got, []string{"new", "old"}) {
		t.Errorf("got %q", got)
	}
	if b, err := os.ReadFile(link); err != nil || string(b) != "new" {
		t.Errorf("the link shows %q, %v", b, err)
	}
}

func TestLegacyRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := makeFIFO(fifo); err != nil {
		t.Skip("cannot be made here:", err)
	}
	null := filepath.Join(dir, "null")
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "directory"), 0o777), os.Symlink("/dev/null", null)); err != nil {
		t.Fatal(err)
	}
	before := len(names(t, dir))
	for _, path := range []string{fifo, null, filepath.Join(dir, "directory"), "/dev/null"} {
		if _, err := OpenLegacy(vfs.OS(), path, 10); !errors.Is(err, vfs.ErrNotRegular) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if got := names(t, dir); len(got) != before {
		t.Errorf("the directory has %q", got)
	}
}

func TestLegacyWithoutItsDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	if _, err := OpenLegacy(vfs.OS(), filepath.Join(dir, "run.jsonl"), 10); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
