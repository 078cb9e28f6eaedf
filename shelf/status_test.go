package shelf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/internal/vfs"
)

func TestStatusRule(t *testing.T) {
	broken := errors.New("no locks here")
	tests := []struct {
		name     string
		stored   Status
		hostname string
		held     bool
		lockErr  error
		remote   bool
		want     Status
	}{
		{"ended, whatever the lock", StatusCompleted, "here", true, nil, false, StatusCompleted},
		{"ended and no lock", StatusFailed, "here", false, broken, true, StatusFailed},
		{"interrupted", StatusInterrupted, "there", false, nil, true, StatusInterrupted},
		{"alive", StatusRunning, "here", true, nil, false, StatusRunning},
		{"dead", StatusRunning, "here", false, nil, false, StatusCrashed},
		{"dead, of another name, on a local disk", StatusRunning, "there", false, nil, false, StatusCrashed},
		{"dead, of this machine, on a network", StatusRunning, "here", false, nil, true, StatusCrashed},
		{"of another machine, on a network", StatusRunning, "there", false, nil, true, StatusUnknown},
		{"of no known machine, on a network", StatusRunning, "", false, nil, true, StatusUnknown},
		{"of another machine, and seen to be held", StatusRunning, "there", true, nil, true, StatusRunning},
		{"the lock cannot be asked", StatusRunning, "here", false, broken, false, StatusUnknown},
		{"no manifest yet, but a writer", "", "", true, nil, false, StatusRunning},
		{"no manifest and no writer", "", "", false, nil, false, StatusUnknown},
		{"a status of another version", "paused", "here", false, nil, false, StatusUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := Manifest{Status: test.stored}
			if test.hostname != "" {
				m.Host = &Host{Hostname: test.hostname}
			}
			r := &Run{Dir: "run", Manifest: m}
			got := r.findStatus(machine{
				hostname: "here",
				remote:   func(string) bool { return test.remote },
				locked:   func(string) (bool, error) { return test.held, test.lockErr },
			})
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// runningOn is a manifest that says running on a machine.
func runningOn(hostname string) string {
	return fmt.Sprintf(`{"status":"running","host":{"hostname":%q,"pid":999999999,"boot_id":"another"}}`, hostname)
}

func statusOf(t *testing.T, s *Shelf, id string) Status {
	t.Helper()
	r, err := s.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, listed := range list(t, s) {
		if listed.ID == r.ID && listed.Status != r.Status {
			t.Errorf("%s is %s, and %s in the list", r.ID, r.Status, listed.Status)
		}
	}
	return r.Status
}

func TestA23KilledRunIsCrashedAtOnce(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "logs"))
	c := startChild(t, "live", s.Dir())
	if got := statusOf(t, s, "latest"); got != StatusRunning {
		t.Errorf("alive: %s", got)
	}
	c.Process.Kill()
	c.Wait()
	if got := statusOf(t, s, "latest"); got != StatusCrashed {
		t.Errorf("killed: %s", got)
	}
	create(t, s, CreateOptions{})
	if got := len(list(t, s)); got != 2 {
		t.Errorf("%d runs", got)
	}
}

// A run killed while it was made has a lock, no manifest and no event. Without the
// lock, or with an event, nothing tells how it ended.
func TestKilledWhileMade(t *testing.T) {
	tests := []struct {
		name string
		lock bool
		text string
		want Status
	}{
		{"made_no_further", true, "", StatusCrashed},
		{"manifest_lost", true, "{}\n", StatusUnknown},
		{"no_lock", false, "", StatusUnknown},
	}
	s := New(t.TempDir())
	for _, test := range tests {
		dir := filepath.Join(s.Dir(), test.name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if test.lock {
			write(t, filepath.Join(dir, LockFile), "")
		}
		write(t, filepath.Join(dir, EventsFile), test.text)
		if got := statusOf(t, s, test.name); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	s.host.remote = func(string) bool { return true }
	if got := statusOf(t, s, "made_no_further"); got != StatusUnknown {
		t.Errorf("on a network file system: %s", got)
	}
}

func TestA29OtherBoot(t *testing.T) {
	s := New(t.TempDir())
	dir := handMade(t, s, "a", runningOn(s.host.hostname))
	if got := statusOf(t, s, "a"); got != StatusCrashed {
		t.Errorf("without a lock file: %s", got)
	}
	write(t, filepath.Join(dir, LockFile), "")
	if got := statusOf(t, s, "a"); got != StatusCrashed {
		t.Errorf("with a lock file: %s", got)
	}
}

func TestA30OtherHost(t *testing.T) {
	s := New(t.TempDir())
	handMade(t, s, "there", runningOn("elsewhere.example"))
	handMade(t, s, "here", runningOn(s.host.hostname))
	s.host.remote = func(string) bool { return true }
	if there, here := statusOf(t, s, "there"), statusOf(t, s, "here"); there != StatusUnknown || here != StatusCrashed {
		t.Errorf("there %s, here %s", there, here)
	}
}

func TestA31Suspended(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "logs"))
	c := startChild(t, "live", s.Dir())
	if err := suspend(c.Process); err != nil {
		t.Skip("processes cannot be stopped here:", err)
	}
	if got := statusOf(t, s, "latest"); got != StatusRunning {
		t.Errorf("got %s", got)
	}
}

func TestA32LockDecides(t *testing.T) {
	s := New(t.TempDir())
	dir := handMade(t, s, "a", runningOn(s.host.hostname))
	c := startChild(t, "hold", filepath.Join(dir, LockFile))
	if got := statusOf(t, s, "a"); got != StatusRunning {
		t.Errorf("held: %s", got)
	}
	c.release()
	c.Wait()
	if got := statusOf(t, s, "a"); got != StatusCrashed {
		t.Errorf("let go: %s", got)
	}
}

func TestStatusWithAnOddLockFile(t *testing.T) {
	makers := map[string]func(path string) error{
		"directory": func(path string) error { return os.Mkdir(path, 0o777) },
		"fifo":      makeFIFO,
		"link":      func(path string) error { return os.Symlink(EventsFile, path) },
		"dangling":  func(path string) error { return os.Symlink("/nowhere", path) },
	}
	for name, make := range makers {
		t.Run(name, func(t *testing.T) {
			s := New(t.TempDir())
			dir := handMade(t, s, "a", runningOn(s.host.hostname))
			if err := make(filepath.Join(dir, LockFile)); err != nil {
				t.Skip("cannot be made here:", err)
			}
			if got := statusOf(t, s, "a"); got != StatusUnknown {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestReadersDoNotDisturbTheWriter(t *testing.T) {
	s := quickShelf(t)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				s.Runs()
			}
		}
	}()
	for range 50 {
		l := create(t, s, CreateOptions{})
		if held, err := vfs.Locked(l.Path(LockFile)); !held {
			t.Errorf("not held: %v", err)
		}
		finishRun(t, l)
	}
	close(stop)
	<-done
}
