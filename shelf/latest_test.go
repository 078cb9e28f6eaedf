package shelf

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// checkNoTemporaries checks that no temporary name is left below dir.
func checkNoTemporaries(t *testing.T, dir string) {
	t.Helper()
	for name := range tree(t, dir) {
		if base := filepath.Base(name); strings.HasPrefix(base, ".") && base != "." && base != LockFile && base != IndexFile {
			t.Errorf("%s is left", name)
		}
	}
}

func TestA7LatestIsDirectory(t *testing.T) {
	s := New(t.TempDir())
	write(t, filepath.Join(s.Dir(), LatestLink, "keep"), "x")
	checkLatestLeftAlone(t, s)
	// A name that is taken so has no meaning of its own: the newest run is meant.
	if r, err := s.Find(filepath.Join(s.Dir(), LatestLink)); !errors.Is(err, ErrNoRun) {
		t.Errorf("the directory is taken for run %v", r)
	}
}

func TestA8LatestIsFile(t *testing.T) {
	s := New(t.TempDir())
	write(t, filepath.Join(s.Dir(), LatestLink), "x")
	checkLatestLeftAlone(t, s)
}

func checkLatestLeftAlone(t *testing.T, s *Shelf) {
	t.Helper()
	before := tree(t, filepath.Join(s.Dir(), LatestLink))
	var warnings []string
	l := create(t, s, CreateOptions{Warn: func(msg string) { warnings = append(warnings, msg) }})
	if len(warnings) != 1 || strings.Contains(warnings[0], "\n") {
		t.Errorf("warnings: %q", warnings)
	}
	if !maps.Equal(before, tree(t, filepath.Join(s.Dir(), LatestLink))) {
		t.Error("latest has changed")
	}
	runs := list(t, s)
	if len(runs) != 1 || runs[0].ID != l.ID() {
		t.Errorf("runs %q", ids(runs))
	}
	if r, err := s.Find("latest"); err != nil || r.ID != l.ID() {
		t.Errorf("latest is %v, %v", r, err)
	}
}

func TestA9LatestDangling(t *testing.T) {
	s := New(t.TempDir())
	if err := os.Symlink("run_gone", filepath.Join(s.Dir(), LatestLink)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"latest", "@", "latest~1", filepath.Join(s.Dir(), "latest")} {
		if r, err := s.Find(name); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if l := create(t, s, CreateOptions{}); readLink(t, s) != l.ID() {
		t.Errorf("latest is %s", readLink(t, s))
	}
}

func TestA10LatestMoves(t *testing.T) {
	t.Parallel()
	const moves = 500
	s := quickShelf(t)
	letGo(t, create(t, s, CreateOptions{}))
	stop, failed := make(chan struct{}), make(chan error)
	go func() { failed <- openUntil(stop, filepath.Join(s.Dir(), LatestLink, EventsFile)) }()
	for range moves - 1 {
		l := create(t, s, CreateOptions{})
		letGo(t, l)
		if got := readLink(t, s); got != l.ID() {
			t.Fatalf("latest is %q, not %q", got, l.ID())
		}
	}
	close(stop)
	if err := <-failed; err != nil {
		t.Error(err)
	}
	if got := len(names(t, s.Dir())); got != moves+1 {
		t.Errorf("%d names in the shelf", got)
	}
	checkNoTemporaries(t, s.Dir())
}

// openUntil opens and closes a file until stop, or until that fails.
func openUntil(stop <-chan struct{}, path string) error {
	for {
		select {
		case <-stop:
			return nil
		default:
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			f.Close()
		}
	}
}

func TestLatestIsTheOneThatStartedLast(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	tests := []struct {
		name   string
		before time.Time // when the run that latest names started
		moves  bool
	}{
		{"earlier", now.Add(-time.Hour), true},
		{"equal", now, true},
		{"later", now.Add(time.Second), false},
		{"in the future", now.Add(time.Hour), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := quickShelf(t)
			letGo(t, create(t, s, CreateOptions{RunID: "before", Now: at(test.before)}))
			// The run takes a minute from its start to the moving of the link.
			calls := 0
			slow := func() time.Time { calls++; return now.Add(time.Duration(calls-1) * time.Minute) }
			create(t, s, CreateOptions{RunID: "after", Now: slow})
			if got := readLink(t, s); (got == "after") != test.moves {
				t.Errorf("latest is %s", got)
			}
		})
	}
}

func TestLatestOutOfTheShelfIsNotFollowed(t *testing.T) {
	base := t.TempDir()
	handMade(t, New(base), "outside", sample)
	s := New(filepath.Join(base, "logs"))
	inside := handMade(t, s, "inside", sample)
	for _, target := range []string{"../outside", filepath.Join(base, "outside"), "/etc", "..", ".", "a/../../outside", inside} {
		link := filepath.Join(s.Dir(), LatestLink)
		os.Remove(link)
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"latest", "@", link} {
			if r, err := s.Find(name); err != nil || r.ID != "inside" {
				t.Errorf("latest -> %s: %s is %v, %v", target, name, r, err)
			}
		}
	}
}

// Whoever makes the link by hand may spell the name in other ways.
func TestLatestMadeByHand(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "a", sample)
	letGo(t, create(t, s, CreateOptions{RunID: "newer"}))
	for _, target := range []string{"a", "./a", "a/", ".//a/."} {
		link := filepath.Join(s.Dir(), LatestLink)
		os.Remove(link)
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Find("latest"); err != nil || r.ID != "a" {
			t.Errorf("latest -> %s is %v, %v", target, r, err)
		}
	}
}

func TestLatestRunThatIsLinkIsNotFollowed(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "good", sample)
	err := errors.Join(os.Symlink("good", filepath.Join(s.Dir(), "alias")), os.Symlink("alias", filepath.Join(s.Dir(), LatestLink)))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Find("latest"); err != nil || r.ID != "good" {
		t.Errorf("%v, %v", r, err)
	}
}

// noLinks is a file system without symbolic links.
type noLinks struct {
	vfs.FS
	err error
}

func (n noLinks) Symlink(target, name string) error {
	return &os.LinkError{Op: "symlink", Old: target, New: name, Err: n.err}
}

func TestLatestTextStandsInForTheLink(t *testing.T) {
	for _, reason := range []error{syscall.EPERM, syscall.ENOTSUP, syscall.ENOSYS} {
		s := quickShelf(t)
		for range 3 {
			l := create(t, s, CreateOptions{FS: noLinks{vfs.OS(), reason}})
			b, err := os.ReadFile(filepath.Join(s.Dir(), "latest.txt"))
			if err != nil || string(b) != l.ID()+"\n" {
				t.Errorf("%v: latest.txt has %q, %v", reason, b, err)
			}
			if r, err := s.Find("latest"); err != nil || r.ID != l.ID() {
				t.Errorf("%v: latest is %v, %v", reason, r, err)
			}
		}
		checkNoTemporaries(t, s.Dir())
		if _, err := os.Lstat(filepath.Join(s.Dir(), LatestLink)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is a latest: %v", err)
		}
	}
}

func TestLatestTextThatIsNoID(t *testing.T) {
	for _, text := range []string{"", "../x", "good\ngood", strings.Repeat("a", 1<<20), "/etc"} {
		s := New(t.TempDir())
		handMade(t, s, "good", sample)
		write(t, filepath.Join(s.Dir(), latestText), text)
		if r, err := s.Find("latest"); err != nil || r.ID != "good" {
			t.Errorf("%.20q: %v, %v", text, r, err)
		}
	}
}

func TestLatestLeftoverOfAKilledProcessIsReplaced(t *testing.T) {
	s := quickShelf(t)
	if err := errors.Join(os.MkdirAll(s.Dir(), 0o777), os.Symlink("x", filepath.Join(s.Dir(), ".latest.new"))); err != nil {
		t.Fatal(err)
	}
	create(t, s, CreateOptions{})
	checkNoTemporaries(t, s.Dir())
}

// Who waits for many others waits longer than for one who has stopped.
func TestLockIsWaitedForWhileOthersChangeSomething(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := vfs.OS().OpenFile(dir, os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if held, err := vfs.TryLock(d); !held {
		t.Skip("directories cannot be locked here:", err)
	}
	go func() {
		defer d.Close()
		for began := time.Now(); time.Since(began) < lockWait+lockWait/4; time.Sleep(10 * time.Millisecond) {
			_ = os.Mkdir(filepath.Join(dir, "x"), 0o777)
			_ = os.Remove(filepath.Join(dir, "x"))
		}
	}()
	held, release := lockDir(vfs.OS(), dir)
	defer release()
	if !held {
		t.Error("the others had not come to their end")
	}
}

func TestLatestMovesAlthoughTheShelfStaysLocked(t *testing.T) {
	t.Parallel()
	s := quickShelf(t)
	if err := os.MkdirAll(s.Dir(), 0o777); err != nil {
		t.Fatal(err)
	}
	d, err := vfs.OS().OpenFile(s.Dir(), os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if held, err := vfs.TryLock(d); !held {
		t.Skip("directories cannot be locked here:", err)
	}
	if l := create(t, s, CreateOptions{}); readLink(t, s) != l.ID() {
		t.Errorf("latest is %s", readLink(t, s))
	}
	checkNoTemporaries(t, s.Dir())
}
