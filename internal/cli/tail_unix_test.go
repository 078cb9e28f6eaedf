//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// program starts this test binary as runshelf.
func program(t *testing.T, logs string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], append(args, "--logs-dir", logs)...)
	cmd.Args[0] = "runshelf"
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+logs)
	return cmd
}

// readLines expects the bytes of a log to be the next lines of a stream.
func readLines(t *testing.T, r *bufio.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil {
		t.Fatalf("the stream ends: %v", err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("followed %d bytes that differ from the log", len(got))
	}
}

// A68 follow_before_start, A69 follow_to_the_next.
func TestTailLatest(t *testing.T) {
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	tail := program(t, logs, "tail", "--latest", "--json")
	stdout, err := tail.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := tail.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(stderr)
	timer := time.AfterFunc(patience, func() { _ = tail.Process.Kill() })
	defer timer.Stop()
	expectWords(t, said, "waiting for a run in "+logs)
	lines := bufio.NewReader(stdout)
	for _, id := range []string{"first", "second"} {
		if out, err := program(t, logs, "sim", "--ticks", "3", "--seed", "1", "--quiet", "--run-id", id).CombinedOutput(); err != nil {
			t.Fatalf("%s: %s", err, out)
		}
		log, err := os.ReadFile(filepath.Join(logs, id, shelf.EventsFile))
		if err != nil {
			t.Fatal(err)
		}
		expectWords(t, said, "following "+id)
		readLines(t, lines, log)
	}
	interruptTail(t, tail)
}

// Runs that come faster than somebody looks are all followed, in the order in which they
// started, also when the link has jumped over them. What was there before is left out,
// and so is a run that is shown already and becomes the latest again.
func TestTailLatestLeavesNoneOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	logs, aside := filepath.Join(dir, "logs"), filepath.Join(dir, "aside")
	ids := []string{"r5", "r1", "r4", "r2", "r3"} // neither in the order of their names
	for _, id := range append([]string{"old", "begun"}, ids...) {
		to := aside
		if id == "old" || id == "begun" {
			to = logs
		}
		if out, err := program(t, to, "sim", "exchange", "--ticks", "1", "--seed", "1", "--quiet", "--run-id", id).CombinedOutput(); err != nil {
			t.Fatalf("%s: %s", id, out)
		}
	}
	if err := os.Remove(filepath.Join(aside, "r4", shelf.EventsFile)); err != nil { // as if it had been removed
		t.Fatal(err)
	}
	tail := program(t, logs, "tail", "--latest", "-n", "0")
	stderr, err := tail.StderrPipe()
	if err == nil {
		err = tail.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = tail.Process.Kill() })
	defer timer.Stop()
	said := bufio.NewScanner(stderr)
	expectWords(t, said, "following begun")
	for _, id := range ids {
		if err := os.Rename(filepath.Join(aside, id), filepath.Join(logs, id)); err != nil {
			t.Fatal(err)
		}
	}
	name := func(id string) {
		link := filepath.Join(logs, ".latest.test")
		if err := errors.Join(os.Symlink(id, link), os.Rename(link, filepath.Join(logs, shelf.LatestLink))); err != nil {
			t.Fatal(err)
		}
	}
	name("r3")
	for _, id := range ids {
		expectWords(t, said, "following "+id)
	}
	name("r1")
	if out, err := program(t, logs, "sim", "exchange", "--ticks", "1", "--seed", "1", "--quiet", "--run-id", "last").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	expectWords(t, said, "following last")
	interruptTail(t, tail)
}

// A run that is there already is named as well.
func TestTailLatestBegun(t *testing.T) {
	t.Parallel()
	tail := program(t, samples(t), "tail", "run_20260115_130000", "--latest", "-n", "0")
	tail.Env = append(tail.Env, "XDG_CONFIG_HOME="+t.TempDir())
	stderr, err := tail.StderrPipe()
	if err == nil {
		err = tail.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	expectWords(t, bufio.NewScanner(stderr), "following run_20260115_130000")
	interruptTail(t, tail)
}

// interruptTail ends a tail that would go on for ever.
func interruptTail(t *testing.T, tail *exec.Cmd) {
	t.Helper()
	if err := tail.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = tail.Wait() // it was asked to end; the exit code says so
	if code := tail.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

// expectWords expects a line of talk.
func expectWords(t *testing.T, said *bufio.Scanner, want string) {
	t.Helper()
	if !said.Scan() || said.Text() != want {
		t.Fatalf("said %q, want %q", said.Text(), want)
	}
}

// A70 follow_fast: every line once, in order, however fast they come.
func TestFollowFast(t *testing.T) {
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	sim := program(t, logs, "sim", "--ticks", "1500", "--seed", "1", "--quiet", "--run-id", "fast")
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(patience)
	for {
		if _, err := os.Lstat(filepath.Join(logs, "fast", shelf.ManifestFile)); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal("the run does not begin")
		}
		time.Sleep(time.Millisecond)
	}
	followed, err := program(t, logs, "events", "fast", "-f", "--json", "--exit-status").Output()
	if err != nil {
		t.Fatalf("following: %v", err)
	}
	if err := sim.Wait(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(logs, "fast", shelf.EventsFile))
	if err != nil || !bytes.Equal(followed, log) {
		t.Errorf("followed %d bytes, the log has %d: %v", len(followed), len(log), err)
	}
}
