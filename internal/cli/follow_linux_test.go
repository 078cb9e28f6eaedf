package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// smallPipe returns a pipe with room for one page.
func smallPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	if _, err := unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, 4096); err != nil {
		t.Fatal(err)
	}
	return r, w
}

// Who follows a run ends when asked to, also while nobody reads what it prints.
func TestFollowWithStuckOutput(t *testing.T) {
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	run := exec.Command("runshelf", "exec", "--logs-dir", logs, "--", "sh", "-c", "yes some output | head -n 1000; exec sleep 1000")
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGTERM)
		_ = run.Wait()
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(logs, "latest", "events.jsonl")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("there is no run")
		}
	}
	for _, args := range [][]string{{"events", "-f"}, {"tail"}, {"tail", "--latest"}} {
		for _, processors := range []string{"1", "2"} {
			t.Run(strings.Join(args, " ")+" on "+processors, func(t *testing.T) {
				t.Parallel()
				followStuck(t, processors, slices.Concat(args, []string{"--logs-dir", logs, "--last", "900", "latest"}))
			})
		}
	}
}

// followStuck follows a run that has written much, reads nothing of it, and asks the
// follower to end.
func followStuck(t *testing.T, processors string, args []string) {
	r, w := smallPipe(t)
	cmd := exec.Command("runshelf", args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+processors)
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if n, err := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ); err == nil && n > 2000 {
			break
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("nothing is printed")
		}
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
		if code := cmd.ProcessState.ExitCode(); code != 143 {
			t.Errorf("it ended with %d, not 143", code)
		}
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		t.Error("it did not end")
	}
}

// What is written without the scheduler never waits: of a pipe it fills what there is room
// for, whoever took the rest.
func TestWriteAloneNeverWaits(t *testing.T) {
	r, w := smallPipe(t)
	text := make([]byte, 10_000)
	switch n := writeAlone(w.Fd(), text); n {
	case 4096:
	case 0:
		t.Skip("this kernel does not write into pipes without waiting")
	default:
		t.Errorf("%d bytes were written into room for 4096", n)
	}
	if n := writeAlone(w.Fd(), text); n != 0 {
		t.Errorf("%d bytes were written into no room", n)
	}
	if _, err := r.Read(text[:4096]); err != nil {
		t.Fatal(err)
	}
	if n := writeAlone(w.Fd(), text[:100]); n != 100 {
		t.Errorf("%d bytes of 100 were written", n)
	}
}
