package shelf

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// grown makes a file as a writer leaves it that is killed while it writes fast, and
// reports whether space is set aside for it.
func grown(t *testing.T, path string, content []byte) bool {
	t.Helper()
	f, err := vfs.OS().OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	var a vfs.Ahead
	a.Grow(f, int64(len(content)), len(content))
	n, err := vfs.SetAside(vfs.OS(), path)
	return n > 0 && err == nil
}

// The space that a killed writer had set aside is no fault of the run, and is free
// after a repair, whatever else that has to do.
func TestRepairFreesWhatWasSetAside(t *testing.T) {
	log := logOf(1 << 20)
	output := bytes.Repeat([]byte("a line of text\n"), 1<<20/15+1)
	for name, c := range map[string]struct {
		log     []byte
		verdict Verdict
	}{
		"sound":   {log, VerdictUnsealed},
		"damaged": {bytes.Replace(log, []byte("sequence"), []byte("sequxxxx"), 1), VerdictDamaged},
	} {
		s := diskShelf(t)
		l := create(t, s, CreateOptions{RunID: "a"})
		there := grown(t, l.Path(EventsFile), c.log)
		there = grown(t, l.Path(StdoutFile), output) && there
		letGo(t, l)
		if v := verify(t, open(t, s, "a")); v.Verdict != c.verdict {
			t.Errorf("%s: %s, %s", name, v.Verdict, brief(v.Faults))
		}
		done := repair(t, s, "a")
		if done.Changed() != (there || c.verdict == VerdictDamaged) || (done.Freed > 7<<20) != there || !done.After.Verdict.Sound() {
			t.Errorf("%s: changed %v, %d bytes freed, %s", name, done.Changed(), done.Freed, done.After.Verdict)
		}
		for _, file := range []string{EventsFile, StdoutFile, EventsFile + damagedSuffix} {
			if n, _ := vfs.SetAside(vfs.OS(), l.Path(file)); n > 0 {
				t.Errorf("%s: %d bytes are still set aside for %s", name, n, file)
			}
		}
		if now := readLog(t, l.Dir()); c.verdict == VerdictUnsealed && !bytes.Equal(now, c.log) {
			t.Errorf("%s: the log was changed", name)
		}
		before := tree(t, l.Dir())
		if again := repair(t, s, "a"); again.Changed() || again.Freed > 0 || !maps.Equal(before, tree(t, l.Dir())) {
			t.Errorf("%s: a second repair has changed something", name)
		}
		if !there {
			t.Log("this file system sets nothing aside")
		}
	}
}

// The next run on the shelf frees it too, together with moving the tail.
func TestRecoveryFreesWhatWasSetAside(t *testing.T) {
	s := diskShelf(t)
	there := false
	tailedRun(t, s, slices.Collect(bytes.Lines(logOf(1000))), func(l *Live) {
		there = grown(t, l.Path(StdoutFile), bytes.Repeat([]byte("a line of text\n"), 1<<20/15+1))
	})
	dir := open(t, s, "a").Dir
	if !there {
		t.Skip("this file system sets nothing aside")
	}
	create(t, s, CreateOptions{RunID: "b"})
	if hasTail(vfs.OS(), dir) || hasSetAside(vfs.OS(), dir) {
		t.Errorf("a tail is left: %v; space is: %v", hasTail(vfs.OS(), dir), hasSetAside(vfs.OS(), dir))
	}
}

// diskShelf is a quickShelf where files are kept that have to last, since what the tests
// have else sets nothing aside.
func diskShelf(t *testing.T) *Shelf {
	s := New(filepath.Join(t.TempDir(), "logs"))
	s.fs = quick{vfs.OS()}
	return s
}
