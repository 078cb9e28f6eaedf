//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// A33 ctrl_c: a run that is asked to end ends, keeps all, and says so.
func TestSimInterrupted(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			logs := filepath.Join(t.TempDir(), "logs")
			cmd := exec.Command(os.Args[0], "sim", "--ticks", "1000000000", "--run-id", "long", "--logs-dir", logs)
			cmd.Args[0] = "runshelf" // by this name the test binary is the program
			cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+logs)
			stderr, err := cmd.StderrPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stderr)
			if !lines.Scan() || !strings.HasPrefix(lines.Text(), "long → ") {
				t.Fatalf("first line %q", lines.Text())
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				if !strings.HasPrefix(lines.Text(), "interrupted: ") {
					t.Errorf("line %q", lines.Text())
				}
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != code {
				t.Errorf("exit code %d, want %d (%v)", cmd.ProcessState.ExitCode(), code, err)
			}
			checkInterrupted(t, filepath.Join(logs, "long"), map[syscall.Signal]string{syscall.SIGINT: "INT", syscall.SIGTERM: "TERM"}[signal])
		})
	}
}

// checkInterrupted checks the run that such an end by a signal leaves.
func checkInterrupted(t *testing.T, dir, signal string) {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != shelf.StatusInterrupted {
		t.Errorf("status %s", run.Status)
	}
	if p := run.Manifest.Program; p.Signal != signal || p.ExitCode != nil {
		t.Errorf("signal %q, exit code %v", p.Signal, p.ExitCode)
	}
	text, err := os.ReadFile(filepath.Join(dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	all := bytes.SplitAfter(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\n'})
	last, err := event.Decode(all[len(all)-1])
	if err != nil || last.Type != "simulation_end" {
		t.Errorf("the last event is %q, %v", last.Type, err)
	}
	if n := uint64(len(all)); n != run.Manifest.Events.Count || last.Sequence != n || int64(len(text)) != run.Manifest.Events.Bytes {
		t.Errorf("%d lines, %d bytes; the manifest says %+v", n, len(text), run.Manifest.Events)
	}
}
