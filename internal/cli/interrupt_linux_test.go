package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// endlessRun makes a run that begins with two events, and whose log goes on with a hole
// that nobody reads to its end.
func endlessRun(t *testing.T, logs, id string) {
	t.Helper()
	dir := filepath.Join(logs, id)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, shelf.EventsFile)
	text := `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"a","x":1}
{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":2,"event_type":"b","cause":1,"x":2}
`
	if err := os.WriteFile(log, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(log, 256<<30); err != nil {
		t.Skipf("no file can have such a hole: %v", err)
	}
}

// hasRead waits until a process has read so many bytes.
func hasRead(t *testing.T, pid, bytes int) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		var read int
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
		if err != nil {
			t.Skipf("nobody tells what a process has read: %v", err)
		}
		if _, err := fmt.Sscanf(string(text), "rchar: %d", &read); err == nil && read > bytes {
			return
		}
	}
	t.Fatalf("nothing is read")
}

// Whatever reads a log ends at once when it is told to, with the code that says so, and
// without a word.
func TestReadersInterrupted(t *testing.T) {
	t.Parallel()
	logs := t.TempDir()
	endlessRun(t, logs, "a")
	endlessRun(t, logs, "b")
	rules := filepath.Join(logs, "rules.yaml")
	if err := os.WriteFile(rules, []byte("rules:\n  - name: positive\n    always: x > 0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(logs, "b", shelf.EventsFile)
	for i, args := range [][]string{
		{"stats", "a"}, {"stats", "a", "--by", "x", "--of", "x"}, {"events", "a"}, {"events", "a", "--count"}, {"events", "a", "--last", "3"},
		{"series", "a", "--y", "x"}, {"show", "a"}, {"why", "a", "1", "--forward"}, {"check", "a", "--rule", rules}, {"diff", "a", "b"},
		{"diff", "a", file}, {"diff", "a", "b", "--ignore", "x~time"}, {"diff", "a", "b", "--learn"}, {"diff", "--matrix", "a", "b"},
		{"diff", "a", "b", "--any-order"}, {"report", "a", "-o", filepath.Join(logs, "report.html")},
		{"query", "SELECT count(*) FROM events WHERE x > 0 AND run_id = 'a'"},
	} {
		t.Run(strings.Join(args[:min(len(args), 4)], " "), func(t *testing.T) {
			t.Parallel()
			signal, code := syscall.SIGINT, 130
			if i%2 == 1 {
				signal, code = syscall.SIGTERM, 143
			}
			home := t.TempDir()
			cmd := program(t, logs, args...)
			cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+home, "TMPDIR="+home)
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cmd.Process.Kill() }()
			hasRead(t, cmd.Process.Pid, 64<<20)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
			_ = cmd.Wait() // the code tells
			if got := cmd.ProcessState.ExitCode(); got != code || strings.Contains(said.String(), "runshelf: reading") {
				t.Errorf("exit code %d, want %d, and %q", got, code, said.String())
			}
			_ = filepath.WalkDir(home, func(name string, d os.DirEntry, err error) error {
				if base := filepath.Base(name); err == nil && !d.IsDir() && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "runshelf-")) {
					t.Errorf("%s is left", name)
				}
				return nil
			})
			if _, err := os.Stat(filepath.Join(logs, "report.html")); err == nil {
				t.Errorf("a report is left")
			}
		})
	}
}

// A command that nobody takes the output of ends as quickly.
func TestReaderInterruptedWhileWriting(t *testing.T) {
	t.Parallel()
	logs := t.TempDir()
	dir := filepath.Join(logs, "long")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), bytes.Repeat([]byte("{\"event_type\":\"a\"}\n"), 100_000), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, logs, "events", "long", "--json")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if state, err := cmd.Process.Wait(); err != nil || state.ExitCode() != 130 {
		t.Errorf("%v, %v", state, err)
	}
}

// Who leaves the pager has seen enough: nothing is read for it any more.
func TestPagerLeftEndsReading(t *testing.T) {
	t.Parallel()
	logs := t.TempDir()
	endlessRun(t, logs, "a")
	pager := filepath.Join(logs, "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\nexit 0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if received := onTerminal(t, []string{"PAGER=" + pager}, "events", "a", "--logs-dir", logs); strings.Contains(received, "runshelf:") {
		t.Errorf("received %q", received)
	}
}
