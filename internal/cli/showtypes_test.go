package cli

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// The types that were too many to be counted by name have a name in what people read.
func TestShowOfManyTypes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		shelf.EventsFile: "\n",
		shelf.ManifestFile: `{"format":1,"run_id":"a","status":"completed","started_at":"2026-01-15T12:00:00.000000Z",` +
			`"ended_at":"2026-01-15T12:00:01.000000Z","events":{"count":3,"bytes":1,"by_type":{"":2,"tick":1}}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	counts, _, err := countsOf(run, "")
	if err != nil || len(counts.Groups) != 2 || counts.Groups[0].Value != otherTypes || counts.Groups[0].Count != 2 {
		t.Errorf("%+v, %v", counts, err)
	}
}
