package runshelf

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// TestMain lets the test binary be the program that is killed.
func TestMain(m *testing.M) {
	playVictim()
	if dir := os.Getenv("RUNSHELF_TEST_VICTIM"); dir != "" {
		victim(dir, Durability(os.Getenv("RUNSHELF_TEST_DURABILITY")))
	}
	os.Exit(m.Run())
}

// victim logs some events, tells on stdout that Log has returned for them, and
// waits to be killed.
func victim(dir string, level Durability) {
	l, err := NewEventLogger(Options{LogsDir: dir, RunID: "killed", Durability: level, SourceDir: os.TempDir()})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := range 1000 {
		l.Log("step", slog.Int("i", i), slog.String("text", strings.Repeat("x", i)))
	}
	l.Log("large", slog.String("text", strings.Repeat("y", 300_000)))
	l.Log("last")
	fmt.Println(l.Dir())
	select {}
}

// kill lets a victim log and kills it. It returns the directory of its run.
func kill(t *testing.T, level Durability) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "RUNSHELF_TEST_VICTIM="+filepath.Join(t.TempDir(), "logs"), "RUNSHELF_TEST_DURABILITY="+string(level))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, err := bufio.NewReader(out).ReadString('\n')
	if killErr := cmd.Process.Kill(); err != nil || killErr != nil {
		t.Fatal(dir, err, killErr)
	}
	_ = cmd.Wait() // it was killed, and says so
	return strings.TrimSpace(dir)
}

func stored(t *testing.T, dir string) []byte {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != shelf.StatusCrashed {
		t.Errorf("status %s, want crashed", run.Status)
	}
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	content := make([]byte, events.Size())
	if _, err := events.ReadAt(content, 0); err != nil {
		t.Fatal(err)
	}
	return content
}

func TestKilledWriterLosesNothing(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach} {
		t.Run(string(level), func(t *testing.T) {
			dir := kill(t, level)
			before, _ := os.ReadFile(filepath.Join(dir, shelf.EventsFile))
			shown := stored(t, dir)
			if n := bytes.Count(shown, []byte("\n")); n != 1002 || !bytes.Contains(shown, []byte(`"event_type":"last"`)) {
				t.Errorf("%d events are shown, want 1002", n)
			}
			if after, _ := os.ReadFile(filepath.Join(dir, shelf.EventsFile)); !bytes.Equal(before, after) {
				t.Error("reading changed the log")
			}
			recoverBySecondRun(t, dir)
			path := filepath.Join(dir, shelf.EventsFile)
			if content, _ := os.ReadFile(path); !bytes.Equal(content, shown) {
				t.Error("the recovered log is not what was shown")
			}
			checkSequences(t, readLines(t, path))
			if _, err := os.Lstat(filepath.Join(dir, shelf.TailFile)); err == nil {
				t.Error("the tail is still there")
			}
		})
	}
}

func recoverBySecondRun(t *testing.T, dir string) {
	t.Helper()
	var warnings []string
	l := start(t, Options{LogsDir: filepath.Dir(dir), RunID: AutoRunID, Warn: func(m string) { warnings = append(warnings, m) }})
	finish(t, l)
	if len(warnings) > 0 {
		t.Error(warnings)
	}
}

func TestLivingTailIsSeenByReaders(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	for i := range 2000 {
		l.Log("step", slog.Int("i", i), slog.String("text", strings.Repeat("x", i%300)))
		if i%100 != 0 {
			continue
		}
		run, err := shelf.OpenRun(l.Dir())
		if err != nil {
			t.Fatal(err)
		}
		events, err := run.OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		lines, err := shelf.LastLines(events, events.Size(), 1)
		if err != nil || len(lines) != 1 || !bytes.Contains(lines[0], fmt.Appendf(nil, `"i":%d,`, i)) {
			t.Fatalf("after event %d the last line is %q, %v", i, lines, err)
		}
		events.Close()
	}
	finish(t, l)
}
