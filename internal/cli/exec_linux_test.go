package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// mostMemory is what exec may take, in bytes, whatever the program prints. The
// race detector keeps several bytes for each.
const mostMemory = raceFactor * 64 << 20

// A55 flood: the memory is bounded, and what was written is kept.
func TestA55Flood(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	for _, tc := range []struct {
		name, script string
		size         int64 // of the output; -1 when it depends
	}{
		{"yes", `yes | head -c 2M`, 2 * mebibyte},
		{"zeros", `head -c 200M /dev/zero`, 200 * mebibyte},
		{"long line", `head -c 100M /dev/zero | tr '\0' x; echo`, 100*mebibyte + 1},
		{"long JSON", `printf '{"a":"'; head -c 3900000 /dev/zero | tr '\0' x; echo '"}'; printf '{"a":"'; head -c 20M /dev/zero | tr '\0' '\2'`, -1},
		{"returns", `yes | head -c 30M | tr '\n' '\r'`, 30 * mebibyte},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := prepareExec(t, "--durability", "none", "--", "sh", "-c",
				tc.script+"; echo $$ >written; until [ -e looked ]; do [ -e logs ] || exit 1; sleep 0.02; done")
			counted := &count{}
			e.cmd.Stdout = counted
			if err := e.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			peak := watchMemory(e.cmd.Process.Pid)
			// Even who is slow to look has once looked at the peak when all is written.
			e.await("written")
			looked := peakOf(e.cmd.Process.Pid)
			e.allow("looked")
			e.wait()
			if peak := max(looked, <-peak); looked == 0 || peak > mostMemory {
				t.Errorf("it took %d bytes of memory", peak)
			}
			info, err := os.Stat(e.path("logs/r/stdout.log"))
			if err != nil || info.Size() != counted.n || tc.size >= 0 && info.Size() != tc.size {
				t.Errorf("stdout.log %v, %v; %d bytes passed through, want %d", info, err, counted.n, tc.size)
			}
			if run := e.run(); run.Manifest.Events.Count == 0 || run.Manifest.Events.Dropped != 0 {
				t.Errorf("events %+v", run.Manifest.Events)
			}
		})
	}
}

// count counts what is written to it.
type count struct{ n int64 }

func (c *count) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// watchMemory looks at the peak of a process's memory until it ends.
func watchMemory(pid int) <-chan int64 {
	result := make(chan int64, 1)
	go func() {
		var peak int64
		for now := peakOf(pid); now > 0; now = peakOf(pid) {
			peak = max(peak, now)
			time.Sleep(5 * time.Millisecond)
		}
		result <- peak
	}()
	return result
}

// peakOf is the most memory that a process has had, in bytes; 0 of one that has ended.
func peakOf(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, found := bytes.Cut(status, []byte("VmHWM:"))
	if !found {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(strings.Fields(string(after))[0], 10, 64)
	return kilobytes << 10
}

// mount mounts a file system for the test, or skips it.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// refused checks that nothing was started, in one line.
func (e *execution) refused() {
	e.t.Helper()
	if code := e.wait(); code != 125 {
		e.t.Errorf("exit code %d, want 125", code)
	}
	if text := e.stderr.String(); !strings.HasPrefix(text, "runshelf: ") || strings.Count(text, "\n") != 1 {
		e.t.Errorf("not one line of error: %q", text)
	}
	if _, err := os.Stat(e.path("started")); err == nil {
		e.t.Error("the program was started")
	}
}

// A49 full_at_start: a run that cannot be made starts nothing.
func TestA49FullAtStart(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{"no space": "size=16k", "no inodes": "nr_inodes=3"} {
		t.Run(name, func(t *testing.T) {
			e := prepareExec(t, "--", "touch", "started")
			logs := e.path("logs")
			if err := os.Mkdir(logs, 0o777); err != nil {
				t.Fatal(err)
			}
			mount(t, logs, options)
			if err := os.Symlink("older", filepath.Join(logs, "latest")); err != nil {
				t.Fatal(err)
			}
			fill(t, filepath.Join(logs, "full"))
			if err := e.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			e.refused()
			if target, err := os.Readlink(filepath.Join(logs, "latest")); target != "older" {
				t.Errorf("latest names %q, %v", target, err)
			}
		})
	}
}

// fill writes until there is no space.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		return // there is no room for even this
	}
	defer file.Close()
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
		if info, statErr := file.Stat(); statErr == nil && info.Size() > 1<<20 {
			return // space is not what is short
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// A52 read_only: so does a shelf that cannot be written.
func TestA52ReadOnly(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "touch", "started")
	logs := e.path("logs")
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	mount(t, logs, "")
	if err := syscall.Mount("", logs, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e.refused()
}

// A disk that fills while the program runs does not disturb it, and one message
// says what was lost.
func TestExecOnADiskThatFills(t *testing.T) {
	t.Parallel()
	e := prepareExec(t, "--", "sh", "-c", `head -c 3M /dev/zero | tr '\0' 'x' | fold -w 99; exit 7`)
	logs := e.path("logs")
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	mount(t, logs, "size=1m")
	counted := &count{}
	e.cmd.Stdout = counted
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if code := e.wait(); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
	const mebibyte = 1 << 20
	if want := int64(3*mebibyte + 3*mebibyte/99); counted.n != want {
		t.Errorf("%d bytes passed through, want %d", counted.n, want)
	}
	text := e.stderr.String()
	if strings.Count(text, "\n") != 1 || !strings.Contains(text, "stdout.log: ") || !strings.Contains(text, "no space left on device") || !strings.Contains(text, " could not be written") {
		t.Errorf("not one message of what was lost: %q", text)
	}
	e.check(shelf.StatusFailed, "exit code 7")
	if m := e.run().Manifest; m.Events.Dropped == 0 || m.Program.ExitCode == nil || *m.Program.ExitCode != 7 {
		t.Errorf("manifest %+v %+v", m.Events, m.Program)
	}
	if _, err := os.Lstat(filepath.Join(logs, "r", shelf.SideFile)); !os.IsNotExist(err) {
		t.Errorf("a side channel that nobody used was left: %v", err)
	}
}

// Orphans that die while the program runs are taken away.
func TestExecReapsOrphans(t *testing.T) {
	t.Parallel()
	e := startExec(t, "--", "sh", "-c", `for i in 1 2 3 4 5; do sh -c 'sleep 0.1 & echo $! >>orphans'; done; echo $PPID >pid; exec sleep 60`)
	e.awaitPID("pid")
	for _, orphan := range strings.Fields(e.await("orphans")) {
		pid, err := strconv.Atoi(orphan)
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(patience); syscall.Kill(pid, 0) == nil; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d is left", pid)
			}
		}
	}
	if n := strings.Count(e.await("orphans"), "\n") + 1; n != 5 {
		t.Errorf("there were %d", n)
	}
	_ = e.cmd.Process.Signal(syscall.SIGTERM)
	e.wait()
}

// builtProgram builds the program as the Makefile does: this test stands in for it in
// scripts, and takes longer to start.
func builtProgram(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "runshelf")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "example.org/runshelf/cmd/runshelf")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building the program: %v\n%s", err, out)
	}
	return path
}

// BenchmarkExecTrue compares a run of true with true alone.
func BenchmarkExecTrue(b *testing.B) {
	dir, program := b.TempDir(), builtProgram(b)
	plain := func() *exec.Cmd { return exec.Command("true") }
	recorded := func() *exec.Cmd {
		return exec.Command(program, "exec", "--logs-dir", filepath.Join(dir, "logs"), "--", "true")
	}
	rounds := compareTimes(b, recorded, plain, func() {})
	b.ReportMetric(median(rounds, func(r round) float64 { return (r.one - r.other).Seconds() * 1000 }), "ms-more/op")
	b.ReportMetric(median(rounds, round.ratio), "times-true")
}

// benchmarkBytes is how much is recorded in a benchmark, and warmBytes what a trial
// may take of the system's memory for files: events are longer than their lines.
const (
	benchmarkBytes = 100_000_000
	warmBytes      = 450 << 20
)

// BenchmarkExecAgainstTee compares the recording of 100 MB with tee, which writes
// the same bytes to the same disk.
func BenchmarkExecAgainstTee(b *testing.B) {
	program := builtProgram(b)
	for name, line := range map[string]string{
		"plain": "step 123456 of the simulation, in which nothing much happened to anyone at all\n",
		"json":  `{"event_type": "step", "tick": 123456, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}` + "\n",
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			input, copied, logs := filepath.Join(dir, "input"), filepath.Join(dir, "copy"), filepath.Join(dir, "logs")
			if err := os.WriteFile(input, bytes.Repeat([]byte(line), benchmarkBytes/len(line)), 0o666); err != nil {
				b.Fatal(err)
			}
			tee := func() *exec.Cmd {
				return exec.Command("sh", "-c", `cat "$1" | tee "$2" >/dev/null`, "sh", input, copied)
			}
			recorded := func() *exec.Cmd {
				return exec.Command(program, "exec", "--logs-dir", logs, "--run-id", "r", "--", "cat", input)
			}
			rounds := compareTimes(b, recorded, tee, func() {
				if err := errors.Join(os.RemoveAll(logs), os.RemoveAll(copied)); err != nil {
					b.Fatal(err)
				}
				warmMemory(b, dir)
			})
			b.ReportMetric(median(rounds, round.ratio), "times-tee")
		})
	}
}

// round is how long the commands of two kinds took, one after the other.
type round struct{ one, other time.Duration }

func (r round) ratio() float64 { return float64(r.one) / float64(r.other) }

// compareTimes takes the times of the commands of two kinds. Which of them comes
// first changes from round to round; prepare is called before each.
func compareTimes(b *testing.B, one, other func() *exec.Cmd, prepare func()) (rounds []round) {
	b.Helper()
	timed := func(make func() *exec.Cmd) time.Duration {
		prepare()
		return timeOf(b, make())
	}
	for b.Loop() {
		var r round
		if len(rounds)%2 == 0 {
			r.one, r.other = timed(one), timed(other)
		} else {
			r.other, r.one = timed(other), timed(one)
		}
		rounds = append(rounds, r)
	}
	prepare()
	return rounds
}

// median is the figure in the middle of those of the rounds: one command that was
// slow once does not shift it, as it would their sum.
func median(rounds []round, figure func(round) float64) float64 {
	figures := make([]float64, len(rounds))
	for i, r := range rounds {
		figures[i] = figure(r)
	}
	slices.Sort(figures)
	return (figures[(len(figures)-1)/2] + figures[len(figures)/2]) / 2
}

// warmMemory writes as many bytes as a trial does and removes them again. On a
// virtual machine, memory that was not in use lately may have gone back to the host;
// who is the first to write into it pays several times the price of the copy.
func warmMemory(b *testing.B, dir string) {
	b.Helper()
	path := filepath.Join(dir, "warm")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 1<<20)
	for range warmBytes / len(block) {
		if _, err := file.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(file.Close(), os.Remove(path)); err != nil {
		b.Fatal(err)
	}
}

func timeOf(b *testing.B, cmd *exec.Cmd) time.Duration {
	b.Helper()
	began := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(cmd.Args, err)
	}
	return time.Since(began)
}
