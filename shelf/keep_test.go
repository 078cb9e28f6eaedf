package shelf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// Whatever fails, a kept file is there whole or not at all, and nothing else is.
func TestKeepIsWholeOrNothing(t *testing.T) {
	for k := 1; ; k++ {
		disk := vfs.NewFaulty(vfs.OS())
		live, err := New(filepath.Join(t.TempDir(), "logs")).Create(CreateOptions{FS: disk})
		if err != nil {
			t.Fatal(err)
		}
		disk.Fail(vfs.Fault{At: k, Err: errors.New("no luck"), Short: 2})
		err = live.Keep("artifacts/deep/file", []byte("content"))
		met := false
		for _, call := range disk.Calls() {
			met = met || call.Err != nil
		}
		disk.Heal()
		content, readErr := os.ReadFile(live.Path("artifacts/deep/file"))
		if readErr == nil && string(content) != "content" || err == nil && readErr != nil {
			t.Errorf("operation %d: %v, the file has %q, %v", k, err, content, readErr)
		}
		entries, _ := os.ReadDir(live.Path("artifacts/deep"))
		if want := map[bool]int{true: 1, false: 0}[readErr == nil]; len(entries) != want {
			t.Errorf("operation %d left %v", k, entries)
		}
		closeRun(t, live)
		if !met {
			return
		}
	}
}

func closeRun(t *testing.T, live *Live) {
	t.Helper()
	if err := errors.Join(live.Events().Close(), live.Close()); err != nil {
		t.Error(err)
	}
}
