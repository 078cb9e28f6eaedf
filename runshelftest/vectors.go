package runshelftest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Implementation is what the vectors are tried on: something that writes events,
// and something that reads runs.
type Implementation interface {
	// Encode returns the line of an event, with its end, and the texts that it
	// stores beside the line, by their SHA-256 in hexadecimal. The sequence and
	// the time are given, not found.
	Encode(input Input) (line []byte, blobs map[string][]byte, err error)
	// Read reads the run in a directory.
	Read(dir string) (RunReport, error)
}

// RunReport is what a reader says of a run.
type RunReport struct {
	// Status is how the run stands: completed, failed, interrupted, crashed or
	// unknown. No run of the vectors is alive.
	Status string `json:"status"`
	// Events are the lines that are events, in their order, without line ends and
	// without a byte order mark.
	Events []string `json:"events"`
	// Broken is how many lines are no events: torn, with NUL bytes, no JSON, no
	// object. A line of white space alone is no line.
	Broken int64 `json:"broken"`
}

// EncodeVector is an event and the exact line that stands for it.
type EncodeVector struct {
	Name  string `json:"name"`
	Input Input  `json:"input"`
	// Line has no line end here.
	Line string `json:"line"`
	// Blobs are the texts stored beside the line, by their digest.
	Blobs map[string]string `json:"blobs,omitempty"`
}

// RunVector is a run directory and what a reader says of it.
type RunVector struct {
	Name string `json:"name"`
	// Dir is the name of the directory: the id of the run.
	Dir string `json:"dir"`
	// Files are the files in it, by name.
	Files  map[string]FileVector `json:"files"`
	Expect RunReport             `json:"expect"`
	// LittleEndian says that the vector holds only on machines of this byte order:
	// the figures in a tail are in the machine's own.
	LittleEndian bool `json:"little_endian,omitempty"`
}

// FileVector is the content of a file: Size bytes of zero with the pieces laid
// over them. A size of 0 means up to the end of the last piece.
type FileVector struct {
	Size   int64   `json:"size,omitempty"`
	Pieces []Piece `json:"pieces"`
}

// Piece is some bytes of a file, as text or in hexadecimal.
type Piece struct {
	At   int64  `json:"at,omitempty"`
	Text string `json:"text,omitempty"`
	Hex  string `json:"hex,omitempty"`
}

// RunVectors tries every vector on an implementation. vectors is the directory
// testdata/vectors of this module.
func RunVectors(t *testing.T, vectors fs.FS, implementation Implementation) {
	t.Helper()
	for _, v := range load[EncodeVector](t, vectors, "encode.json") {
		t.Run("encode/"+v.Name, func(t *testing.T) { tryEncode(t, v, implementation) })
	}
	for _, v := range load[RunVector](t, vectors, "runs.json") {
		t.Run("read/"+v.Name, func(t *testing.T) { tryRead(t, v, implementation) })
	}
}

func load[V any](t *testing.T, vectors fs.FS, name string) []V {
	t.Helper()
	var all []V
	text, err := fs.ReadFile(vectors, name)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatalf("reading the vectors %s: %d found, %v", name, len(all), err)
	}
	return all
}

func tryEncode(t *testing.T, v EncodeVector, implementation Implementation) {
	t.Helper()
	line, blobs, err := implementation.Encode(v.Input)
	if err != nil {
		t.Fatal(err)
	}
	if string(line) != v.Line+"\n" {
		t.Errorf("the line is\n%q, not\n%q", line, v.Line+"\n")
	}
	for _, sum := range slices.Sorted(maps.Keys(v.Blobs)) {
		if string(blobs[sum]) != v.Blobs[sum] {
			t.Errorf("the blob %s is %.100q, not %.100q", sum, blobs[sum], v.Blobs[sum])
		}
	}
	if len(blobs) != len(v.Blobs) {
		t.Errorf("there are %d blobs, not %d", len(blobs), len(v.Blobs))
	}
}

func tryRead(t *testing.T, v RunVector, implementation Implementation) {
	t.Helper()
	if v.LittleEndian && !littleEndian() {
		t.Skip("the vector is for machines of the other byte order")
	}
	dir := filepath.Join(t.TempDir(), v.Dir)
	if err := v.layOut(dir); err != nil {
		t.Fatal(err)
	}
	got, err := implementation.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != v.Expect.Status || got.Broken != v.Expect.Broken {
		t.Errorf("the run is %s with %d broken lines, not %s with %d", got.Status, got.Broken, v.Expect.Status, v.Expect.Broken)
	}
	if !slices.Equal(got.Events, v.Expect.Events) {
		t.Errorf("the events are\n%q, not\n%q", got.Events, v.Expect.Events)
	}
}

// layOut makes the run directory.
func (v RunVector) layOut(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name, file := range v.Files {
		content, err := file.content()
		if err != nil {
			return fmt.Errorf("the file %s of the vector %s: %w", name, v.Name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func (f FileVector) content() ([]byte, error) {
	content := make([]byte, f.Size)
	for _, p := range f.Pieces {
		b, err := hex.DecodeString(p.Hex)
		if err != nil {
			return nil, err
		}
		b = append(b, p.Text...)
		for int64(len(content)) < p.At+int64(len(b)) {
			content = append(content, 0)
		}
		copy(content[p.At:], b)
	}
	return content, nil
}
