package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/shelf"
)

// sweepCase is a command that is disturbed at each of its system calls.
type sweepCase struct {
	row   string
	words []string
	// check looks at the shelf after a disturbed command, and goes on with it.
	check func(*sweepShelf)
}

// sweepCases are the commands that write.
func sweepCases() []sweepCase {
	anything := func(*sweepShelf) {}
	return []sweepCase{
		{"A25", split("sim exchange --ticks 2 --set agents=20 -q --run-id new"), (*sweepShelf).checkNew},
		{"A25", split("exec -q --run-id new -- true"), (*sweepShelf).checkNew},
		{"A39", split("repair damaged"), (*sweepShelf).checkRepair},
		{"A51", split("prune --keep 0 --yes"), (*sweepShelf).checkPrune},
		{"A51", split("prune --keep 0 --yes --purge"), (*sweepShelf).checkPrune},
		{"A51", split("rm old"), (*sweepShelf).checkPrune},
		{"A51", split("restore gone"), anything},
		{"A51", split("trash --empty"), anything},
		{"A51", split("note old text"), anything},
		{"A51", split("import events.jsonl --run-id new"), (*sweepShelf).checkNew},
	}
}

func split(text string) []string { return strings.Fields(text) }

// sweepShelf is a shelf with a run that has ended, one that is damaged and one in
// the trash.
type sweepShelf struct {
	t   *testing.T
	dir string // the current directory, with the shelf logs below
	old map[string]string
}

// template makes the shelf of which each disturbed command gets a copy.
func template(t *testing.T) string {
	t.Helper()
	s := &sweepShelf{t: t, dir: t.TempDir()}
	for _, id := range []string{"old", "damaged", "gone"} {
		s.good("sim", "exchange", "--ticks", "1", "--set", "agents=4", "-q", "--run-id", id)
	}
	s.good("rm", "gone")
	path := s.path("logs/damaged/events.jsonl")
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(bytes.Lines(log))
	bad := slices.Concat(lines[0], []byte("noise\n"), bytes.Join(lines[2:], nil), []byte(`{"sequence":9,"x`))
	if err := errors.Join(os.WriteFile(path, bad, 0o666), os.WriteFile(s.path("events.jsonl"), log, 0o666)); err != nil {
		t.Fatal(err)
	}
	return s.dir
}

// sweepCopy returns a copy of the template.
func sweepCopy(t *testing.T, template string) *sweepShelf {
	t.Helper()
	s := &sweepShelf{t: t, dir: filepath.Join(memoryDir(t), "copy")}
	if err := os.CopyFS(s.dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	s.old = filesOf(t, s.path("logs/old"))
	return s
}

// memoryDir returns a directory in memory, where there is one: what is waited for
// here is not the disk.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "runshelf-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (s *sweepShelf) path(name string) string { return filepath.Join(s.dir, name) }

// command returns runshelf with words, with a program in front of it if there is
// one.
func (s *sweepShelf) command(front []string, words ...string) *exec.Cmd {
	line := slices.Concat(front, []string{"runshelf"}, words)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+s.dir, "XDG_CACHE_HOME="+s.dir, "RUNSHELF_LOGS_DIR=logs", "GOMAXPROCS=1")
	return cmd
}

// good wants a command to succeed.
func (s *sweepShelf) good(words ...string) {
	s.t.Helper()
	if out, err := s.command(nil, words...).CombinedOutput(); err != nil {
		s.t.Fatalf("runshelf %v: %v: %.500s", words, err, out)
	}
}

// strace returns what to put in front of a command so that a system call is
// disturbed.
func strace(out, call, what string) []string {
	return []string{"timeout", "-s", "QUIT", "120", "strace", "-f", "-qq", "-o", out, "-e", "trace=" + call, "-e", "inject=" + call + ":" + what}
}

// disturb runs the command with one system call disturbed, and reports whether it
// was met. A panic is never right, and an error is never said in silence.
func (s *sweepShelf) disturb(c sweepCase, call, what string) (met bool) {
	s.t.Helper()
	trace := filepath.Join(s.dir, "trace")
	cmd := s.command(strace(trace, call, what), c.words...)
	cmd.WaitDelay = patience
	out, err := cmd.CombinedOutput()
	if bytes.Contains(out, []byte("goroutine ")) || bytes.Contains(out, []byte("panic: ")) {
		s.t.Errorf("it panicked: %.3000s", out)
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	killed := status.Signal() == syscall.SIGKILL || status.ExitStatus() == 128+int(syscall.SIGKILL) // by exec, of its child
	if err != nil && !killed && call != "write" && len(bytes.TrimSpace(out)) == 0 {
		s.t.Errorf("it ended with %v and said nothing", err)
	}
	seen, readErr := os.ReadFile(trace)
	if readErr != nil {
		s.t.Fatal(readErr)
	}
	return killed || bytes.Contains(seen, []byte("INJECTED"))
}

// check holds the shelf against what must be true after any fault.
func (s *sweepShelf) check(c sweepCase) {
	s.t.Helper()
	s.good("ls", "--json")
	for _, run := range s.runs() {
		v, err := run.Verify()
		if err != nil || !v.Verdict.Sound() && run.ID != "damaged" {
			s.t.Errorf("%s: %+v, %v", run.ID, v, err)
		}
	}
	c.check(s)
	s.good("sim", "exchange", "--ticks", "1", "--set", "agents=4", "-q", "--run-id", "later")
	if target, err := os.Readlink(s.path("logs/latest")); target != "later" {
		s.t.Errorf("latest names %q, %v", target, err)
	}
}

func (s *sweepShelf) runs() []*shelf.Run {
	s.t.Helper()
	runs, err := shelf.New(s.path("logs")).Runs()
	if err != nil {
		s.t.Fatal(err)
	}
	return runs
}

// checkNew wants a run that was being made, if it is there, to be repaired or to
// need nothing, and the runs before it to be as they were.
func (s *sweepShelf) checkNew() {
	s.t.Helper()
	if !maps.Equal(filesOf(s.t, s.path("logs/old")), s.old) {
		s.t.Error("an older run was changed")
	}
	for _, run := range s.runs() {
		if run.ID != "new" {
			continue
		}
		done, err := shelf.New(s.path("logs")).Repair("new")
		if err != nil || !done.After.Verdict.Sound() {
			s.t.Errorf("repairing: %+v, %v", done, err)
		}
	}
}

// checkRepair wants a repair to come to its end when it is begun again, and a
// second one to do nothing.
func (s *sweepShelf) checkRepair() {
	s.t.Helper()
	for _, again := range []bool{false, true} {
		before := filesOf(s.t, s.path("logs/damaged"))
		done, err := shelf.New(s.path("logs")).Repair("damaged")
		if err != nil || !done.After.Verdict.Sound() || again && done.Changed() {
			s.t.Fatalf("repairing, again %v: %+v, %v", again, done, err)
		}
		if again && !maps.Equal(before, filesOf(s.t, s.path("logs/damaged"))) {
			s.t.Error("a second repair has changed something")
		}
	}
	if leftover := temporaries(filesOf(s.t, s.path("logs/damaged"))); len(leftover) > 0 {
		s.t.Errorf("a repair has left %v", leftover)
	}
}

// temporaries are the names of temporary files.
func temporaries(files map[string]string) (names []string) {
	for name := range files {
		if base := filepath.Base(name); strings.HasPrefix(base, ".") && base != shelf.LockFile && base != ".index" {
			names = append(names, name)
		}
	}
	return names
}

// checkPrune wants a run to be whole where it was, or in the trash, or gone, and
// latest to resolve. The next prune removes what is left.
func (s *sweepShelf) checkPrune() {
	s.t.Helper()
	for _, dir := range []string{"logs/old", "logs/.trash/old"} {
		if files := filesOf(s.t, s.path(dir)); len(files) > 0 && !maps.Equal(files, s.old) {
			s.t.Errorf("%s is not whole: %v", dir, slices.Collect(maps.Keys(files)))
		}
	}
	if _, err := os.Lstat(s.path("logs/latest")); err == nil {
		if _, err := os.Stat(s.path("logs/latest")); err != nil {
			s.t.Errorf("latest dangles: %v", err)
		}
	}
	s.good("prune", "--keep", "0", "--yes")
	if runs := s.runs(); len(runs) > 0 {
		s.t.Errorf("%d runs are left", len(runs))
	}
	s.good("trash", "--empty")
	if entries, err := os.ReadDir(s.path("logs/.trash")); len(entries) > 0 {
		s.t.Errorf("the trash holds %v, %v", entries, err)
	}
}

// filesOf returns the content of every file below dir, and the target of each link.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if entry.Type()&fs.ModeSymlink != 0 {
			var target string
			target, err = os.Readlink(path)
			text = []byte(target)
		}
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// fault is one disturbance: what happens at the k-th call of a kind.
type fault struct{ call, what string }

// callsOf counts the system calls of a command by their names.
func callsOf(t *testing.T, s *sweepShelf, c sweepCase) map[string]int {
	t.Helper()
	trace := filepath.Join(s.dir, "counts")
	cmd := s.command([]string{"strace", "-f", "-qq", "-c", "-U", "name,calls", "-o", trace}, c.words...)
	if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("strace: %v: %.500s", err, out)
	}
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 2 && fields[0] != "total" {
			if n, err := strconv.Atoi(fields[1]); err == nil {
				counts[fields[0]] = n
			}
		}
	}
	return counts
}

// diskCalls are the system calls that a disk answers. Only these fail: a machine
// that refuses memory or threads ends a Go program at once. Nor does close: the
// system closes a file whatever it answers, and strace would leave it open.
func diskCalls() []string {
	return []string{
		"openat", "read", "pread64", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "mkdirat",
		"symlinkat", "linkat", "renameat", "renameat2", "unlinkat", "newfstatat", "fstat", "getdents64", "flock",
		"readlinkat", "statfs", "fcntl",
	}
}

// needStrace skips the test where no system call can be tampered with.
func needStrace(t *testing.T, row, what string) {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		reliability.Skip(t, row, what, "strace is not installed")
	}
	if out, err := exec.Command(path, "-f", "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		reliability.Skip(t, row, what, fmt.Sprintf("strace cannot trace here: %v %.100s", err, out))
	}
}

// A25 kill_sweep, and the same for every command that writes: it is killed at each
// of its system calls in turn. What is left is sound, and nobody is hindered.
func TestA25KillSweep(t *testing.T) {
	sweepAll(t, "runshelf %s, killed at a system call, each in turn", func(calls map[string]int) (all []fault) {
		for call, n := range calls {
			for k := range n {
				all = append(all, fault{call, fmt.Sprintf("signal=KILL:when=%d", k+1)})
			}
		}
		return all
	})
}

// A50 eio_fsync and A51 each_call_fails, with the real program: each system call
// that a disk answers gives an error.
func TestA50AndA51ErrorSweep(t *testing.T) {
	sweepAll(t, "runshelf %s, an error from a system call, each in turn", func(calls map[string]int) (all []fault) {
		for _, call := range diskCalls() {
			for k := range calls[call] {
				for _, err := range []string{"EIO", "ENOSPC"} {
					all = append(all, fault{call, fmt.Sprintf("error=%s:when=%d", err, k+1)})
				}
			}
		}
		return all
	})
}

// sweepAll plays faults with each command: all of them at full length, else a few
// that are drawn.
func sweepAll(t *testing.T, what string, faults func(calls map[string]int) []fault) {
	needStrace(t, "A25", fmt.Sprintf(what, "…"))
	made := template(t)
	for _, c := range sweepCases() {
		name := strings.Join(c.words, " ")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := faults(callsOf(t, sweepCopy(t, made), c))
			rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
			if !reliability.Full() {
				all = all[:min(len(all), 4)]
			}
			met := 0
			for _, f := range all {
				s := sweepCopy(t, made)
				if s.disturb(c, f.call, f.what) {
					met++
					s.check(c)
				}
				if t.Failed() {
					t.Fatalf("%s %s", f.call, f.what)
				}
				_ = os.RemoveAll(s.dir)
			}
			reliability.Count(t, c.row, fmt.Sprintf(what, name), met)
		})
	}
}
