package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/shelf"
)

// A50 eio_fsync, with the real program: what could not be synced is said, on the
// terminal and in the manifest, and nobody asks a second time.
func TestA50SimCannotSync(t *testing.T) {
	t.Parallel()
	const what = "error from a system call: a simulation cannot sync, from its first sync on or only its events"
	needStrace(t, "A50", what)
	sim := split("sim exchange --ticks 2 --set agents=4 --durability power --run-id new")
	s := &sweepShelf{t: t, dir: memoryDir(t)}
	got := do(t, s.command(strace(s.path("trace"), "fsync,fdatasync", "error=EIO"), sim...))
	if run, err := shelf.OpenRun(s.path("logs/new")); err != nil || got.code != 1 || run.Status != shelf.StatusCompleted ||
		!strings.Contains(got.stderr, "\nrunshelf: warning: sync ") || !strings.Contains(run.Manifest.Logger.Error, "input/output error") {
		t.Errorf("no sync at all: exit code %d, the run %+v, %v: %s", got.code, run, err, got.stderr)
	}
	s = &sweepShelf{t: t, dir: memoryDir(t)}
	got = do(t, s.command(strace(s.path("trace"), "fdatasync", "error=EIO"), sim...))
	if !strings.Contains(got.stderr, "input/output error") {
		t.Errorf("the events: exit code %d, and it is not said: %s", got.code, got.stderr)
	}
	run, err := shelf.OpenRun(s.path("logs/new"))
	if err != nil || !strings.Contains(run.Manifest.Logger.Error, "input/output error") {
		t.Fatalf("the manifest says %+v, %v", run, err)
	}
	if v, err := run.Verify(); err != nil || !v.Verdict.Sound() {
		t.Errorf("%+v, %v", v, err)
	}
	trace := filesOf(t, filepath.Dir(s.path("trace")))["/trace"]
	if n := strings.Count(trace, "fdatasync("); n != 1 {
		t.Errorf("the events were synced %d times, want 1:\n%s", n, trace)
	}
	reliability.Count(t, "A50", what, 2)
}
