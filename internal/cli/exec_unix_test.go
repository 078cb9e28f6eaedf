//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"example.org/runshelf/shelf"
)

// patience is how long a test waits for what must come. It is long, since the
// machine may be busy with anything else; a test that holds never waits for it.
const patience = 2 * time.Minute

// execution is one runshelf exec under test.
type execution struct {
	t      *testing.T
	dir    string // current directory, with the shelf logs below
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

// startExec starts runshelf exec with the run id r.
func startExec(t *testing.T, words ...string) *execution {
	t.Helper()
	e := prepareExec(t, words...)
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return e
}

func prepareExec(t *testing.T, words ...string) *execution {
	t.Helper()
	e := &execution{t: t, dir: t.TempDir()}
	e.cmd = exec.Command("runshelf", append([]string{"exec", "--run-id", "r"}, words...)...)
	e.cmd.Dir, e.cmd.Stderr = e.dir, &e.stderr
	e.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+e.dir, "RUNSHELF_LOGS_DIR=logs")
	// What is left of a failed test must not hold the next one up.
	e.cmd.WaitDelay = patience
	t.Cleanup(func() { _ = e.cmd.Process.Kill() })
	return e
}

// path is the path of a file in the current directory of the program.
func (e *execution) path(name string) string { return filepath.Join(e.dir, name) }

// await waits until the program has made a file with something in it, and
// returns that.
func (e *execution) await(name string) string {
	e.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if text, err := os.ReadFile(e.path(name)); err == nil && len(text) > 0 {
			return strings.TrimSpace(string(text))
		}
	}
	e.t.Fatalf("there is no %s; runshelf said %s", name, &e.stderr)
	return ""
}

// awaitPID is await for a file that holds the number of a process.
func (e *execution) awaitPID(name string) int {
	e.t.Helper()
	pid, err := strconv.Atoi(e.await(name))
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	return pid
}

// wait waits for runshelf and returns its exit code.
func (e *execution) wait() int {
	_ = e.cmd.Wait() // the code tells
	return e.cmd.ProcessState.ExitCode()
}

// run opens the run.
func (e *execution) run() *shelf.Run {
	e.t.Helper()
	run, err := shelf.OpenRun(e.path("logs/r"))
	if err != nil {
		e.t.Fatal(err)
	}
	return run
}

// check checks how the run ended.
func (e *execution) check(status shelf.Status, reason string) {
	e.t.Helper()
	run := e.run()
	if run.Status != status || !strings.Contains(run.Manifest.Reason, reason) {
		e.t.Errorf("%s, %q; want %s, %q; runshelf said %s", run.Status, run.Manifest.Reason, status, reason, &e.stderr)
	}
}

// enough tries with 200 ms, and with more each time until try says that this was
// enough for the machine as busy as it is now.
func enough(t *testing.T, try func(time.Duration) bool) {
	t.Helper()
	for d := 200 * time.Millisecond; d < patience; d *= 5 {
		if try(d) {
			return
		}
	}
	t.Fatal("no time is enough")
}

// awaitGone waits until a process that was killed is dead.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(patience); !gone(pid); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d lives", pid)
		}
	}
}

// gone reports whether a process is dead. One that nobody has waited for is.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) != nil
	}
	return bytes.Contains(stat, []byte(") Z ")) || bytes.Contains(stat, []byte(") X "))
}

// A23 kill_runner: who kills us leaves a crashed run, and the program goes on.
func TestA23KillRunner(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--", "sh", "-c", `echo $$ >pid; echo '{"n":1}' >>$RUNSHELF_EVENTS; exec sleep 60`)
	pid := e.awaitPID("pid")
	if err := e.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	e.wait()
	e.check(shelf.StatusCrashed, "")
	if gone(pid) {
		t.Error("the program died with us")
	}
	if side := e.await("logs/r/side.jsonl"); side != `{"n":1}` {
		t.Errorf("the side channel holds %q", side)
	}
}

// Lines that come by the side channel when nobody reads it any more are no events. They
// stay where they are, and who looks at the run is told of them.
func TestSideChannelAfterAKill(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--", "sh", "-c", `echo '{"n":1}' >>$RUNSHELF_EVENTS; echo $$ >pid
		while ! [ -e killed ]; do sleep 0.02; done; printf '{"n":2}\n{"n":3}\n{"n"' >>$RUNSHELF_EVENTS; echo x >over`)
	e.awaitPID("pid")
	log := e.path("logs/r/side.jsonl")
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) { // until the first line is an event
		if run, err := shelf.OpenRun(e.path("logs/r")); err == nil {
			if events, err := run.OpenEvents(); err == nil && events.Size() > 0 {
				events.Close()
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("no event came")
		}
	}
	if err := e.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	e.wait()
	if err := os.WriteFile(e.path("killed"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	e.await("over")
	const told = "3 lines of the side channel became no events: in side.jsonl from byte 8 on, 20 bytes"
	for _, words := range []string{"verify r", "show r", "repair r", "verify r", "repair r"} {
		out, err := exec.Command("runshelf", append(strings.Fields(words), "--logs-dir", e.path("logs"))...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), told) {
			t.Errorf("%s: %v, %s", words, err, out)
		}
	}
	if side, err := os.ReadFile(log); err != nil || string(side) != "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\"" {
		t.Errorf("%q, %v", side, err)
	}
}

// Output that came faster than it became events when we were killed stands in its file,
// and who looks at the run is told from which byte on it is no event.
func TestOutputAfterAKill(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("seq")
	if err != nil {
		t.Skip("a program that prints fast:", err)
	}
	e := startExec(t, "-q", "--", program, "1", "1000000000")
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if info, err := os.Stat(e.path("logs/r/events.jsonl")); err == nil && info.Size() > 4<<20 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no events came")
		}
	}
	if err := e.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	e.wait()
	output, err := os.ReadFile(e.path("logs/r/stdout.log"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		v, err := e.run().Verify()
		if err != nil || v.Verdict != shelf.VerdictUnsealed {
			t.Fatalf("%+v, %v", v, err)
		}
		left := shelf.Unrecorded{File: shelf.StdoutFile, Offset: int64(len(output))}
		if len(v.Unrecorded) > 0 {
			left = v.Unrecorded[0]
		}
		recorded, rest := output[:left.Offset], output[left.Offset:]
		if n := bytes.Count(recorded, []byte("\n")); n != int(v.Events) || !bytes.HasSuffix(recorded, fmt.Appendf(nil, "\n%d\n", n)) {
			t.Errorf("%d events; up to byte %d there are %d lines", v.Events, left.Offset, n)
		}
		lines := bytes.Count(rest, []byte("\n"))
		if len(rest) > 0 && !bytes.HasSuffix(rest, []byte("\n")) {
			lines++
		}
		if left.Length != int64(len(rest)) || left.Lines != int64(lines) {
			t.Errorf("%+v of %d lines, %d bytes", left, lines, len(rest))
		}
		if out, err := exec.Command("runshelf", "repair", "r", "--logs-dir", e.path("logs")).CombinedOutput(); err != nil || left.Lines > 0 && !bytes.Contains(out, []byte("became no events: in stdout.log")) {
			t.Errorf("repair: %v, %s", err, out)
		}
	}
}

// A24 kill_child: who kills the program makes a run that failed.
func TestA24KillChild(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--", "sh", "-c", `echo $$ >pid; exec sleep 60`)
	if err := syscall.Kill(e.awaitPID("pid"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if code := e.wait(); code != 137 {
		t.Errorf("exit code %d, want 137", code)
	}
	e.check(shelf.StatusFailed, "killed by SIGKILL")
	if signal := e.run().Manifest.Program.Signal; signal != "KILL" {
		t.Errorf("signal %q, want KILL", signal)
	}
}

// A59 ignores_term: after the grace nothing is left, wherever it has hidden.
func TestA59IgnoresTerm(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("setsid is not installed")
	}
	e := startExec(t, "--grace", "300ms", "--", "sh", "-c", `
		trap '' TERM
		(echo $$ >self; sh -c 'echo $$ >grandchild; while :; do sleep 1; done') &
		setsid sh -c 'trap "" TERM; echo $$ >stray; while :; do sleep 1; done' >/dev/null 2>&1 &
		echo $$ >pid; while :; do sleep 1; done`)
	pids := []int{e.awaitPID("pid"), e.awaitPID("grandchild"), e.awaitPID("stray")}
	if err := e.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := e.wait(); code != 137 {
		t.Errorf("exit code %d, want 137", code)
	}
	e.check(shelf.StatusInterrupted, "SIGTERM")
	for _, pid := range pids {
		awaitGone(t, pid)
	}
}

// A program that ends when it is asked to leaves nothing behind either.
func TestInterruptedProgramLeavesNothing(t *testing.T) {
	t.Parallel()
	enough(t, func(grace time.Duration) bool {
		e := startExec(t, "--grace", grace.String(), "--", "sh", "-c", `
			trap 'echo ended; exit 3' INT
			sh -c 'trap "" INT TERM; echo $$ >stray; while :; do sleep 1; done' &
			echo $$ >pid; while :; do sleep 0.05; done`)
		e.awaitPID("pid")
		stray := e.awaitPID("stray")
		if err := e.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		code := e.wait()
		if code == 137 {
			return false // the grace was over before the program had ended
		}
		if code != 3 {
			t.Errorf("exit code %d, want the program's own, 3", code)
		}
		e.check(shelf.StatusInterrupted, "SIGINT")
		if text := e.await("logs/r/stdout.log"); text != "ended" {
			t.Errorf("the program said %q", text)
		}
		awaitGone(t, stray)
		return true
	})
}

// A60 ctrl_c_twice: the first Ctrl-C reaches the program once, the second ends
// all at once.
func TestA60CtrlCTwice(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--pty=false", "--pty=true"} {
		t.Run(flag, func(t *testing.T) {
			e := prepareExec(t, "--grace", "1h", flag, "--", "sh", "-c", `
				trap 'echo caught >>caught' INT
				echo $$ >pid; while :; do sleep 0.05; done`)
			e.cmd.Stderr = nil
			terminal, err := pty.Start(e.cmd)
			if err != nil {
				t.Skipf("no terminal to be had: %v", err)
			}
			defer terminal.Close()
			go func() { _, _ = terminal.WriteTo(&bytes.Buffer{}) }()
			e.awaitPID("pid")
			press(t, terminal)
			e.await("caught")
			time.Sleep(200 * time.Millisecond) // a second signal would come by now
			if caught := e.await("caught"); caught != "caught" {
				t.Errorf("the first Ctrl-C was caught more than once: %q", caught)
			}
			press(t, terminal)
			if code := e.wait(); code != 137 {
				t.Errorf("exit code %d, want 137", code)
			}
			e.check(shelf.StatusInterrupted, "SIGINT")
			if m := e.run().Manifest; m.Events.SHA256 == "" || m.EndedAt.IsZero() {
				t.Error("the events were not closed")
			}
		})
	}
}

// press presses Ctrl-C.
func press(t *testing.T, terminal *os.File) {
	t.Helper()
	if _, err := terminal.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
}

// What is typed at our terminal reaches a program that reads, though its group is
// not the one in the foreground.
func TestExecReadsTheTerminal(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "sh", "-c", `read line; echo "got $line" >got`)
	e.cmd.Stderr = nil
	terminal, err := pty.Start(e.cmd)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	defer terminal.Close()
	go func() { _, _ = terminal.WriteTo(&bytes.Buffer{}) }()
	if _, err := terminal.WriteString("words\n"); err != nil {
		t.Fatal(err)
	}
	if got := e.await("got"); got != "got words" {
		t.Errorf("the program %s", got)
	}
	if code := e.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A Ctrl-Z stops the program and us, and both go on together.
func TestExecSuspends(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("there is no /proc to see it in")
	}
	// It starts nothing while it waits: a shell whose child was stopped before it was a
	// program is in a state of its own, and waits for it.
	e := startExec(t, "--", "sh", "-c", `echo $$ >pid; until [ -e go ]; do :; done; exit 6`)
	pid := e.awaitPID("pid")
	if err := e.cmd.Process.Signal(syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	for _, p := range []int{pid, e.cmd.Process.Pid} {
		awaitState(t, p, "T")
	}
	if err := os.WriteFile(e.path("go"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := e.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if code := e.wait(); code != 6 {
		t.Errorf("exit code %d, want 6", code)
	}
	e.check(shelf.StatusFailed, "exit code 6")
}

// awaitState waits until a process is in a state, see proc_pid_stat(5).
func awaitState(t *testing.T, pid int, state string) {
	t.Helper()
	var stat []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		stat, _ = os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if bytes.Contains(stat, []byte(") "+state+" ")) {
			return
		}
	}
	t.Fatalf("process %d is not in state %s: %s", pid, state, stat)
}

// A program that takes too long is asked to end, and then killed.
func TestExecTimeout(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--timeout", "100ms", "--grace", "1h", "--", "sleep", "60")
	if code := e.wait(); code != 143 {
		t.Errorf("exit code %d, want 143", code)
	}
	e.check(shelf.StatusFailed, "timeout after 100ms")
	enough(t, func(timeout time.Duration) bool {
		e := startExec(t, "--timeout", timeout.String(), "--grace", "100ms", "--", "sh", "-c", `trap "" TERM; touch deaf; while :; do sleep 0.05; done`)
		code := e.wait()
		if _, err := os.Stat(e.path("deaf")); err != nil {
			return false // it was asked before it had begun
		}
		if code != 137 {
			t.Errorf("exit code %d, want 137", code)
		}
		e.check(shelf.StatusFailed, "timeout after "+timeout.String())
		return true
	})
}

// Signals that ask for no end pass through.
func TestExecPassesSignals(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--", "sh", "-c", `trap 'echo usr1; exit 4' USR1; echo $$ >pid; while :; do sleep 0.05; done`)
	e.awaitPID("pid")
	if err := e.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	if code := e.wait(); code != 4 {
		t.Errorf("exit code %d, want 4", code)
	}
	e.check(shelf.StatusFailed, "exit code 4")
}

// When the reader of our output leaves, the program is told as it would be
// without us.
func TestExecBrokenPipe(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "sh", "-c", `while echo line; do :; done; exit 9`)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	e.cmd.Stdout = w
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := r.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if code := e.wait(); code != 141 && code != 9 {
		t.Errorf("exit code %d, want that of a broken pipe", code)
	}
	e.check(shelf.StatusFailed, "")
}

// With logging.console_level a person at the terminal sees what the program tells
// the side channel, never in the middle of a line of the program's, and its own
// output once. Output and side channel come by ways of their own, so the program
// takes each step only when what came before has arrived.
func TestExecShowsEvents(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "sh", "-c", `
		await() { until [ -e $1 ]; do [ -e logs ] || exit 1; sleep 0.02; done; }
		printf half; await half_seen
		echo '{"event_type":"agent_step","n":1,"level":"WARN"}' >>$RUNSHELF_EVENTS; await event_logged
		echo ' a line'; await event_seen
		echo error >&2; await error_seen
		printf 'no end'`)
	s := e.startOnTerminal()
	e.step(s, "half", "half_seen")
	waitFor(t, e.path("logs/r/run.log"), "agent_step")
	e.allow("event_logged")
	e.step(s, "stream=events\n", "event_seen")
	e.step(s, "error\n", "error_seen")
	e.wait()
	text := s.rest()
	shown := regexp.MustCompile(`(?m)\nhalf a line\n\d\d:\d\d:\d\d WARN  agent_step n=1 stream=events\nerror\nno end`)
	if !shown.MatchString(text) || strings.Count(text, "error") != 1 {
		t.Errorf("the terminal shows %q", text)
	}
}

// step waits until the terminal shows a text, and then lets the program go on.
func (e *execution) step(s *screen, text, name string) {
	e.t.Helper()
	s.await(text)
	e.allow(name)
}

// allow makes the empty file for which the program waits.
func (e *execution) allow(name string) {
	e.t.Helper()
	if err := os.WriteFile(e.path(name), nil, 0o666); err != nil {
		e.t.Fatal(err)
	}
}

// startOnTerminal starts runshelf on a terminal of its own.
func (e *execution) startOnTerminal() *screen {
	e.t.Helper()
	e.cmd.Stderr = nil
	e.cmd.Env = append(e.cmd.Env, "RUNSHELF_LOGGING_CONSOLE_LEVEL=INFO", "NO_COLOR=1")
	terminal, err := pty.Start(e.cmd)
	if err != nil {
		e.t.Skipf("no terminal to be had: %v", err)
	}
	e.t.Cleanup(func() { _ = terminal.Close() })
	s := &screen{t: e.t, over: make(chan struct{})}
	go s.read(terminal)
	return s
}

// screen is what a terminal has received.
type screen struct {
	t    *testing.T
	over chan struct{} // closed when there comes no more

	mu       sync.Mutex
	received []byte
}

func (s *screen) read(terminal io.Reader) {
	defer close(s.over)
	buf := make([]byte, 1000)
	for {
		n, err := terminal.Read(buf)
		s.mu.Lock()
		s.received = append(s.received, buf[:n]...)
		s.mu.Unlock()
		if err != nil { // of a terminal whose process has ended it is EIO on Linux
			return
		}
	}
}

// text is what has come until now. Its line ends are \n again.
func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(string(s.received), "\r\n", "\n")
}

// await waits until a text has come.
func (s *screen) await(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(s.text(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%q does not come; the terminal shows %q", text, s.text())
		}
	}
}

// rest waits for the end, and returns all that came.
func (s *screen) rest() string {
	s.t.Helper()
	select {
	case <-s.over:
	case <-time.After(patience):
		s.t.Fatalf("the terminal has no end; it shows %q", s.text())
	}
	return s.text()
}

// Anywhere else standard error is the program's own.
func TestExecShowsNothingElsewhere(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "sh", "-c", `echo '{"event_type":"agent_step"}' >>$RUNSHELF_EVENTS; printf error >&2`)
	e.cmd.Env = append(e.cmd.Env, "RUNSHELF_LOGGING_CONSOLE_LEVEL=DEBUG")
	if err := e.cmd.Run(); err != nil || e.stderr.String() != "error" {
		t.Errorf("standard error is %q, %v", &e.stderr, err)
	}
}

// Fifty at once are fifty runs, each with its own output only.
func TestFiftyAtOnce(t *testing.T) {
	t.Parallel()
	const runs = 50
	dir := t.TempDir()
	var all [runs]*exec.Cmd
	for i := range all {
		all[i] = exec.Command("runshelf", "exec", "--logs-dir", filepath.Join(dir, "logs"), "--", "echo", "mine", strconv.Itoa(i))
		all[i].Env = append(os.Environ(), "XDG_CONFIG_HOME="+dir)
		all[i].Dir = dir
		if err := all[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	found, err := shelf.New(filepath.Join(dir, "logs")).Runs()
	if err != nil || len(found) != runs {
		t.Fatalf("%d runs, %v", len(found), err)
	}
	seen := map[string]bool{}
	for _, run := range found {
		text, err := os.ReadFile(filepath.Join(run.Dir, "stdout.log"))
		want := fmt.Sprintf("mine %s\n", run.Manifest.Program.Argv[2])
		if err != nil || string(text) != want || run.Status != shelf.StatusCompleted || run.Manifest.Events.Count != 1 {
			t.Errorf("%s: %q, want %q; %s, %v", run.ID, text, want, run.Status, err)
		}
		seen[string(text)] = true
	}
	if len(seen) != runs {
		t.Errorf("%d outputs of %d runs", len(seen), runs)
	}
}
