//go:build unix

package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// runHere runs a shell script as the run r on a shelf of its own. It returns the
// result, the run, and what was warned of.
func runHere(t *testing.T, o Options, script string) (Result, *shelf.Run, string) {
	t.Helper()
	var warned []string
	o.Command = []string{"sh", "-c", script}
	o.Run.LogsDir, o.Run.RunID, o.Run.SourceDir = filepath.Join(t.TempDir(), "logs"), "r", t.TempDir()
	o.Warn = func(text string) { warned = append(warned, text) }
	result, err := Run(o)
	if err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(result.Dir)
	if err != nil || run.Problem != nil {
		t.Fatal(err, run)
	}
	return result, run, strings.Join(warned, "\n")
}

// typesOf returns the types of all events of a run.
func typesOf(t *testing.T, run *shelf.Run) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for line := range bytes.Lines(text) {
		e, err := event.Decode(line)
		if err != nil || e.Sequence != uint64(len(types)+1) {
			t.Fatalf("%s: %v", line, err)
		}
		types = append(types, e.Type)
	}
	return types
}

func TestRun(t *testing.T) {
	var out, errs bytes.Buffer
	o := Options{Stdin: strings.NewReader("input\n"), Stdout: &out, Stderr: &errs, Params: event.Object{{Key: "k", Value: "v"}}}
	var told string
	o.Started = func(id, dir string) { told = id + " " + filepath.Base(dir) }
	result, run, warned := runHere(t, o, `read line; echo "$line"; echo "$RUNSHELF_PARAMS" >&2; exit 3`)
	if out.String() != "input\n" || errs.String() != `{"k":"v"}`+"\n" || warned != "" || told != "r r" {
		t.Errorf("out %q, err %q, warned %q, told %q", &out, &errs, warned, told)
	}
	if result.Code != 3 || result.Status != shelf.StatusFailed || result.Reason != "exit code 3" || result.Elapsed <= 0 {
		t.Errorf("result %+v", result)
	}
	m := run.Manifest
	if m.Kind != "exec" || m.Program.Name != "sh" || len(m.Program.Argv) != 3 || m.Usage == nil || string(m.Config) == "" {
		t.Errorf("manifest %+v", m)
	}
	if types := typesOf(t, run); len(types) != 2 {
		t.Errorf("events %q", types)
	}
}

// Output that nobody takes is kept all the same, and said.
func TestRunWithoutReaders(t *testing.T) {
	_, run, warned := runHere(t, Options{}, `echo a`)
	if types := typesOf(t, run); len(types) != 1 || warned != "" {
		t.Errorf("events %q, warned %q", types, warned)
	}
	failing := writerFunc(func(p []byte) (int, error) { return 0, syscall.ENOSPC })
	result, run, warned := runHere(t, Options{Stdout: failing}, `echo a; echo b; exit 0`)
	if types := typesOf(t, run); len(types) != 2 || result.Status != shelf.StatusCompleted {
		t.Errorf("events %q, %+v", types, result)
	}
	if warned != "stdout: 4 bytes could not be passed on: no space left on device" {
		t.Errorf("warned %q", warned)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A request to end comes by the channel of the caller as well.
func TestRunSignals(t *testing.T) {
	signals := make(chan os.Signal, 1)
	r, w := io.Pipe()
	go func() {
		_, _ = r.Read(make([]byte, 16))
		signals <- syscall.SIGTERM
		_, _ = io.Copy(io.Discard, r)
	}()
	result, run, _ := runHere(t, Options{Signals: signals, Stdout: w}, `echo ready; exec sleep 60`)
	if result.Code != 143 || run.Status != shelf.StatusInterrupted || run.Manifest.Program.Signal != "TERM" {
		t.Errorf("%+v, %s", result, run.Status)
	}
}

func TestRunRefuses(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for name, o := range map[string]Options{
		"no command": {},
		"events":     {Command: []string{"true"}, Events: "some"},
		"dialect":    {Command: []string{"true"}, Dialect: "klingon"},
		"glob":       {Command: []string{"true"}, Keep: []string{"["}},
		"missing":    {Command: []string{"no-such-program"}},
		"run id":     {Command: []string{"true"}, Run: runshelf.Options{RunID: "../x"}},
	} {
		o.Run.LogsDir = logs
		if _, err := Run(o); err == nil {
			t.Errorf("%s: was run", name)
		}
	}
	if _, err := os.Stat(logs); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was made: %v", err)
	}
}

// A run leaves no goroutine and no open file behind, also when its program could not
// be started.
func TestRunLeavesNothing(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("\x7fELF no program"), 0o777); err != nil {
		t.Fatal(err)
	}
	run := func() {
		for _, command := range [][]string{{"sh", "-c", "echo a; echo b >&2; echo '{\"n\":1}' >>$RUNSHELF_EVENTS"}, {broken}} {
			o := Options{Command: command, Stdin: strings.NewReader("x"), Run: runshelf.Options{LogsDir: logs, SourceDir: logs}}
			result, err := Run(o)
			var start *StartError
			if command[0] == broken != errors.As(err, &start) {
				t.Fatal(result, err)
			}
		}
	}
	run() // what is made once for all
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 5 {
		run()
	}
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		g, f := runtime.NumGoroutine(), openFiles(t)
		if g <= goroutines && f <= files {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines and %d open files, %d and %d before", g, f, goroutines, files)
		}
	}
	sides, _ := filepath.Glob(filepath.Join(logs, "run_*", sideFile))
	if len(sides) > 0 {
		t.Errorf("left: %q", sides)
	}
}

// openFiles counts the open files of this process, 0 where nobody tells.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	} else if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A line that is too long is told by its beginning, and stands in the log file.
func TestRunLongLine(t *testing.T) {
	_, run, _ := runHere(t, Options{}, `echo first; head -c 2000000 /dev/zero | tr '\0' x; echo; echo last`)
	text, err := os.ReadFile(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil || len(text) > 2000 {
		t.Fatalf("%d bytes of events, %v", len(text), err)
	}
	if !strings.Contains(string(text), `"stream":"stdout","bytes":2000000,"file":"stdout.log","offset":6}`) {
		t.Errorf("events %s", text)
	}
	if info, err := os.Stat(filepath.Join(run.Dir, "stdout.log")); err != nil || info.Size() != 2000012 {
		t.Errorf("stdout.log: %v, %v", info, err)
	}
}

// Of the side channel such a line stands nowhere else, so its file stays.
func TestRunLongLineOfTheSideChannel(t *testing.T) {
	for _, test := range []struct {
		length int
		stays  bool
	}{{2_000_000, true}, {2_000, false}} {
		_, run, _ := runHere(t, Options{}, fmt.Sprintf(`{ head -c %d /dev/zero | tr '\0' x; echo; } >> "$RUNSHELF_EVENTS"`, test.length))
		if types := typesOf(t, run); len(types) != 1 {
			t.Errorf("%d bytes: events %q", test.length, types)
		}
		info, err := os.Stat(filepath.Join(run.Dir, sideFile))
		if stays := err == nil; stays != test.stays || stays && info.Size() != int64(test.length)+1 {
			t.Errorf("%d bytes: %v, %v", test.length, info, err)
		}
	}
}

// A program that removes the file and writes to a new one loses nothing: what nobody has
// read is told of, and stays.
func TestRunSideChannelReplaced(t *testing.T) {
	_, run, warned := runHere(t, Options{}, `n="$RUNSHELF_EVENTS.new"; echo '{"event_type":"a"}' > "$n"; mv "$n" "$RUNSHELF_EVENTS"`)
	text, err := os.ReadFile(filepath.Join(run.Dir, sideFile))
	if err != nil || string(text) != "{\"event_type\":\"a\"}\n" || strings.Count(warned, "has taken its place") != 1 {
		t.Errorf("side channel %q, %v; said %q", text, err, warned)
	}
	if _, run, warned := runHere(t, Options{}, `rm "$RUNSHELF_EVENTS"`); warned != "" {
		t.Errorf("removed and not written to: %s has said %q", run.ID, warned)
	}
}

// What is said on standard error is a warning, and the numbers of a metrics event are
// those of the run.
func TestRunLevelsAndMetrics(t *testing.T) {
	_, run, _ := runHere(t, Options{}, `echo out; echo err >&2; echo '{"event_type":"metrics","loss":0.25,"more":{"n":3}}' >> "$RUNSHELF_EVENTS"`)
	if got, want := run.Manifest.Metrics, map[string]float64{"loss": 0.25, "more.n": 3}; !maps.Equal(got, want) {
		t.Errorf("metrics %v, want %v", got, want)
	}
	text, err := os.ReadFile(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		e, err := event.Decode(line)
		if want := map[string]slog.Level{streamStderr: slog.LevelWarn}[e.Type]; err != nil || e.Level != want {
			t.Errorf("%s: level %v, want %v, %v", line, e.Level, want, err)
		}
	}
}
