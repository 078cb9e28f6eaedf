package vfs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// crashing returns a crashable file system over a directory that holds the file
// old, and a function that names files in it.
func crashing(t *testing.T) (*Crashing, func(string) string) {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "old"), []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := NewCrashing(OS(), root)
	if err != nil {
		t.Fatal(err)
	}
	return c, func(name string) string { return filepath.Join(root, name) }
}

// after returns what is left after a crash: names and contents, one a word.
func after(t *testing.T, c *Crashing, seed uint64) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "left")
	if err := c.Crash(to, seed); err != nil {
		t.Fatal(err)
	}
	var words []string
	err := filepath.WalkDir(to, func(path string, d os.DirEntry, err error) error {
		name, _ := filepath.Rel(to, path)
		switch {
		case err != nil || name == ".":
		case d.IsDir():
			words = append(words, name+"/")
		case d.Type()&os.ModeSymlink != 0:
			target, _ := os.Readlink(path)
			words = append(words, name+"->"+target)
		default:
			b, _ := os.ReadFile(path)
			words = append(words, name+"="+string(b))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(words, " ")
}

func put(t *testing.T, f File, content string) {
	t.Helper()
	if _, err := f.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
}

func checkAfter(t *testing.T, c *Crashing, lost, kept string) {
	t.Helper()
	if got := after(t, c, 0); got != lost {
		t.Errorf("when all is lost %q is left, want %q", got, lost)
	}
	if got := after(t, c, 1); got != kept {
		t.Errorf("when all is kept %q is left, want %q", got, kept)
	}
}

func TestCrashLosesWhatWasNotSynced(t *testing.T) {
	c, at := crashing(t)
	f, err := c.OpenFile(at("new"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, f, "ab")
	checkAfter(t, c, "old=old", "new=ab old=old")
	if err := c.SyncDir(at("")); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, "new= old=old", "new=ab old=old")
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	put(t, f, "cd")
	if _, err := f.WriteAt([]byte("X"), 0); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, "new=ab old=old", "new=Xbcd old=old")
	if err := f.Truncate(1); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, "new=ab old=old", "new=X old=old")
}

func TestCrashOfDirectories(t *testing.T) {
	c, at := crashing(t)
	steps := []func() error{
		func() error { return c.MkdirAll(at("a/b"), 0o777) },
		func() error { return c.Symlink("a", at("link")) },
		func() error { return c.Link(at("old"), at("a/twin")) },
		func() error { return c.Rename(at("old"), at("a/b/moved")) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	kept := "a/ a/b/ a/b/moved=old a/twin=old link->a"
	checkAfter(t, c, "old=old", kept)
	if err := c.SyncDir(at("")); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, "a/ link->a", kept) // the rename is safe, the directory that it went to is not
	if err := errors.Join(c.SyncDir(at("a")), c.SyncDir(at("a/b"))); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, kept, kept)
	if err := errors.Join(c.Remove(at("link")), c.Remove(at("a/twin"))); err != nil {
		t.Fatal(err)
	}
	checkAfter(t, c, kept, "a/ a/b/ a/b/moved=old")
}

func TestCrashTearsAndReorders(t *testing.T) {
	c, at := crashing(t)
	f, err := c.OpenFile(at("old"), os.O_RDWR|os.O_TRUNC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, f, "first")
	put(t, f, "second")
	seen := map[string]bool{}
	for seed := range uint64(200) {
		seen[after(t, c, seed)] = true
	}
	for _, want := range []string{"old=old", "old=firstsecond", "old=fir", "old=\x00\x00\x00\x00\x00second", "old=first\x00\x00\x00\x00\x00\x00"} {
		if !seen[want] && !seen[want+"d"] {
			t.Errorf("never left %q", want)
		}
	}
	if first, again := after(t, c, 77), after(t, c, 77); first != again {
		t.Error("the same seed leaves different states")
	}
}

func TestCrashStops(t *testing.T) {
	c, at := crashing(t)
	f, err := c.OpenFile(at("old"), os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c.StopAfter(2)
	put(t, f, "1")
	if err := errors.Join(f.Sync()); err != nil || c.Stopped() {
		t.Fatal(err)
	}
	_, writeErr := f.Write([]byte("2"))
	_, openErr := c.OpenFile(at("old"), os.O_RDONLY, 0)
	for _, err := range []error{writeErr, openErr, f.Sync(), f.Truncate(0), c.Remove(at("old")), c.Mkdir(at("d"), 0o777), c.SyncDir(at(""))} {
		if !errors.Is(err, ErrCrashed) {
			t.Error(err)
		}
	}
	if !c.Stopped() {
		t.Error("it has not stopped")
	}
	checkAfter(t, c, "old=old1", "old=old1")
}
