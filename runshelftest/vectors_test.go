package runshelftest_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

var update = flag.Bool("update", false, "write the expectations of the vectors anew")

const vectorsDir = "../testdata/vectors"

// ours is this module's own implementation of the format.
type ours struct{}

func (ours) Encode(in runshelftest.Input) ([]byte, map[string][]byte, error) {
	at, err := time.Parse(time.RFC3339Nano, in.Timestamp)
	if err != nil {
		return nil, nil, err
	}
	level, ok := event.ParseLevel(in.Level)
	if !ok && in.Level != "" {
		return nil, nil, fmt.Errorf("level %q", in.Level)
	}
	body := event.Body{Type: in.EventType, Level: level, Cause: in.Cause, Attrs: attrs(in.Data)}
	line := event.AppendLine(nil, at, in.Sequence, body)
	if in.MaxEventBytes == 0 {
		return line, nil, nil
	}
	blobs := map[string][]byte{}
	store := func(sum string, content []byte) error {
		blobs[sum] = bytes.Clone(content)
		return nil
	}
	short, err := event.Shorten(bytes.TrimSuffix(line, []byte("\n")), in.MaxEventBytes, store)
	return append(short, '\n'), blobs, err
}

func attrs(pairs runshelftest.Pairs) []slog.Attr {
	list := make([]slog.Attr, 0, len(pairs))
	for _, p := range pairs {
		if group, ok := p.Value.(runshelftest.Pairs); ok {
			list = append(list, slog.Attr{Key: p.Key, Value: slog.GroupValue(attrs(group)...)})
			continue
		}
		list = append(list, slog.Any(p.Key, p.Value))
	}
	return list
}

func (ours) Read(dir string) (runshelftest.RunReport, error) {
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return runshelftest.RunReport{}, err
	}
	report := runshelftest.RunReport{Status: string(run.Status)}
	undecoded := int64(0)
	found, err := query.Scan(run, query.Filter{}, func(l *query.Line) error {
		if _, err := l.Decode(); err != nil {
			undecoded++
			return nil
		}
		report.Events = append(report.Events, string(l.Bytes))
		return nil
	})
	report.Broken = found.Broken + undecoded
	return report, err
}

func TestOurOwnImplementation(t *testing.T) {
	runshelftest.RunVectors(t, os.DirFS(vectorsDir), ours{})
}

// encodeVector is a vector whose input stays as a person wrote it.
type encodeVector struct {
	Name  string            `json:"name"`
	Input json.RawMessage   `json:"input"`
	Line  string            `json:"line"`
	Blobs map[string]string `json:"blobs,omitempty"`
}

// TestEncodeVectorsAreCurrent wants the lines in the file to be those of the
// encoder, and each to be what JSON and the format allow.
func TestEncodeVectorsAreCurrent(t *testing.T) {
	path := filepath.Join(vectorsDir, "encode.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []encodeVector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for i := range vectors {
		v := &vectors[i]
		if names[v.Name] {
			t.Errorf("there are two vectors %q", v.Name)
		}
		names[v.Name] = true
		v.Line, v.Blobs = encoded(t, v.Input)
	}
	golden(t, path, vectors)
}

func encoded(t *testing.T, input json.RawMessage) (string, map[string]string) {
	t.Helper()
	var in runshelftest.Input
	if err := json.Unmarshal(input, &in); err != nil {
		t.Fatalf("%v: %.200s", err, input)
	}
	line, stored, err := ours{}.Encode(in)
	if err != nil || !json.Valid(line) {
		t.Fatalf("%v: the line %q of %.200s", err, line, input)
	}
	var blobs map[string]string
	for sum, content := range stored {
		if blobs == nil {
			blobs = map[string]string{}
		}
		blobs[sum] = string(content)
	}
	return string(bytes.TrimSuffix(line, []byte("\n"))), blobs
}

// golden wants the file to hold exactly what value is as JSON, or writes it.
func golden(t *testing.T, path string, value any) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, text.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if stored, err := os.ReadFile(path); err != nil || !bytes.Equal(stored, text.Bytes()) {
		t.Errorf("%s is not what the code says; look at the difference and run with -update: %v", path, err)
	}
}

// forgetful is an implementation that gets everything wrong.
type forgetful struct{}

func (forgetful) Encode(runshelftest.Input) ([]byte, map[string][]byte, error) { return nil, nil, nil }
func (forgetful) Read(string) (runshelftest.RunReport, error)                  { return runshelftest.RunReport{}, nil }

// TestVectorsTell runs the suite on an implementation that knows nothing, in a
// process of its own, and wants every vector to fail.
func TestVectorsTell(t *testing.T) {
	if os.Getenv("RUNSHELF_TEST_FORGETFUL") != "" {
		runshelftest.RunVectors(t, os.DirFS(vectorsDir), forgetful{})
		return
	}
	out := runSelf(t, "TestVectorsTell", "RUNSHELF_TEST_FORGETFUL=1")
	if passed := bytes.Count(out, []byte("--- PASS: TestVectorsTell/")); passed > 0 || !bytes.Contains(out, []byte("--- FAIL: TestVectorsTell/read/")) {
		t.Errorf("%d vectors passed with nothing done", passed)
	}
}
