//go:build unix

package cli

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/shelf"
)

// peakRole, when set, makes TestA71GiantEvent run the command that it holds and
// write down the most memory that it took, in bytes, into the file named by
// peakFile.
const (
	peakRole = "RUNSHELF_CLI_TEST_PEAK"
	peakFile = "RUNSHELF_CLI_TEST_PEAK_FILE"
)

// peak runs a reading command and returns the most memory that it took, in bytes.
//
// A small process between starts the command: the system counts what the starting
// process has taken so far for the one that it starts, and here other tests run at
// the same time.
func peak(t *testing.T, logs, words string) (stdout string, memory int64) {
	t.Helper()
	figure := filepath.Join(t.TempDir(), "peak")
	cmd := exec.Command(os.Args[0], "-test.run=^TestA71GiantEvent$")
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+logs, "XDG_CACHE_HOME="+logs, "RUNSHELF_LOGS_DIR="+logs, peakRole+"="+words, peakFile+"="+figure)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", words, err)
	}
	text, err := os.ReadFile(figure)
	if err == nil {
		memory, err = strconv.ParseInt(string(text), 10, 64)
	}
	if err != nil {
		t.Fatalf("%s: %v", words, err)
	}
	return strings.TrimSuffix(string(out), "PASS\n"), memory
}

// tellPeak is the small process.
func tellPeak(t *testing.T, words string) {
	cmd := exec.Command("runshelf", strings.Fields(words)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	unit := int64(1 << 10)
	if runtime.GOOS == "darwin" {
		unit = 1 // there it is told in bytes
	}
	if err := os.WriteFile(os.Getenv(peakFile), strconv.AppendInt(nil, int64(usage.Maxrss)*unit, 10), 0o666); err != nil {
		t.Fatal(err)
	}
}

// giantRole, when set, makes TestA71GiantEvent log to the shelf that it names.
const giantRole = "RUNSHELF_CLI_TEST_GIANT"

// giantSize is the length of the text in bytes.
const giantSize = 100_000_000

// logGiant logs one giant event.
func logGiant(t *testing.T, logs string) {
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: logs, RunID: "giant", SourceDir: os.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	l.Log("giant", slog.String("text", strings.Repeat("0123456789", giantSize/10)))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// A71 giant_event: a text of many megabytes stands whole beside the events, and
// those who read the events do not carry it.
func TestA71GiantEvent(t *testing.T) {
	if logs := os.Getenv(giantRole); logs != "" {
		logGiant(t, logs)
		return
	}
	if words := os.Getenv(peakRole); words != "" {
		tellPeak(t, words)
		return
	}
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	// Another process logs: what this one takes would count for those it starts.
	writer := exec.Command(os.Args[0], "-test.run=^TestA71GiantEvent$")
	writer.Env = append(os.Environ(), giantRole+"="+logs)
	if out, err := writer.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	blobs, err := os.ReadDir(filepath.Join(logs, "giant", "artifacts", "blobs"))
	if err != nil || len(blobs) != 1 {
		t.Fatalf("%v, %v", blobs, err)
	}
	if info, err := blobs[0].Info(); err != nil || info.Size() != giantSize {
		t.Errorf("the blob has %v, %v", info, err)
	}
	const most = raceFactor * 100_000_000
	for _, words := range []string{"ls", "show giant", "events giant --json", "stats giant", "verify giant"} {
		out, memory := peak(t, logs, words)
		if memory > most {
			t.Errorf("%s took %d MB", words, memory/1e6)
		}
		if strings.HasPrefix(words, "events") && (!strings.Contains(out, `{"$blob":"sha256:`+blobs[0].Name()+`"`) || len(out) > 4096) {
			t.Errorf("the event is %.300s", out)
		}
	}
}

// An import holds a long line once when it is text, and an object a few times.
func TestImportOfALongLine(t *testing.T) {
	t.Parallel()
	const size = 25_000_000
	text := strings.Repeat(`some "text", more of it. `, size/25)
	for name, c := range map[string]struct {
		line string
		most int64
	}{
		"text":   {text, 2*size + 15_000_000},
		"object": {`{"level":"info","text":` + strconv.Quote(text) + `}`, 11 * size / 2},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "long.log")
		if err := os.WriteFile(file, []byte("first\n"+c.line+"\nlast\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, memory := peak(t, dir, "import -q "+file); memory > raceFactor*c.most {
			t.Errorf("%s: took %d MB", name, memory/1e6)
		}
	}
}

// A72 last_ten: of a long log without an index only the end is read. That takes the
// same few milliseconds for any length, which BenchmarkLastTenOfGigabyte measures.
func TestA72LastTen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "long")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	events := reliability.Times(50_000, 1_000_000)
	file, err := os.Create(filepath.Join(dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	for i := range events {
		fmt.Fprintf(w, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,"event_type":"step","text":"some text of a usual length"}`+"\n", i+1)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	out, _ := peak(t, filepath.Dir(dir), "events long --last 10 --json")
	if !strings.HasPrefix(out, fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,`, events-9)) || strings.Count(out, "\n") != 10 {
		t.Errorf("the last ten are %s", out)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	read := &readCounter{file: file}
	if lines, err := shelf.LastLines(read, info.Size(), 10); err != nil || len(lines) != 10 || read.bytes > 1<<20 {
		t.Errorf("%d lines, %v; %d bytes of %d were read", len(lines), err, read.bytes, info.Size())
	}
}

// readCounter counts what is read of a file.
type readCounter struct {
	file  *os.File
	bytes int
}

func (r *readCounter) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.file.ReadAt(p, at)
	r.bytes += n
	return n, err
}
