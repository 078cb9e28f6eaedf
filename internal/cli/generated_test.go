package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/runner"
)

// The files that are generated from the settings are what they would be now. With
// UPDATE_GENERATED set they are written instead.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	registry, err := runner.Registry()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := registry.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var commands bytes.Buffer
	if code := Main([]string{"man", "--markdown"}, nil, &commands, io.Discard, nil); code != 0 {
		t.Fatalf("man --markdown: exit code %d", code)
	}
	for path, want := range map[string][]byte{
		"../../docs/cli.md":        commands.Bytes(),
		"../../config/schema.json": schema,
		"../../docs/config.md":     registry.Reference(),
	} {
		if os.Getenv("UPDATE_GENERATED") != "" {
			if err := os.WriteFile(filepath.FromSlash(path), want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(filepath.FromSlash(path))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale; run UPDATE_GENERATED=1 go test ./internal/cli -run Generated", path)
		}
	}
}
