package query

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// TestReadErrorNamesTheFile has errors at reading name what was read.
func TestReadErrorNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	writeOld(t, filepath.Join(dir, shelf.ManifestFile), `{"run_id":"r"}`)
	writeOld(t, filepath.Join(dir, shelf.EventsFile), "{}\n")
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	if err := ReadError(events, 7, errors.New("input/output error")); err.Error() != "reading "+filepath.Join(dir, shelf.EventsFile)+" at byte 7: input/output error" {
		t.Error(err)
	}
	err = ReadError(strings.NewReader(""), 7, io.EOF)
	if err.Error() != "reading the log at byte 7: it has become shorter meanwhile: unexpected EOF" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}
