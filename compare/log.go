package compare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"example.org/runshelf/shelf"
)

// Log is an event log to be compared: that of a run, or any file of JSON Lines.
// It shows the log as long as it was when it was opened.
type Log struct {
	// Name is the id of the run or the path of the file.
	Name string
	// Run is the run; nil for a file.
	Run *shelf.Run
	// Missing reports that the run has no events.jsonl at all.
	Missing bool

	src    io.ReaderAt
	size   int64
	closer io.Closer
}

// OpenRun opens the events of a run, alive or dead. A run without the file has no
// events.
func OpenRun(run *shelf.Run) (*Log, error) {
	events, err := run.OpenEvents()
	if errors.Is(err, fs.ErrNotExist) {
		return &Log{Name: run.ID, Run: run, Missing: true}, nil
	}
	if err != nil {
		return nil, err
	}
	return &Log{Name: run.ID, Run: run, src: events, size: events.Size(), closer: events}, nil
}

// OpenFile opens a file of JSON Lines, which must be a regular file.
func OpenFile(path string) (*Log, error) { return OpenFileContext(context.Background(), path) }

// OpenFileContext is OpenFile for a file that can be read until ctx ends. From then on
// reading it fails with an error that wraps the cause of ctx.
func OpenFileContext(ctx context.Context, path string) (*Log, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &Log{Name: path, src: fileWithin{f, ctx}, size: info.Size(), closer: f}, nil
}

// fileWithin is a file that can be read until a context ends.
type fileWithin struct {
	*os.File
	ctx context.Context
}

// ReadAt implements io.ReaderAt.
func (f fileWithin) ReadAt(p []byte, off int64) (int, error) {
	if f.ctx.Err() != nil {
		return 0, context.Cause(f.ctx)
	}
	return f.File.ReadAt(p, off)
}

// NewLog is a log of the first size bytes of src.
func NewLog(name string, src io.ReaderAt, size int64) *Log {
	return &Log{Name: name, src: src, size: size}
}

// Close lets the file go.
func (l *Log) Close() error {
	if l.closer == nil {
		return nil
	}
	return l.closer.Close()
}

// captured reports whether the events are those of a wrapped program, whose
// streams interleave by chance. Of a run without a manifest nobody knows; known
// is false then.
func (l *Log) captured() (exec, known bool) {
	if l.Run == nil || l.Run.Manifest.Kind == "" {
		return false, false
	}
	return l.Run.Manifest.Kind == kindExec, true
}

// kindExec is the kind of the runs of wrapped programs.
const kindExec = "exec"
