//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowProgram is guilty with k5, and waits in its third run until it is let go.
const slowProgram = `echo x >> started
if [ "$(wc -l < started)" -eq 3 ] && [ ! -e free ]; then touch waiting; while [ ! -e free ]; do sleep 0.01; done; fi
case "$RUNSHELF_PARAMS" in *'"k5":2'*) echo lost ;; *) echo well ;; esac
`

// bisectDir makes two runs of a program that differ in eight parameters.
func bisectDir(t *testing.T) (dir string, command func(words ...string) *exec.Cmd) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "slow.sh"), []byte(slowProgram), 0o666); err != nil {
		t.Fatal(err)
	}
	command = func(words ...string) *exec.Cmd {
		cmd := exec.Command("runshelf", words...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "XDG_CONFIG_HOME="+dir, "RUNSHELF_LOGS_DIR=logs")
		cmd.WaitDelay = patience
		return cmd
	}
	for id, value := range map[string]string{"good": "1", "bad": "2"} {
		words := []string{"exec", "--run-id", id}
		for k := range 8 {
			words = append(words, "--param", fmt.Sprintf("k%d=%s", k+1, value))
		}
		out, err := command(append(words, "--", "sh", "slow.sh")...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if err := os.Remove(filepath.Join(dir, "started")); err != nil {
		t.Fatal(err)
	}
	return dir, command
}

// A bisect that was stopped or killed goes on where it was: what had been run is
// not run again.
func TestBisectGoesOn(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	for signal, code := range map[syscall.Signal]int{syscall.SIGKILL: -1, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir, command := bisectDir(t)
			stopped := command("bisect", "good", "bad")
			var stderr bytes.Buffer
			stopped.Stderr = &stderr
			if err := stopped.Start(); err != nil {
				t.Fatal(err)
			}
			e := &execution{t: t, dir: dir, cmd: stopped}
			awaitFile(t, e.path("waiting"))
			if err := stopped.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = stopped.Wait() // the exit code says it
			if got := stopped.ProcessState.ExitCode(); got != code {
				t.Errorf("exit code %d, want %d; %s", got, code, &stderr)
			}
			if said := strings.Contains(stderr.String(), "to go on: runshelf bisect good bad\n"); said != (code > 0) {
				t.Errorf("it said %s", &stderr)
			}
			if err := os.WriteFile(e.path("free"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
			checkGoesOn(t, command)
		})
	}
}

// checkGoesOn bisects to the end and counts: two runs were finished before.
func checkGoesOn(t *testing.T, command func(...string) *exec.Cmd) {
	t.Helper()
	out, err := command("bisect", "good", "bad", "--json").Output()
	var got struct {
		Keys         []string
		Runs, Reused int
	}
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !slices.Equal(got.Keys, []string{"k5"}) || got.Reused != 2 || got.Runs+got.Reused > 10 {
		t.Errorf("%+v", got)
	}
	out, err = command("ls", "-q").Output()
	if n := strings.Count(string(out), "run_"); err != nil || n != got.Runs+3 {
		t.Errorf("%d runs on the shelf, %v; with the one that was cut short there are %d", n, err, got.Runs+3)
	}
}

// awaitFile waits until a file is there.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	t.Fatalf("there is no %s", path)
}

// A combination of a simulation can be stopped too, and is kept as interrupted:
// with the ticks of the good run and without its limit it would never end.
func TestBisectOfSimulationsStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	command := func(words ...string) *exec.Cmd {
		cmd := exec.Command("runshelf", words...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "XDG_CONFIG_HOME="+dir, "RUNSHELF_LOGS_DIR=logs")
		return cmd
	}
	for _, words := range []string{"good --ticks 1000000000 --set simulation.max_events=50", "bad --ticks 2"} {
		out, err := command(strings.Fields("sim exchange -q --seed 1 --run-id " + words)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := command("bisect", "good", "bad")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if id, err := os.Readlink(filepath.Join(dir, "logs", "latest")); err == nil && id != "bad" {
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("exit code %d; %s", cmd.ProcessState.ExitCode(), &stderr)
	}
	id, err := os.Readlink(filepath.Join(dir, "logs", "latest"))
	if err != nil {
		t.Fatal(err)
	}
	checkInterrupted(t, filepath.Join(dir, "logs", id), "INT")
}
