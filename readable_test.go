package runshelf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// logOf returns the parts of a run's readable log and all that stands in them.
func logOf(t *testing.T, dir string) (names []string, text string) {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if names, err = run.LogFiles(); err != nil {
		t.Fatal(err)
	}
	r, err := run.OpenLog()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return names, string(content)
}

// checkSteps checks that the log holds the steps from 0 on, each once, in order.
func checkSteps(t *testing.T, text string, want int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != want {
		t.Errorf("%d lines, want %d", len(lines), want)
	}
	for i, line := range lines {
		if !strings.HasSuffix(line, fmt.Sprintf("agent_step i=%d", i)) {
			t.Fatalf("line %d is %q", i+1, line)
		}
	}
}

func TestReadableLogTurns(t *testing.T) {
	const limit, steps = 300, 100
	l := start(t, Options{RunID: AutoRunID, MaxLogBytes: limit})
	for i := range steps / 2 {
		l.Log("agent_step", slog.Int("i", i))
	}
	b := l.Batch()
	for i := range steps / 2 {
		b.Log(slog.LevelInfo, "agent_step", slog.Int("i", steps/2+i))
	}
	b.Flush()
	finish(t, l)
	names, text := logOf(t, l.Dir())
	checkSteps(t, text, steps)
	if len(names) < steps*30/limit || names[0] != "run.log.1" || names[len(names)-1] != shelf.LogFile {
		t.Fatalf("the parts are %q", names)
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(l.Dir(), name))
		if err != nil || len(content) > limit || len(content) < limit/2 && name != shelf.LogFile || !bytes.HasSuffix(content, []byte("\n")) {
			t.Errorf("%s has %d bytes, %v", name, len(content), err)
		}
	}
	if lines := readLines(t, l.Path()); len(lines) != steps {
		t.Errorf("%d events in %s, want all", len(lines), l.Path())
	}
}

// A line that is longer than the limit has a file of its own, whole.
func TestReadableLogKeepsLongLines(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxLogBytes: 10})
	l.Log("agent_step", slog.Int("i", 0))
	l.Log("agent_step", slog.Int("i", 1))
	finish(t, l)
	names, text := logOf(t, l.Dir())
	checkSteps(t, text, 2)
	if len(names) != 2 {
		t.Errorf("the parts are %q", names)
	}
}

// What another has put in the way stays, and the parts keep their order.
func TestReadableLogReplacesNothing(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxLogBytes: 100})
	other := filepath.Join(l.Dir(), "run.log.2")
	if err := os.Mkdir(other, 0o777); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		l.Log("agent_step", slog.Int("i", i))
	}
	finish(t, l)
	names, text := logOf(t, l.Dir())
	checkSteps(t, text, 20)
	if len(names) < 3 || names[1] != "run.log.3" {
		t.Errorf("the parts are %q", names)
	}
	if info, err := os.Stat(other); err != nil || !info.IsDir() {
		t.Errorf("run.log.2 was a directory: %v, %v", info, err)
	}
}

// Whatever fails about the readable log costs no event and, as long as the file can
// be written, no line.
func TestReadableLogFaults(t *testing.T) {
	for _, tc := range []struct {
		op   vfs.Op
		all  bool // every line is there in the end
		fail error
	}{
		{vfs.OpRename, true, syscall.EACCES},
		{vfs.OpLstat, true, syscall.EIO},
		{vfs.OpOpen, false, syscall.EMFILE},
		{vfs.OpWrite, false, syscall.ENOSPC},
	} {
		t.Run(string(tc.op), func(t *testing.T) {
			t.Parallel() // the time goes into waiting for the disk
			for _, at := range []int{1, 2, 5} {
				disk := vfs.NewFaulty(vfs.OS())
				l := start(t, Options{RunID: AutoRunID, MaxLogBytes: 100, fs: disk, Durability: DurabilityNone})
				disk.Fail(vfs.Fault{Op: tc.op, At: at, Err: tc.fail, Short: 5})
				for i := range 20 {
					if i == 15 {
						disk.Heal()
					}
					l.Log("agent_step", slog.Int("i", i))
				}
				if err := l.Close(); err != nil {
					t.Errorf("call %d: %v", at, err)
				}
				if lines := readLines(t, l.Path()); len(lines) != 20 {
					t.Fatalf("call %d: %d events", at, len(lines))
				}
				if _, text := logOf(t, l.Dir()); tc.all {
					checkSteps(t, text, 20)
				}
			}
		})
	}
}

// A file that cannot be renamed for long grows on, and is tried again only after as
// much again.
func TestReadableLogWithoutRenaming(t *testing.T) {
	disk := vfs.NewFaulty(vfs.OS())
	l := start(t, Options{RunID: AutoRunID, MaxLogBytes: 100, fs: disk})
	disk.Fail(vfs.Fault{Op: vfs.OpRename, Sticky: true, Err: syscall.EPERM})
	for i := range 50 {
		l.Log("agent_step", slog.Int("i", i))
	}
	disk.Heal()
	finish(t, l)
	names, text := logOf(t, l.Dir())
	checkSteps(t, text, 50)
	tries := 0
	for _, call := range disk.Calls() {
		if call.Op == vfs.OpRename && call.Err != nil {
			tries++
		}
	}
	if len(names) != 1 || tries > len(text)/100+1 {
		t.Errorf("the parts are %q; renaming was tried %d times for %d bytes", names, tries, len(text))
	}
}

func TestNegativeLogSizeIsRefused(t *testing.T) {
	if _, err := NewEventLogger(Options{RunID: AutoRunID, LogsDir: t.TempDir(), MaxLogBytes: -1}); err == nil {
		t.Error("was taken")
	}
}

// screen is a console that can be read.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	err  error
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	return s.text.Write(p)
}

func (s *screen) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Split(strings.TrimSuffix(s.text.String(), "\n"), "\n")
}

// The level of the console is its own; the types are those of run.log.
func TestConsole(t *testing.T) {
	for _, tc := range []struct {
		level slog.Level
		want  string
	}{
		{slog.LevelDebug, "agent_debug agent_step other checkpoint"},
		{slog.LevelInfo, "agent_step other checkpoint"},
		{slog.LevelWarn, "other"},
		{slog.LevelError, ""},
	} {
		t.Run(tc.level.String(), func(t *testing.T) {
			t.Parallel()
			s := &screen{}
			l := start(t, Options{RunID: AutoRunID, Console: s, ConsoleLevel: tc.level, ReadableLevel: slog.LevelError})
			l.LogLevel(slog.LevelDebug, "agent_debug")
			l.Log("agent_step")
			l.Log("other")
			l.LogLevel(slog.LevelWarn, "other")
			l.Note("checkpoint\x1b")
			b := l.Batch()
			b.Aside()
			b.Log(slog.LevelError, "shown_elsewhere")
			b.Log(slog.LevelError, "long", slog.String("text", strings.Repeat("x", 2<<20)))
			b.Flush()
			finish(t, l)
			var words []string
			for _, line := range s.lines() {
				if fields := strings.Fields(line); len(fields) > 2 {
					words = append(words, strings.TrimSuffix(fields[2], `\x1b`))
				}
			}
			if got := strings.Join(words, " "); got != tc.want {
				t.Errorf("shown was %q, want %q", got, tc.want)
			}
			if _, text := logOf(t, l.Dir()); strings.Contains(text, "agent_step") || !strings.Contains(text, "WARN  other") ||
				!strings.Contains(text, "checkpoint") || !strings.Contains(text, "shown_elsewhere") {
				t.Errorf("run.log is %q", text)
			}
		})
	}
}

// A console that takes nothing holds nobody up and costs nothing but itself.
func TestConsoleThatIsStuck(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	l := start(t, Options{RunID: AutoRunID, Console: w})
	const events = 10_000 // more than wait for it
	for i := range events {
		l.Log("agent_step", slog.Int("i", i))
	}
	freed := time.AfterFunc(2*time.Minute, func() { r.Close() })
	finish(t, l)
	if !freed.Stop() {
		t.Error("Close waited for the console")
	}
	if lines := readLines(t, l.Path()); len(lines) != events {
		t.Errorf("%d events", len(lines))
	}
	_, text := logOf(t, l.Dir())
	checkSteps(t, text, events)
}

// What there was no room for is counted on the console.
func TestConsoleSaysWhatItLeftOut(t *testing.T) {
	r, w := io.Pipe()
	c := newConsole(w)
	line := []byte(strings.Repeat("x", 1023) + "\n")
	c.show(line)
	for range 200 {
		c.show(line)
	}
	shown := make(chan []byte)
	go func() {
		text, _ := io.ReadAll(r)
		shown <- text
	}()
	c.close()
	<-c.done // on a machine that stands still it takes longer than close waits for
	w.Close()
	text := <-shown
	left := 0
	for _, m := range regexp.MustCompile(`(?m)^… (\d+) more lines were not shown$`).FindAllSubmatch(text, -1) {
		n, _ := strconv.Atoi(string(m[1])) // the console may have been slow more than once
		left += n
	}
	if whole := bytes.Count(text, []byte("x\n")); whole+left != 201 || left == 0 {
		t.Errorf("%d lines shown, %d said to be left out, of 201", whole, left)
	}
}

// A console that fails or panics is left alone.
func TestConsoleThatFails(t *testing.T) {
	for name, w := range map[string]io.Writer{"fails": &screen{err: errors.New("gone")}, "panics": panicking{}} {
		t.Run(name, func(t *testing.T) {
			l := start(t, Options{RunID: AutoRunID, Console: w})
			for range 1000 {
				l.Log("agent_step")
			}
			finish(t, l)
		})
	}
}

// A run says of what kind it is in a word that readers know.
func TestUnknownKind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	if _, err := NewEventLogger(Options{RunID: AutoRunID, LogsDir: dir, Kind: "experiment"}); err == nil || !strings.Contains(err.Error(), `kind "experiment"`) {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Lstat(dir); err == nil {
		t.Error("the shelf was made")
	}
}
