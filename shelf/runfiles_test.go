package shelf

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// someRun is a run with a few files and links.
func someRun(t *testing.T) *Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run_1")
	for name, content := range map[string]string{
		EventsFile: "{}\n", "artifacts/a.svg": "<svg/>", "artifacts/deep/b": "b", ".lock": "", ".hidden/x": "x",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"artifacts/out": "/etc/passwd", "artifacts/inside": "a.svg", "linked": "artifacts",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("links cannot be made here:", err)
		}
	}
	r, err := OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFiles(t *testing.T) {
	r := someRun(t)
	files, more, err := r.Files(100)
	if err != nil || more {
		t.Fatalf("more %t, error %v", more, err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name+" "+f.Kind)
	}
	want := []string{"artifacts/a.svg file", "artifacts/deep/b file", "artifacts/inside link", "artifacts/out link", "events.jsonl file", "linked link"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	if files, more, err = r.Files(2); len(files) != 2 || !more || err != nil {
		t.Errorf("%d files, more %t, error %v; want 2 and more", len(files), more, err)
	}
}

func TestOpenFile(t *testing.T) {
	r := someRun(t)
	for _, name := range []string{"artifacts/a.svg", "artifacts/deep/b", EventsFile} {
		f, err := r.OpenFile(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b, err := io.ReadAll(f); err != nil || len(b) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		f.Close()
	}
	refused := []string{
		"", ".", "..", "../run_1/events.jsonl", "/etc/passwd", "artifacts", "artifacts/", "artifacts//a.svg", "artifacts/../events.jsonl",
		"artifacts/out", "artifacts/inside", "linked/a.svg", "none", "artifacts\\a.svg", "events.jsonl\x00", "events.jsonl/x",
	}
	for _, name := range refused {
		if f, err := r.OpenFile(name); !errors.Is(err, ErrNoFile) {
			t.Errorf("%q: %v, want ErrNoFile", name, err)
			if f != nil {
				f.Close()
			}
		}
	}
}
