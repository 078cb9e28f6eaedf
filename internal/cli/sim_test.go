package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// ranMain is what one command line did.
type ranMain struct {
	code           int
	stdout, stderr string
}

// runMain runs a command line in this process, with an environment of its own.
func runMain(t *testing.T, args ...string) ranMain {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(args, strings.NewReader(""), &stdout, &stderr, []string{"XDG_CONFIG_HOME=" + t.TempDir()})
	return ranMain{code, stdout.String(), stderr.String()}
}

// Whatever sim cannot do it says in one line, with exit code 2, and makes
// nothing: not even the shelf.
func TestSimRefuses(t *testing.T) {
	tests := []struct {
		args string // separated by spaces; "''" is an empty word
		want string
	}{
		{"zzz", "sim --list"},
		{"economy exchange", "one model"},
		{"--set agents=many", `economy.agents: must be an integer, not "many"`},
		{"--set agents", "key=value"},
		{"--set strategies=", "strategies"},
		{"--set mint_window=50", "mint_window"},
		{"--set simulation.model=exchang", "exchange"},
		{"exchange --set lambda=2", "exchange.lambda: must be"},
		{"--ticks 1.5", "flag --ticks"},
		{"--ticks -1", ", not -1"},
		{"--ticks ''", "flag --ticks"},
		{"--seed x", "flag --seed"},
		{"--seed 9223372036854775808", "flag --seed"},
		{"--durability strong", "crash, each, power, none"},
		{"--metrics-every x", "flag --metrics-every"},
		{"--config ''", "--config is empty"},
		{"--config missing.yaml", "missing.yaml: cannot read"},
		{"--output-file ''", "--output-file is empty"},
		{"--output-file x --run-id y", "exclude each other"},
		{"--output-file x --tag y", "exclude each other"},
		{"--output-file x --metrics-every 1", "run directory"},
		{"--resume latest", "latest"},
		{"--resume ''", "--resume is empty"},
		{"--resume latest --seed 1", "exclude each other"},
		{"--logs-dir ''", "--logs-dir"},
		{"--no-such-flag", "no-such-flag"},
		{"validate now", "now"},
		{"--run-id ../../x", "../../x"},
		{"--run-id a/b", "a/b"},
		{"--run-id ..", ".."},
		{"--run-id .", "."},
		{"--run-id ''", "empty"},
		{"--run-id -rf", "-rf"},
		{"--run-id .x", ".x"},
		{"--run-id _x", "_x"},
		{"--run-id latest", "latest"},
		{"--run-id a\x1b[2Jb", `\x1b`},
		{"--run-id a\nb", `\n`},
		{"--run-id a\x00b", `\x00`},
		{"--run-id " + strings.Repeat("a", 129), "129"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			args := strings.Split(strings.ReplaceAll(tt.args, "''", ""), " ")
			got := runMain(t, append([]string{"sim"}, args...)...)
			if got.code != exitUsage || got.stdout != "" || !strings.Contains(got.stderr, tt.want) {
				t.Errorf("exit code %d, stdout %q, stderr %q", got.code, got.stdout, got.stderr)
			}
			lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
			if len(lines) > 2 || !strings.HasPrefix(lines[0], "runshelf: ") || len(lines) == 2 && !strings.HasPrefix(lines[1], "hint: ") {
				t.Errorf("not one line of error: %q", got.stderr)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// The example is good as it stands, and what changes it changes the run.
func TestExampleConfiguration(t *testing.T) {
	example, err := filepath.Abs("../../examples/economy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for id, set := range map[string]string{"as_it_is": "ticks=3", "changed": "agents=20"} {
		if got := runMain(t, "sim", "-q", "--config", example, "--seed", "1", "--set", set, "--run-id", id); got.code != 0 {
			t.Fatalf("%s: %s", id, got.stderr)
		}
	}
	config := func(id string) map[string]any {
		var c map[string]any
		text, err := os.ReadFile(filepath.Join("logs", id, shelf.ConfigFile))
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if config("changed")["agents"] != 20.0 || config("as_it_is")["agents"] == 20.0 {
		t.Errorf("agents %v and %v", config("as_it_is")["agents"], config("changed")["agents"])
	}
}

func TestSimEndings(t *testing.T) {
	done := runner.Result{Status: shelf.StatusCompleted, Reason: "max_ticks", Events: 12345, Elapsed: 1500 * time.Millisecond}
	cut := runner.Result{Status: shelf.StatusInterrupted, Reason: "interrupted", Events: 1}
	failed := runner.Result{Status: shelf.StatusFailed, Reason: "error", Events: 3}
	lost := done
	lost.Dropped, lost.LogErr = 7, errors.Join(errors.New("runshelf: closing x: 7 dropped"), errors.New("metrics are lost"))
	tests := []struct {
		name    string
		result  runner.Result
		err     error
		signal  os.Signal
		logsDir string
		code    int
		stderr  string
	}{
		{"completed", done, nil, nil, "", 0, "completed (max_ticks): 12345 events in 1.50 s; next: runshelf show r\n"},
		{"elsewhere", done, nil, nil, "a b", 0, "completed (max_ticks): 12345 events in 1.50 s; next: runshelf show r --logs-dir 'a b'\n"},
		{"Ctrl-C", cut, nil, os.Interrupt, "", 130, "interrupted: 1 event in 0.00 s; next: runshelf sim --resume r\n"},
		{"SIGTERM", cut, nil, syscall.SIGTERM, "", 143, "interrupted: 1 event in 0.00 s; next: runshelf sim --resume r\n"},
		{"SIGTERM too late", done, nil, syscall.SIGTERM, "", 0, "completed (max_ticks): 12345 events in 1.50 s; next: runshelf show r\n"},
		{"failed", failed, errors.New("economy at tick 2: broken"), nil, "", 1,
			"runshelf: economy at tick 2: broken\nfailed (error): 3 events in 0.00 s; next: runshelf events --last 20 r\n"},
		{"dropped", lost, nil, nil, "", 1, "runshelf: closing x: 7 dropped\nrunshelf: metrics are lost\n" +
			"completed (max_ticks): 12345 events in 1.50 s, 7 of them dropped; next: runshelf show r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := newApp(nil, nil, &bytes.Buffer{}, &stderr, nil)
			a.logsDir = tt.logsDir
			ctx, cancel := context.WithCancelCause(t.Context())
			if tt.signal != nil {
				cancel(&signalError{signal: tt.signal})
			}
			defer cancel(nil)
			talk := &simTalk{app: a, id: "r"}
			code := a.report(talk.ended(ctx, tt.result, tt.err))
			if code != tt.code || stderr.String() != tt.stderr {
				t.Errorf("exit code %d, want %d\n got %q\nwant %q", code, tt.code, stderr.String(), tt.stderr)
			}
		})
	}
}

func TestQuietSimPrintsTheIDOnly(t *testing.T) {
	var stdout, stderr bytes.Buffer
	a := newApp(nil, nil, &stdout, &stderr, nil)
	talk := &simTalk{app: a, id: "r", quiet: true}
	err := talk.ended(t.Context(), runner.Result{Status: shelf.StatusCompleted}, nil)
	if err := errors.Join(err, a.finish()); err != nil || stdout.String() != "r\n" || stderr.Len() > 0 {
		t.Errorf("stdout %q, stderr %q, %v", stdout.String(), stderr.String(), err)
	}
}

func TestProgress(t *testing.T) {
	var w bytes.Buffer
	p := newProgress(&w, false)
	p.show(runner.Progress{Tick: 1, Ticks: 100, Events: 10, Elapsed: progressPause - 1})
	if w.Len() > 0 {
		t.Errorf("drawn too early: %q", w.String())
	}
	p.show(runner.Progress{Tick: 50, Ticks: 100, Events: 12345, Elapsed: progressPause})
	if !strings.Contains(w.String(), "tick 50 of 100, 12,345 events") || !strings.Contains(w.String(), "50%") {
		t.Errorf("drawn %q", w.String())
	}
	if n := strings.Count(w.String(), "tick 50"); n != 1 {
		t.Errorf("drawn %d times: %q", n, w.String())
	}
	w.Reset()
	p.wipe()
	if w.Len() == 0 || strings.Contains(w.String(), "tick") {
		t.Errorf("wiped by %q", w.String())
	}
	var none *progress
	none.wipe() // no bar, nothing to wipe
}
