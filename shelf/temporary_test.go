package shelf

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// watched notes every name that is made and how.
type watched struct {
	vfs.FS
	t    *testing.T
	root string
	mu   sync.Mutex
	made int
}

func (w *watched) note(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made++
	if rel, err := filepath.Rel(w.root, name); err != nil || strings.HasPrefix(rel, "..") {
		w.t.Errorf("%s is made outside of the shelf", name)
	}
}

func (w *watched) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if flag&os.O_CREATE != 0 {
		w.note(name)
		if flag&os.O_EXCL == 0 {
			w.t.Errorf("%s is not made exclusively", name)
		}
	}
	return w.FS.OpenFile(name, flag, perm)
}

func (w *watched) Mkdir(name string, perm fs.FileMode) error {
	w.note(name)
	return w.FS.Mkdir(name, perm)
}

func (w *watched) Rename(oldName, newName string) error {
	w.note(newName)
	return w.FS.Rename(oldName, newName)
}

func (w *watched) Symlink(target, name string) error {
	w.note(name)
	return w.FS.Symlink(target, name)
}

func (w *watched) Link(oldName, newName string) error {
	w.note(newName)
	return w.FS.Link(oldName, newName)
}

func TestS23AndS25Names(t *testing.T) {
	s := quickShelf(t)
	makeRun(t, s, "r1", noon)
	log := logOf(1000)
	setLog(t, closedRun(t, s, "r2", log), append(bytes.Clone(log), "noise\n\x00\x00"...))
	w := &watched{FS: quick{vfs.OS()}, t: t, root: s.Dir()}
	s.fs = w
	letGo(t, create(t, s, CreateOptions{RunID: "r3"}))
	repair(t, s, "r2")
	repair(t, s, "r3")
	if err := s.Edit("r2", func(m *Manifest) error { m.Name = "x"; return nil }); err != nil {
		t.Fatal(err)
	}
	prune(t, s, Policy{Where: func(r *Run) (bool, error) { return r.ID == "r1", nil }}, PruneOptions{})
	prune(t, s, Policy{Where: func(r *Run) (bool, error) { return r.ID == "r3", nil }}, PruneOptions{Purge: true})
	if err := s.Restore("r1"); err != nil {
		t.Fatal(err)
	}
	if w.made < 15 {
		t.Errorf("only %d names were seen", w.made)
	}
	for name := range tree(t, s.Dir()) {
		if base := filepath.Base(name); strings.Contains(base, ".new") || strings.HasPrefix(base, gonePrefix) {
			t.Errorf("%s is left", name)
		}
		info, err := os.Lstat(filepath.Join(s.Dir(), name))
		if err != nil || info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			t.Errorf("%s is executable: %v", name, err)
		}
	}
}
