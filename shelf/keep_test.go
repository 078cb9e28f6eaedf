package shelf

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// Whatever fails, a kept file is there whole or not at all, and nothing else is.
func TestKeepIsWholeOrNothing(t *testing.T) {
	for k := 1; ; k++ {
		disk := vfs.NewFaulty(vfs.OS())
		live, err := New(filepath.Join(t.TempDir(), "logs")).Create(CreateOptions{FS: disk})
		if err != nil {
			t.Fatal(err)
		}
		disk.Fail(vfs.Fault{At: k, Err: errors.New("no luck"), Short: 2})
		err = live.Keep("artifacts/deep/file", []byte("content"))
		met := false
		for _, call := range disk.Calls() {
			met = met || call.Err != nil
		}
		disk.Heal()
		content, readErr := os.ReadFile(live.Path("artifacts/deep/file"))
		if readErr == nil && string(content) != "content" || err == nil && readErr != nil {
			t.Errorf("operation %d: %v, the file has %q, %v", k, err, content, readErr)
		}
		entries, _ := os.ReadDir(live.Path("artifacts/deep"))
		if want := map[bool]int{true: 1, false: 0}[readErr == nil]; len(entries) != want {
			t.Errorf("operation %d left %v", k, entries)
		}
		closeRun(t, live)
		if !met {
			return
		}
	}
}

func closeRun(t *testing.T, live *Live) {
	t.Helper()
	if err := errors.Join(live.Events().Close(), live.Close()); err != nil {
		t.Error(err)
	}
}

// A kept file stays in the run, and takes nothing's place that is the run.
func TestKeepRefusesNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	live, err := New(dir).Create(CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeRun(t, live)
	before := everything(t, dir)
	for _, name := range []string{
		"", ".", "..", "../x", "a/../../x", "a/../x", "/abs", "a//b", "a/", `..\x`, "a\x00b",
		".lock", ".tail", ".hidden/x", "events.jsonl", "EVENTS.jsonl", "events.jsonl/x", "run.json", "config.json", "run.log", "run.log.1",
	} {
		if err := live.Keep(name, []byte("x")); err == nil {
			t.Errorf("%q was kept", name)
		}
	}
	if after := everything(t, dir); !slices.Equal(before, after) {
		t.Errorf("the shelf holds %q, and held %q", after, before)
	}
	for _, name := range []string{"x", "artifacts/.hidden", "metrics.jsonl", "a/run.json", "x..y/z"} {
		if err := live.Keep(name, []byte("x")); err != nil {
			t.Error(err)
		}
	}
}

// everything is the paths of all below dir.
func everything(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return all
}

// A run that was removed while it was made does not come back as a directory with a kept
// file in it, and one that has been let go keeps nothing more.
func TestKeepWithoutItsRun(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{RunID: "a"})
	if err := os.RemoveAll(l.Dir()); err != nil {
		t.Fatal(err)
	}
	if err := l.Keep("artifacts/x", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := os.Lstat(l.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the directory is back:", err)
	}
	l = create(t, s, CreateOptions{RunID: "b"})
	letGo(t, l)
	if err := l.Keep("artifacts/x", nil); !errors.Is(err, fs.ErrClosed) || slices.Contains(names(t, l.Dir()), "artifacts") {
		t.Error(err)
	}
}
