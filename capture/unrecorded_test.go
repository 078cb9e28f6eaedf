//go:build unix

package capture

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// Wherever the events of a killed run end, the lines of the output behind them are told
// of: every kind of line is known again in its event.
func TestUnrecordedBehindEveryLine(t *testing.T) {
	samples, err := filepath.Glob("testdata/dialects/*.jsonl")
	if err != nil || len(samples) == 0 {
		t.Fatal(err)
	}
	odd, long := filepath.Join(t.TempDir(), "odd"), filepath.Join(t.TempDir(), "long")
	for name, text := range map[string]string{
		odd: "plain\n\n \n\r\na\rb\rc\n50%\r100%\r\n\x00\xff\n{\"a\"}\n{}\n{\"a\":1,\"a\":2}\n{\"stream\":\"stdout\",\"text\":\"x\"}\n" +
			"{\"event_type\":\"stdout\",\"text\":\"x\"}\n\ufeff{\"b\":1}\n {\"c\" : \"\xff\"} \r\n{\"data.level\":1,\"level\":2}\n{\"\":1,\"é\":\"\\u00e9\"}\n" +
			"50%\r{\"a\":1}\n{\"a\":1}\rplain\n1\r{\"a\":2}\r \r\t\r\n \r\r \n\r\n\r{\"event_type\":\"stdout\",\"b\":[1]}\r\nplain\n",
		long: strings.Repeat("long ", 30_000) + "\n{\"text\":\"" + strings.Repeat("\\u00e9", 200_000) + "\"}\n" + strings.Repeat("longer ", 200_000) + "\n" +
			strings.Repeat("progress\r", 600_000) + "\n" + strings.Repeat("progress\r", 600_000) + "{\"a\":1}\n" + strings.Repeat("never \r \r", 500_000) + "\nplain\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("lines", func(t *testing.T) { checkBehindEveryLine(t, append(samples, odd)) })
	t.Run("long lines", func(t *testing.T) { checkBehindEveryLine(t, []string{long}) })
}

// checkBehindEveryLine has files printed, and kills the run behind each of their lines.
func checkBehindEveryLine(t *testing.T, files []string) {
	o := Options{}
	o.Run.MaxEventBytes = 100_000
	_, run, _ := runHere(t, o, "cat "+strings.Join(files, " "))
	lines := slices.Collect(bytes.Lines(readFile(t, run, shelf.StdoutFile)))
	events := slices.Collect(bytes.Lines(readFile(t, run, shelf.EventsFile)))
	if len(lines) != len(events) || len(lines) == 0 {
		t.Fatalf("%d lines, %d events", len(lines), len(events))
	}
	manifest := bytes.Replace(readFile(t, run, shelf.ManifestFile), []byte(`"status": "completed"`), []byte(`"status": "running"`), 1)
	if err := os.WriteFile(filepath.Join(run.Dir, shelf.ManifestFile), manifest, 0o666); err != nil {
		t.Fatal(err)
	}
	size := func(lines [][]byte) int64 { return int64(len(bytes.Join(lines, nil))) }
	for n := range len(events) {
		if err := os.WriteFile(filepath.Join(run.Dir, shelf.EventsFile), bytes.Join(events[:n], nil), 0o666); err != nil {
			t.Fatal(err)
		}
		killed, err := shelf.OpenRun(run.Dir)
		if err != nil {
			t.Fatal(err)
		}
		want := []shelf.Unrecorded{{File: shelf.StdoutFile, Lines: int64(len(lines) - n), Offset: size(lines[:n]), Length: size(lines[n:])}}
		if left, err := killed.Unrecorded(); err != nil || !slices.Equal(left, want) {
			t.Errorf("behind %d lines, of which the last is\n%.200q\n%.400s\n%+v, %v; want %+v", n, lines[max(1, n)-1], events[max(1, n)-1], left, err, want)
		}
	}
}

func readFile(t *testing.T, run *shelf.Run, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(run.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
