package cli

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/shelf"
)

// diskCase is a command, and what it does where nothing can be written.
type diskCase struct {
	words string
	code  int
}

// writingCommands change a shelf that has the runs old and damaged, and gone in the
// trash.
func writingCommands() []diskCase {
	return []diskCase{
		{"sim exchange --ticks 1", 1}, {"exec -- touch started", 125}, {"import events.jsonl", 1},
		{"note old text", 1}, {"pin old", 1}, {"tag old x", 1}, {"name old x", 1},
		{"repair damaged", 1}, {"rm old", 1}, {"restore gone", 1}, {"prune --keep 0 --yes", 1}, {"trash --empty", 1},
	}
}

// readingCommands look at it.
func readingCommands() []diskCase {
	return []diskCase{
		{"ls", 0}, {"show latest", 0}, {"events old", 0}, {"events damaged --json", 0}, {"stats old", 0}, {"verify old", 0},
		{"verify damaged", 1}, {"prune --keep 0", 0}, {"trash", 0}, {"doctor", 0}, {"query --sql x", 2}, {"diff old old", 0},
	}
}

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// do runs a command to its end.
func do(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stderr = &stderr
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	var code *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &code) {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// oneLine wants an exit code with one line of error, of several runs a line for
// each.
func (r result) oneLine(t *testing.T, words string, code int) {
	t.Helper()
	errors := strings.Count("\n"+r.stderr, "\nrunshelf: ")
	if r.code != code || errors == 0 || errors > 2 || strings.Contains(r.stderr, "goroutine ") {
		t.Errorf("%s: exit code %d, want %d: %s", words, r.code, code, r.stderr)
	}
}

// refuses wants all commands that write to fail and to change nothing, and all that
// read to do what they do elsewhere.
func (s *sweepShelf) refuses(environ ...string) {
	s.t.Helper()
	before := filesOf(s.t, s.path("logs"))
	for _, c := range writingCommands() {
		cmd := s.command(nil, split(c.words)...)
		cmd.Env = append(cmd.Env, environ...)
		do(s.t, cmd).oneLine(s.t, c.words, c.code)
		if _, err := os.Stat(s.path("started")); err == nil {
			s.t.Fatal("the program was started")
		}
	}
	for _, c := range readingCommands() {
		cmd := s.command(nil, split(c.words)...)
		cmd.Env = append(cmd.Env, environ...)
		if got := do(s.t, cmd); got.code != c.code {
			s.t.Errorf("%s: exit code %d, want %d: %s", c.words, got.code, c.code, got.stderr)
		}
	}
	if !maps.Equal(before, filesOf(s.t, s.path("logs"))) {
		s.t.Error("the shelf has changed")
	}
}

// mountFor mounts a tmpfs, or skips the test and tells why.
func mountFor(t *testing.T, row, what, dir, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		reliability.Skip(t, row, what, "a file system cannot be mounted here: "+err.Error())
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// A52 read_only, with every command: on a read-only mount.
func TestA52ReadOnlyMount(t *testing.T) {
	t.Parallel()
	const what = "read-only mount: commands that must fail and change nothing, or read as ever"
	s := sweepCopy(t, template(t))
	logs := s.path("logs")
	if err := os.Rename(logs, s.path("away")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	mountFor(t, "A52", what, logs, "")
	if err := os.CopyFS(logs, os.DirFS(s.path("away"))); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", logs, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		reliability.Skip(t, "A52", what, "nothing can be remounted here: "+err.Error())
	}
	s.refuses()
	reliability.Count(t, "A52", what, len(writingCommands())+len(readingCommands()))
}

// A52 read_only and A43 odd_files: another user may not write here, and not look
// into one of the runs, nor into the home that the environment still names.
func TestA52AndA43AsAnotherUser(t *testing.T) {
	t.Parallel()
	const what = "permission denied, to another user: commands that must fail and change nothing, or read as ever"
	if os.Getuid() != 0 {
		reliability.Skip(t, "A52", what, "only root can become another user")
	}
	s := sweepCopy(t, template(t))
	for _, dir := range []string{s.dir, filepath.Dir(s.dir), s.path("logs")} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(s.path("home"), 0o700); err != nil {
		t.Fatal(err)
	}
	nobody := testUser + "=65534"
	s.refuses(nobody)
	if err := os.Chmod(s.path("logs/damaged"), 0); err != nil {
		t.Fatal(err)
	}
	for _, c := range []diskCase{{"ls", 0}, {"events old", 0}, {"show damaged", 0}, {"events damaged", 1}, {"verify", 1}} {
		cmd := s.command(nil, split(c.words)...)
		cmd.Env = append(cmd.Env, nobody, "HOME="+s.path("home"), "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=")
		got := do(t, cmd)
		if got.code != c.code || c.words == "ls" && (!strings.Contains(got.stdout, "damaged") || !strings.Contains(got.stdout, "old")) {
			t.Errorf("%s, with a run that may not be looked into: exit code %d: %s%s", c.words, got.code, got.stdout, got.stderr)
		}
	}
	reliability.Count(t, "A52", what, len(writingCommands())+len(readingCommands())+5)
}

// What cannot be written to is told by every command that says anything.
func TestOutputThatIsFull(t *testing.T) {
	t.Parallel()
	const what = "/dev/full as the output of a command: exit code 1 and one line"
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		reliability.Skip(t, "A51", what, "there is no /dev/full")
	}
	defer full.Close()
	s := sweepCopy(t, template(t))
	commands := []string{
		"ls", "ls --json", "show old", "show old --json", "events old", "events old --json", "events old --count", "stats old",
		"verify old", "verify --json", "prune --keep 0", "trash -q", "doctor", "config", "version", "man", "sim --list",
		"diff old old --json", "why old 1", "sim exchange --ticks 1 -q",
	}
	for _, words := range commands {
		cmd := s.command(nil, split(words)...)
		cmd.Stdout = full
		got := do(t, cmd)
		if got.code != 1 || !strings.Contains(got.stderr, "no space left on device") || strings.Contains(got.stderr, "goroutine ") {
			t.Errorf("%s: exit code %d: %s", words, got.code, got.stderr)
		}
	}
	cmd := s.command(nil, "exec", "-q", "--", "sh", "-c", "echo text; exit 7")
	cmd.Stdout = full
	if got := do(t, cmd); got.code != 7 || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("exec: exit code %d, want that of the program, 7: %s", got.code, got.stderr)
	}
	reliability.Count(t, "A51", what, len(commands)+1)
}

// A47 full_in_the_middle: a simulation on a disk that becomes full ends as ever, and
// everything that tells of the loss tells the same number.
func TestA47SimOnADiskThatFills(t *testing.T) {
	t.Parallel()
	const what = "small disk: no space from the middle of a simulation on"
	sizes := []int{256, 1024}[:reliability.Times(1, 2)]
	for _, kib := range sizes {
		s := &sweepShelf{t: t, dir: t.TempDir()}
		logs := s.path("logs")
		if err := os.Mkdir(logs, 0o777); err != nil {
			t.Fatal(err)
		}
		mountFor(t, "A47", what, logs, fmt.Sprintf("size=%dk", kib))
		s.overflows(s.command(nil, "sim", "exchange", "--ticks", "20", "--run-id", "r"))
		if err := syscall.Unmount(logs, syscall.MNT_DETACH); err != nil {
			t.Fatal(err)
		}
	}
	reliability.Count(t, "A47", what, len(sizes))
}

// overflows runs a simulation of which not all can be written.
func (s *sweepShelf) overflows(cmd *exec.Cmd) {
	s.t.Helper()
	got := do(s.t, cmd)
	run, err := shelf.OpenRun(s.path("logs/r"))
	if err != nil {
		s.t.Fatal(err)
	}
	dropped := run.Manifest.Events.Dropped
	if got.code != 1 || dropped == 0 || run.Status != shelf.StatusCompleted || strings.Contains(got.stderr, "goroutine ") {
		s.t.Errorf("exit code %d, %s, %d dropped: %s", got.code, run.Status, dropped, got.stderr)
	}
	if said := strings.ReplaceAll(got.stderr, ",", ""); !strings.Contains(said, strconv.FormatUint(dropped, 10)) {
		s.t.Errorf("%d events were dropped, which is not said: %s", dropped, got.stderr)
	}
	if v, err := run.Verify(); err != nil || !v.Verdict.Sound() || v.Dropped != dropped {
		s.t.Errorf("%+v, %v", v, err)
	}
	// The last of them may still be in the tail, for which there was no room.
	shown := do(s.t, s.command(nil, "events", "r", "--json"))
	if n := uint64(strings.Count(shown.stdout, "\n")); n != run.Manifest.Events.Count {
		s.t.Errorf("%d events are shown: %+v", n, run.Manifest.Events)
	}
}

// A limit on the length of files is told as a full disk is.
func TestA47SimWithALimitOnFiles(t *testing.T) {
	t.Parallel()
	const what = "limit on the length of files, met by a simulation"
	s := &sweepShelf{t: t, dir: memoryDir(t)}
	front := []string{"sh", "-c", `ulimit -f 600 && exec "$@"`, "sh"} // in blocks of 512 bytes, or of 1024
	s.overflows(s.command(front, "sim", "exchange", "--ticks", "20", "--run-id", "r"))
	reliability.Count(t, "A47", what, 1)
}

// A48 full_then_free: when there is space again a log_gap stands for what was lost,
// and the run is sound.
func TestA48ExecOnADiskThatIsFreed(t *testing.T) {
	t.Parallel()
	const what = "small disk: no space for a while, and then space again, under a program that is wrapped"
	s := &sweepShelf{t: t, dir: t.TempDir()}
	logs := s.path("logs")
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	// The first part of the output is so long that most of it has been recorded, or
	// lost, when the last of it has been written: pipe and recorder hold a mebibyte.
	mountFor(t, "A48", what, logs, "size=16m")
	if err := os.WriteFile(filepath.Join(logs, "filler"), make([]byte, 15500<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	const script = `line='{"event_type":"step","text":"a text of some length, so that the disk is full soon"}'
		yes "$line" | head -n 30000; rm logs/filler; yes "$line" | head -n 4000; echo '{"event_type":"last"}'; exit 3`
	got := do(t, s.command(nil, "exec", "-q", "--run-id", "r", "--", "sh", "-c", script))
	run, err := shelf.OpenRun(s.path("logs/r"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := run.Verify()
	if got.code != 3 || err != nil || v.Verdict != shelf.VerdictGap || v.Dropped == 0 || v.Dropped != run.Manifest.Events.Dropped {
		t.Errorf("exit code %d, %+v, %+v, %v: %s", got.code, v, run.Manifest.Events, err, got.stderr)
	}
	gap := do(t, s.command(nil, "events", "r", "--type", "log_gap", "--json"))
	if strings.Count(gap.stdout, "\n") != 1 || !strings.Contains(gap.stdout, "no space left on device") ||
		!strings.Contains(gap.stdout, fmt.Sprintf(`"dropped":%d,`, v.Dropped)) {
		t.Errorf("%d are lost, and the gap says %s", v.Dropped, gap.stdout)
	}
	if last := do(t, s.command(nil, "events", "r", "--last", "1")); !strings.Contains(last.stdout, " last") {
		t.Errorf("the last event is %s", last.stdout)
	}
	reliability.Count(t, "A48", what, 1)
}

// The inodes are used up: nothing is started, and what is there stays.
func TestA49NoInodes(t *testing.T) {
	t.Parallel()
	const what = "small disk: no inodes, for a run that begins, one inode more each time"
	s := &sweepShelf{t: t, dir: t.TempDir()}
	logs := s.path("logs")
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	made := 0
	for inodes := 2; ; inodes++ {
		mountFor(t, "A49", what, logs, fmt.Sprintf("size=8m,nr_inodes=%d", inodes))
		got := do(t, s.command(nil, "sim", "exchange", "--ticks", "1", "-q", "--run-id", "r"))
		_, err := os.Lstat(filepath.Join(logs, "latest"))
		started := err == nil
		if strings.Contains(got.stderr, "goroutine ") || got.code > 1 || got.code == 0 && !started {
			t.Errorf("%d inodes: exit code %d, started %v: %s", inodes, got.code, started, got.stderr)
		}
		made++
		if err := syscall.Unmount(logs, syscall.MNT_DETACH); err != nil {
			t.Fatal(err)
		}
		if got.code == 0 || inodes > 40 || t.Failed() {
			break
		}
	}
	if made < 4 {
		t.Errorf("a run was made with few inodes: %d tries", made)
	}
	reliability.Count(t, "A49", what, made)
}

// With few file descriptors a command does all or says why not. Fewer than the
// runtime of Go needs for itself are not tried.
func TestA51NoFileDescriptors(t *testing.T) {
	t.Parallel()
	const what = "no file descriptors left, from some number on: all is done, or it is said why not"
	made := template(t)
	played := 0
	for _, c := range []sweepCase{
		{"", split("sim exchange --ticks 1 -q --run-id new"), (*sweepShelf).checkNew},
		{"", split("exec -q --run-id new -- true"), (*sweepShelf).checkNew},
		{"", split("repair damaged"), (*sweepShelf).checkRepair},
		{"", split("prune --keep 0 --yes"), (*sweepShelf).checkPrune},
		{"", split("verify old"), func(*sweepShelf) {}},
		{"", split("events old"), func(*sweepShelf) {}},
	} {
		for n := 7; n <= 24; n += reliability.Times(4, 1) {
			s := sweepCopy(t, made)
			front := []string{"sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$@"`, n), "sh"}
			got := do(t, s.command(front, c.words...))
			if strings.Contains(got.stderr, "runtime: e") { // epoll or eventfd, which Go needs
				continue
			}
			if strings.Contains(got.stderr, "goroutine ") || got.code > 1 && got.code != exitNotStarted || got.code != 0 && got.stderr == "" {
				t.Errorf("%v with %d: exit code %d: %s", c.words, n, got.code, got.stderr)
			}
			s.check(c)
			played++
			_ = os.RemoveAll(s.dir)
		}
	}
	if played == 0 {
		t.Error("nothing could be played")
	}
	reliability.Count(t, "A51", what, played)
}
