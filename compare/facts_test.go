package compare

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/runshelf/shelf"
)

// runOf is a run with the given manifest, none when it is empty.
func runOf(t *testing.T, manifest string) *shelf.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run_20260115_120000")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{shelf.EventsFile: "{\"event_type\":\"e\"}\n"}
	if manifest != "" {
		files[shelf.ManifestFile] = manifest
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestFacts(t *testing.T) {
	a := runOf(t, `{"status":"completed","seed":18446744073709551615,"config":{"agents":5,"deep":{"x.y":1}},
		"host":{"hostname":"h","pid":1,"boot_id":"b"},"metrics":{"gini":0.5,"odd":"NaN"},"program":{"name":"p"}}`)
	b := runOf(t, `{"status":"failed","seed":18446744073709551614,"config":{"deep":{"x.y":2},"agents":5.0},
		"host":{"hostname":"h","pid":2,"boot_id":"c"},"metrics":{"gini":0.25,"odd":"NaN"},"git":{"commit":"1"}}`)
	f := FactsOf(a, b)
	for name, tt := range map[string]struct {
		got  []Field
		want []string
	}{
		"config": {f.Config, []string{`deep["x.y"]`}}, "seed": {f.Seed, []string{"seed"}}, "host": {f.Host, nil},
		"metrics": {f.Metrics, []string{"gini"}}, "status": {f.Status, []string{"status"}},
		"git": {f.Git, nil}, "program": {f.Program, nil}, // one of them says nothing of it
	} {
		if !slices.Equal(paths(tt.got), tt.want) {
			t.Errorf("%s: %q, want %q", name, paths(tt.got), tt.want)
		}
	}
	for _, other := range []*shelf.Run{nil, runOf(t, ""), runOf(t, "noise")} {
		f := FactsOf(a, other)
		if n := len(f.Config) + len(f.Seed) + len(f.Program) + len(f.Status) + len(f.Metrics); n > 0 {
			t.Errorf("nothing is known of one run, and %d fields differ: %+v", n, f)
		}
	}
}
