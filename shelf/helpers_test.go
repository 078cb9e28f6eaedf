package shelf

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// quick is the machine's file system without its syncs, for tests that make
// hundreds of runs and whose subject is not the device.
type quick struct{ vfs.FS }

type quickFile struct{ vfs.File }

func (quick) SyncDir(string) error { return nil }

func (q quick) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	f, err := q.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return quickFile{f}, nil
}

func (quickFile) Sync() error     { return nil }
func (quickFile) Datasync() error { return nil }

// quickShelf returns a shelf in a new directory, over a file system that does
// not sync.
func quickShelf(t testing.TB) *Shelf {
	t.Helper()
	s := New(filepath.Join(testDir(t), "logs"))
	s.fs = quick{vfs.OS()}
	return s
}

// create makes a run and lets it go when the test ends.
func create(t testing.TB, s *Shelf, o CreateOptions) *Live {
	t.Helper()
	l, err := s.Create(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { letGo(t, l) })
	return l
}

func letGo(t testing.TB, l *Live) {
	t.Helper()
	l.Events().Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// finishRun ends a run as completed.
func finishRun(t testing.TB, l *Live) {
	t.Helper()
	if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted }); err != nil {
		t.Fatal(err)
	}
	letGo(t, l)
}

// at returns a clock that stands still.
func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// noon is when most runs of the tests start.
var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// tree describes every file below dir by its mode and contents, and every link by
// its target.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		seen[name] = d.Type().String()
		switch {
		case d.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			seen[name] += " " + target
			return err
		case d.Type().IsRegular():
			b, err := os.ReadFile(path)
			seen[name] += " " + string(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// write makes a file and the directories above it.
func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// handMade makes a run directory with a manifest as given and one event.
func handMade(t testing.TB, s *Shelf, id, manifest string) string {
	t.Helper()
	dir := filepath.Join(s.Dir(), id)
	write(t, filepath.Join(dir, EventsFile), `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"x"}`+"\n")
	write(t, filepath.Join(dir, ManifestFile), manifest)
	return dir
}

// ids returns the ids of runs in their order.
func ids(runs []*Run) []string {
	out := make([]string, len(runs))
	for i, r := range runs {
		out[i] = r.ID
	}
	return out
}

// list returns the runs of a shelf.
func list(t testing.TB, s *Shelf) []*Run {
	t.Helper()
	runs, err := s.Runs()
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// readLink returns the target of the shelf's latest.
func readLink(t testing.TB, s *Shelf) string {
	t.Helper()
	target, err := os.Readlink(filepath.Join(s.Dir(), LatestLink))
	if err != nil {
		t.Fatal(err)
	}
	return target
}
