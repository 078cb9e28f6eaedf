package runshelf

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// What a wrapper of programs knows more than a library stands in the manifest,
// secrets aside.
func TestManifestOfAWrapper(t *testing.T) {
	l, err := NewEventLogger(Options{
		LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: "r", SourceDir: t.TempDir(),
		Notes: []string{"warm start", "--password hunter2"},
		Extra: map[string]json.RawMessage{"environment": json.RawMessage(`{"TZ":"UTC"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	code := 3
	l.End(Outcome{
		Status: shelf.StatusFailed, ExitCode: &code,
		Usage: &shelf.Usage{UserS: 1.5, SystemS: 0.25, MaxRSSBytes: 4096},
		Extra: map[string]json.RawMessage{"capture": json.RawMessage(`{"n":1}`)},
	})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(l.Dir())
	if err != nil || run.Problem != nil {
		t.Fatal(err, run)
	}
	m := run.Manifest
	if len(m.Notes) != 2 || m.Notes[0].Text != "warm start" || m.Notes[1].Text != "--password [redacted]" || m.Notes[0].At.IsZero() {
		t.Errorf("notes %+v", m.Notes)
	}
	if m.Usage == nil || *m.Usage != (shelf.Usage{UserS: 1.5, SystemS: 0.25, MaxRSSBytes: 4096}) {
		t.Errorf("usage %+v", m.Usage)
	}
	for name, want := range map[string]string{"environment": `{"TZ":"UTC"}`, "capture": `{"n":1}`} {
		var got any
		if err := json.Unmarshal(m.Extra[name], &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text, _ := json.Marshal(got); string(text) != want {
			t.Errorf("%s is %s, want %s", name, text, want)
		}
	}
}
