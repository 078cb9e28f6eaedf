package shelf

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// Output is the output of a wrapped program as a file that is not as long any more as it
// was when the run ended.
type Output struct {
	// File is the file, relative to the run directory.
	File string
	// Bytes is how long it is, -1 when it is not there; Recorded is how long it was.
	Bytes, Recorded int64
}

// changedOutputs compares the files of the output with what the manifest of a run that has
// ended says of their length. That is all that is known of them: they have no digest.
func changedOutputs(fsys vfs.FS, r *Run) (changed []Output) {
	if r.Manifest.EndedAt.IsZero() || r.Status == StatusRunning {
		return nil
	}
	var captured struct{ Stdout, Stderr capturedStream }
	if json.Unmarshal(r.Manifest.Extra["capture"], &captured) != nil {
		return nil // nothing is known
	}
	for _, s := range []struct {
		file string
		capturedStream
	}{{StdoutFile, captured.Stdout}, {StderrFile, captured.Stderr}} {
		if s.Bytes == nil || s.HeldOpen {
			continue
		}
		o := Output{File: s.file, Bytes: -1, Recorded: *s.Bytes}
		info, err := fsys.Lstat(filepath.Join(r.Dir, s.file))
		switch {
		case err == nil && info.Mode().IsRegular():
			o.Bytes = info.Size()
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			continue // whoever asks may not know
		}
		if o.Bytes != o.Recorded {
			changed = append(changed, o)
		}
	}
	return changed
}

// capturedStream is what a manifest tells of a stream. One that was given up has no length.
type capturedStream struct {
	Bytes    *int64 `json:"bytes"`
	HeldOpen bool   `json:"held_open"` // somebody else may have gone on to write
}
