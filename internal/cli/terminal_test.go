//go:build unix

package cli

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/creack/pty"
)

// onTerminal runs runshelf on a terminal of its own and returns what that
// terminal received on both streams. Its line ends are \n again.
func onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("runshelf", args...)
	cmd.Env = append(os.Environ(), append([]string{"TERM=xterm", "NO_COLOR=1", "PAGER=", "TZ=UTC"}, env...)...)
	cmd.Dir = t.TempDir()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	defer terminal.Close()
	// Reading from the terminal of a process that has ended is EIO on Linux.
	received, _ := io.ReadAll(terminal)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("runshelf %q: %v\n%s", args, err, received)
	}
	return strings.ReplaceAll(string(received), "\r\n", "\n")
}

// samples is the shelf of the sample runs.
func samples(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata/runs")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestS21TerminalBytes has every reading command print a run full of escapes on
// a terminal.
func TestS21TerminalBytes(t *testing.T) {
	t.Parallel()
	commands := [][]string{
		{"ls"},
		{"ls", "--json"},
		{"ls", "--json", "name,tags,program.argv"},
		{"show", "terminal_bytes"},
		{"show", "terminal_bytes", "--json"},
		{"events", "terminal_bytes"},
		{"events", "terminal_bytes", "--json"},
		{"events", "terminal_bytes", "--json", "text,event_type"},
		{"events", "terminal_bytes", "--fields", "text,event_type"},
		{"events", "odd_json", "--json"},
		{"tail", "terminal_bytes"},
		{"stats", "terminal_bytes"},
		{"stats", "terminal_bytes", "--by", "text"},
		{"stats", "terminal_bytes", "--by", "text", "--json"},
	}
	for _, args := range commands {
		t.Run(strings.Join(args, "_"), func(t *testing.T) {
			received := onTerminal(t, nil, append(args, "--logs-dir", samples(t))...)
			if at := firstUnsafe(received); at != "" {
				t.Errorf("%s in %q", at, received)
			}
			if !strings.Contains(received, "evil") && args[1] != "odd_json" {
				t.Errorf("the run is not in %q", received)
			}
		})
	}
}

// TestS21RawBytes shows that --raw gives the stored bytes also on a terminal.
func TestS21RawBytes(t *testing.T) {
	t.Parallel()
	received := onTerminal(t, nil, "events", "terminal_bytes", "--raw", "--logs-dir", samples(t))
	stored, err := os.ReadFile(filepath.Join(samples(t), "terminal_bytes", "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if received != string(stored) {
		t.Errorf("received %q, stored %q", received, stored)
	}
}

// A text without its quotes is the name of a field, and two missing fields are equal: a
// person is told that no event has it, where the answer does not show it.
func TestNamesThatNoEventHas(t *testing.T) {
	t.Parallel()
	logs := t.TempDir()
	putEvents(t, filepath.Join(logs, "run"), `{"sequence":1,"event_type":"bid","agent":"alpha"}`+"\n"+`{"sequence":2,"event_type":"tick"}`+"\n")
	const warning = `warning: no event has a field "alpha"; if it is a text, it stands in quotes`
	for _, tt := range []struct {
		args []string
		told bool
	}{
		{[]string{"events", "run", "--where", "agent == alpha"}, true},
		{[]string{"events", "run", "--where", "agent == alpha", "--count"}, true},
		{[]string{"stats", "run", "--where", "agent == alpha"}, true},
		{[]string{"series", "run", "--y", "sequence", "--where", "agent == alpha"}, true},
		{[]string{"events", "run", "--where", "agent == alpha", "--last", "1"}, false},
		{[]string{"events", "run", "--where", `agent == "alpha"`}, false},
	} {
		received := onTerminal(t, nil, append(tt.args, "--logs-dir", logs)...)
		if told := strings.Contains(received, warning); told != tt.told {
			t.Errorf("%q: told is %t in\n%s", tt.args, told, received)
		}
	}
}

// putEvents makes a run of stored lines.
func putEvents(t *testing.T, dir, lines string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "events.jsonl"), []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestS21RawBytesUnpaged shows that no pager stands between them and the terminal: less
// shows some of the bytes in its own way.
func TestS21RawBytesUnpaged(t *testing.T) {
	t.Parallel()
	args := []string{"events", "terminal_bytes", "--raw", "--logs-dir", samples(t)}
	if plain, paged := onTerminal(t, nil, args...), onTerminal(t, []string{"PAGER=tr a-z A-Z"}, args...); plain != paged {
		t.Errorf("with a pager %q, without %q", paged, plain)
	}
}

// TestS21OneRowEach shows that a line end in a name makes no second row.
func TestS21OneRowEach(t *testing.T) {
	t.Parallel()
	received := onTerminal(t, nil, "ls", "--all", "--logs-dir", samples(t))
	runs, err := filepath.Glob(filepath.Join(samples(t), "*/"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 1 // the header
	for _, dir := range runs {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			rows++
		}
	}
	if got := strings.Count(received, "\n"); got != rows {
		t.Errorf("%d rows, want %d:\n%s", got, rows, received)
	}
}

// TestTerminalNarrow lists the runs on terminals that are too narrow for the table.
func TestTerminalNarrow(t *testing.T) {
	t.Parallel()
	ls := []string{"ls", "--logs-dir", samples(t)}
	for columns, narrow := range onNarrow(t, ls, 100, 80, 60, 40, 25) {
		if columns >= 60 && !strings.Contains(narrow, "STATUS") {
			t.Errorf("in %d columns no status: %q", columns, narrow)
		}
	}
}

// onNarrow runs a command that prints a table on terminals of so many columns, and holds
// that the table fits with all its rows.
func onNarrow(t *testing.T, words []string, columns ...int) map[int]string {
	t.Helper()
	wide, printed := onTerminal(t, nil, words...), map[int]string{}
	for _, columns := range columns {
		narrow := onTerminal(t, []string{"COLUMNS=" + strconv.Itoa(columns)}, words...)
		if strings.Count(narrow, "\n") != strings.Count(wide, "\n") {
			t.Errorf("in %d columns other rows: %q", columns, narrow)
		}
		for line := range strings.Lines(narrow) {
			if n := displaywidth.String(strings.TrimSuffix(line, "\n")); n > columns {
				t.Errorf("%d columns in %d: %q", n, columns, line)
			}
		}
		printed[columns] = narrow
	}
	return printed
}

// TestTerminalNarrowGroups lists groups of runs on terminals that are too narrow for
// their figures.
func TestTerminalNarrowGroups(t *testing.T) {
	t.Parallel()
	ls := []string{"ls", "--group-by", "status,program.name", "--columns", "metrics.total_scrip,metrics.artifacts,duration_s,events.count", "--logs-dir", samples(t)}
	for columns, narrow := range onNarrow(t, ls, 100, 80, 60, 40, 25, 10) {
		if columns >= 40 && !strings.Contains(narrow, "RUNS") {
			t.Errorf("in %d columns no number of runs: %q", columns, narrow)
		}
	}
}

// TestTerminalColor shows that there is colour on a terminal unless somebody
// says no.
func TestTerminalColor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		env  []string
		flag string
		want bool
	}{
		{"terminal", []string{"NO_COLOR="}, "auto", true},
		{"no_color", []string{"NO_COLOR=1"}, "auto", false},
		{"dumb", []string{"NO_COLOR=", "TERM=dumb"}, "auto", false},
		{"never", []string{"NO_COLOR="}, "never", false},
		{"always", []string{"NO_COLOR=1"}, "always", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			received := onTerminal(t, tt.env, "ls", "--color", tt.flag, "--logs-dir", samples(t))
			if got := strings.Contains(received, "\x1b[32mcompleted\x1b[0m"); got != tt.want {
				t.Errorf("coloured %t, want %t: %q", got, tt.want, received)
			}
		})
	}
}

// TestTerminalNewest shows that a person sees the 20 newest runs, and is told.
func TestTerminalNewest(t *testing.T) {
	t.Parallel()
	shelf := t.TempDir()
	for i := range 23 {
		dir := filepath.Join(shelf, "run_20260101_0000"+strconv.Itoa(10+i))
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(samples(t), "events_empty"))); err != nil {
			t.Fatal(err)
		}
	}
	short := onTerminal(t, nil, "ls", "--logs-dir", shelf)
	if n := strings.Count(short, "run_2026"); n != 20 || !strings.HasSuffix(short, "\n20 of 23 runs; --all lists all\n") {
		t.Errorf("%d rows of 20:\n%s", n, short)
	}
	if n := strings.Count(onTerminal(t, nil, "ls", "-a", "--logs-dir", shelf), "run_2026"); n != 23 {
		t.Errorf("%d rows of 23", n)
	}
}

// TestPager shows that long output goes through $PAGER, on a terminal only, and
// never what is followed.
func TestPager(t *testing.T) {
	t.Parallel()
	pager := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\necho PAGED\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want bool
	}{
		{[]string{"events", "torn_tail"}, true},
		{[]string{"show", "torn_tail"}, true},
		{[]string{"events", "torn_tail", "--no-pager"}, false},
		{[]string{"events", "torn_tail", "--count"}, false},
		{[]string{"events", "torn_tail", "-f"}, false},
	} {
		received := onTerminal(t, []string{"PAGER=" + pager}, append(tt.args, "--logs-dir", samples(t))...)
		if got := strings.HasPrefix(received, "PAGED"); got != tt.want {
			t.Errorf("%q: paged %t, want %t", tt.args, got, tt.want)
		}
	}
}

// TestPagerCommand shows which pager is meant, and that a terminal on which less could
// not work gets none.
func TestPagerCommand(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want string
	}{
		{nil, defaultPager}, {[]string{"TERM=xterm"}, defaultPager}, {[]string{"TERM=dumb"}, ""}, {[]string{"PAGER=", "TERM=xterm"}, ""},
		{[]string{"PAGER=more", "TERM=dumb"}, "more"}, {[]string{"PAGER=more", "PAGER=most -s"}, "most -s"},
	} {
		if got := newApp(nil, nil, io.Discard, io.Discard, tt.env).pagerCommand(); got != tt.want {
			t.Errorf("with %q: %q, want %q", tt.env, got, tt.want)
		}
	}
}

// TestPagerOptions shows what less is told when the person has no wish of their own.
func TestPagerOptions(t *testing.T) {
	t.Parallel()
	pager := filepath.Join(t.TempDir(), "less")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\necho \"PAGED $* LESS=$LESS\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + filepath.Dir(pager) + string(os.PathListSeparator) + os.Getenv("PATH")
	unset := func(env ...string) []string { return append(env, path, "LESS=") }
	for want, env := range map[string][]string{
		"PAGED  LESS=FRX":  unset("PAGER=" + pager),
		"PAGED  LESS=MiX":  append(unset("PAGER="+pager), "LESS=MiX"),
		"PAGED -x LESS=FR": append(unset("PAGER="+pager+" -x"), "LESS=FR"),
	} {
		received := onTerminal(t, env, "show", "torn_tail", "--logs-dir", samples(t))
		if first, _, _ := strings.Cut(received, "\n"); first != want {
			t.Errorf("with %q: %q, want %q", env, first, want)
		}
	}
}

// TestPagerLeft shows that leaving the pager early is no error.
func TestPagerLeft(t *testing.T) {
	t.Parallel()
	pager := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\nexec head -1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	shelf := t.TempDir()
	long := strings.Repeat("{\"event_type\":\"x\"}\n", 50_000)
	run := filepath.Join(shelf, "run_long")
	if err := os.Mkdir(run, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(run, "events.jsonl"), []byte(long), 0o666); err != nil {
		t.Fatal(err)
	}
	received := onTerminal(t, []string{"PAGER=" + pager}, "events", "run_long", "--logs-dir", shelf)
	if strings.Contains(received, "runshelf:") || strings.Count(received, "\n") != 1 {
		t.Errorf("received %q", received)
	}
}

// TestFollowedToItsEnd shows that a person who follows a run is told how it ended, and
// may type the -f that tail needs elsewhere.
func TestFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	for id, ended := range map[string]string{
		"run_20260115_120000": "completed, max_ticks",
		"run_20260115_130000": "failed, exit code 3",
	} {
		for _, words := range [][]string{{"tail", "-f", "-n", "1"}, {"events", "-f", "--last", "1"}} {
			received := onTerminal(t, nil, append(words, id, "--logs-dir", samples(t))...)
			if !strings.HasSuffix(received, "\n"+id+" "+ended+"\n") {
				t.Errorf("%q: received %q", words, received)
			}
		}
	}
}

// TestInterruptedTail shows that Ctrl-C ends a tail with 130 and without a word.
func TestInterruptedTail(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("runshelf", "tail", "--latest", "--logs-dir", t.TempDir())
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	defer terminal.Close()
	buf := make([]byte, 1000)
	if n, err := terminal.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "waiting for a run") {
		t.Fatalf("%q, %v", buf[:n], err)
	}
	if _, err := terminal.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	received, _ := io.ReadAll(terminal)
	_ = cmd.Wait()
	if cmd.ProcessState.ExitCode() != 130 || strings.Contains(string(received), "runshelf:") {
		t.Errorf("exit code %d, %q", cmd.ProcessState.ExitCode(), received)
	}
}

// TestA68TailBeforeStart and A69: tail --latest waits for the first run, shows it
// from its first event, and goes on with the next.
func TestA68TailBeforeStart(t *testing.T) {
	t.Parallel()
	shelf := t.TempDir()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	tail := exec.Command("runshelf", "tail", "--latest", "--json", "event_type,seed", "--type", "simulation_start", "--logs-dir", shelf)
	tail.Stdout = out
	stderr, err := tail.StderrPipe()
	if err == nil {
		err = tail.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(stderr)
	expectWords(t, said, "waiting for a run in "+shelf)
	for _, seed := range []string{"5", "6"} {
		sim := exec.Command("runshelf", "sim", "exchange", "--ticks", "2", "--quiet", "--seed", seed, "--run-id", "seed_"+seed, "--logs-dir", shelf)
		if message, err := sim.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, message)
		}
		expectWords(t, said, "following seed_"+seed)
		waitFor(t, out.Name(), `"seed":`+seed)
	}
	if err := tail.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = tail.Wait()
	if code := tail.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

// waitFor waits until a file is there and holds a text.
func waitFor(t *testing.T, name, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if strings.Contains(string(b), text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not come; so far %q, %v", text, b, err)
		}
	}
}

// TestWarningsComeLast shows that what is said about a run comes below it.
func TestWarningsComeLast(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"stats", "nul_tail"}, {"show", "nul_tail"}, {"events", "nul_tail"}} {
		received := onTerminal(t, nil, append(args, "--logs-dir", samples(t))...)
		lines := strings.Split(strings.TrimSuffix(received, "\n"), "\n")
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, "runshelf: warning: ") || len(lines) < 2 {
			t.Errorf("%q ends with %q:\n%s", args, last, received)
		}
	}
}
