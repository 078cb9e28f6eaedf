package shelf

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadingCounts has a log opened and read twice.
func TestReadingCounts(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ManifestFile), `{"run_id":"r"}`)
	write(t, filepath.Join(dir, EventsFile), strings.Repeat("{}\n", 100))
	run, err := OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	read, opened := Reading()
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	for range 2 {
		if _, err := io.Copy(io.Discard, io.NewSectionReader(events, 0, events.Size())); err != nil {
			t.Fatal(err)
		}
	}
	// Others may read at the same time.
	if r, o := Reading(); r < read+600 || o < opened+300 {
		t.Errorf("%d read, %d opened", r-read, o-opened)
	}
}
