package capture

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
)

// kindImport is the kind of the runs that Import makes.
const kindImport = "import"

// originalDir is where an imported file is kept, within the artifacts.
const originalDir = "original"

// StdinFile as [ImportOptions.File] asks for the lines of ImportOptions.Stdin.
const StdinFile = "-"

// ImportOptions says which log to make a run of. Only File is needed; the run
// then goes to the shelf "logs" under a fresh id.
type ImportOptions struct {
	// File is the path of a log, plain or packed by gzip or zstd, or StdinFile.
	File string
	// Stdin is what StdinFile stands for.
	Stdin io.Reader

	// Run says where the run is kept and what is known of it, as in [Options].
	// Kind, Program and SourceDir are set by Import.
	Run runshelf.Options
	// Dialect names the JSON dialect of the lines. Empty means that it is found
	// out.
	Dialect string
	// Zone is where times without a zone were written. Nil means UTC, so that an
	// import gives the same events on every machine.
	Zone *time.Location
	// MaxUnpacked is how many bytes a packed file may unpack to. 0 means
	// DefaultMaxUnpacked, and no more than the packed size times 200 beyond the
	// first 256 MiB.
	MaxUnpacked int64

	// Started is told the id and directory of the run before its first event.
	Started func(id, dir string)
	// Progress is told from time to time how many bytes of the file are done.
	Progress func(ImportProgress)
	// Warn is told, in one line each, what did not stop the import.
	Warn func(message string)
}

// ImportProgress is how far an import has come.
type ImportProgress struct {
	// Step is "copying", "checking" or "reading"; each begins at 0.
	Step string
	// Done and Total are bytes of the file as it is stored. Total is 0 when it is
	// not known.
	Done, Total int64
}

// ImportResult tells what an import made.
type ImportResult struct {
	ID, Dir string
	Status  shelf.Status
	Report  ImportReport
	Elapsed time.Duration
}

// ImportReport counts what was found in an imported file. It is the member
// "import" of the manifest.
type ImportReport struct {
	File string `json:"file"` // its name without the directory, or "stdin"
	// Bytes and SHA256 (in hexadecimal) are those of the file as it is stored, packed
	// if it is packed.
	Bytes       int64  `json:"bytes"`
	SHA256      string `json:"sha256"`
	Compression string `json:"compression,omitempty"` // gzip, zstd, or none
	// Unpacked is the number of bytes that were read as lines.
	Unpacked int64  `json:"unpacked_bytes"`
	Dialect  string `json:"dialect"`
	// Lines is the number of events: of all lines but the blank ones.
	Lines uint64 `json:"lines"`
	Blank int64  `json:"blank"`
	// Text counts the lines that are no JSON objects and do not look like one.
	Text int64 `json:"text"`
	// Broken counts the lines that begin like an object and are none, contain
	// nothing but NUL, or are too long; BrokenLines are the first of them,
	// counted from 1.
	Broken      int64   `json:"broken"`
	BrokenLines []int64 `json:"broken_lines,omitempty"`
	// FirstTime and LastTime are the earliest and latest times of the lines.
	FirstTime time.Time `json:"first_time,omitzero"`
	LastTime  time.Time `json:"last_time,omitzero"`
}

// Import makes a run of an existing log. Each line that is not blank becomes an
// event: its timestamp is the line's own time, or for a line without one that of
// the line before; its sequence counts from 1; the rest of a JSON object stays as
// it is, and other lines become events of type "log" with their text in message.
// The file itself is copied unchanged to artifacts/original.
//
// Nothing is left behind when the file is refused: because it cannot be read,
// is an archive, or unpacks to more than it may. What goes wrong later ends the
// run as failed, and the end of ctx as interrupted; the events so far are kept.
// The result is valid whenever its ID is set, with or without an error.
func Import(ctx context.Context, options ImportOptions) (ImportResult, error) {
	o, err := options.withDefaults()
	if err != nil {
		return ImportResult{}, err
	}
	began := time.Now()
	detector, err := NewDetector(o.Dialect)
	if err != nil {
		return ImportResult{}, err
	}
	detector.Zone = o.Zone
	from, err := o.stage(ctx)
	if err != nil {
		return ImportResult{}, fmt.Errorf("importing %s: %w", o.File, err)
	}
	defer from.discard()
	if err := from.check(ctx, o); err != nil {
		return ImportResult{}, fmt.Errorf("importing %s: %w", o.File, err)
	}
	result, err := o.importFrom(ctx, from, detector)
	result.Elapsed = time.Since(began)
	if err != nil {
		err = fmt.Errorf("importing %s: %w", o.File, err)
	}
	return result, err
}

func (o ImportOptions) withDefaults() (ImportOptions, error) {
	if o.File == "" {
		return o, fmt.Errorf("there is no file to import")
	}
	if o.Run.LogsDir == "" {
		o.Run.LogsDir = runshelf.DefaultLogsDir
	}
	if o.Run.RunID == "" {
		o.Run.RunID = runshelf.AutoRunID
	}
	if o.Run.RunID != runshelf.AutoRunID {
		if err := shelf.ValidateID(o.Run.RunID); err != nil {
			return o, err
		}
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Started == nil {
		o.Started = func(string, string) {}
	}
	if o.Progress == nil {
		o.Progress = func(ImportProgress) {}
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	return o, nil
}

// loggerOptions completes what the caller has said of the run. The git tree of
// this process has nothing to do with the log.
func (o ImportOptions) loggerOptions(name string) runshelf.Options {
	run := o.Run
	run.Kind = kindImport
	run.Program = runshelf.Program{Name: name, Argv: provenance.CurrentProgram().Argv}
	run.SourceDir = filepath.VolumeName(o.Run.LogsDir) + string(filepath.Separator)
	if run.Warn == nil {
		run.Warn = o.Warn
	}
	return run
}

// importFrom makes the run of a file that has been checked.
func (o ImportOptions) importFrom(ctx context.Context, from *staged, detector *Detector) (ImportResult, error) {
	log, err := runshelf.NewEventLogger(o.loggerOptions(from.name))
	if err != nil {
		return ImportResult{}, cmp.Or(errors.Unwrap(err), err) // without the name of the logger's package
	}
	result := ImportResult{ID: log.RunID(), Dir: log.Dir()}
	o.Started(result.ID, result.Dir)
	reader := newImportReader(log, detector, from)
	err = from.keep(filepath.Join(result.Dir, shelf.ArtifactsDir, originalDir))
	if err == nil {
		err = from.read(ctx, o, reader)
	}
	if err == nil {
		err = bare(errors.Join(log.Sync(), log.Err())) // an import that lost events has failed
	}
	result.Report = reader.finish()
	outcome := importOutcome(ctx, err)
	outcome.Extra = map[string]json.RawMessage{kindImport: event.AppendValue(nil, result.Report)}
	result.Status = outcome.Status
	log.End(outcome)
	if closeErr := bare(log.Close()); closeErr != nil && ctx.Err() == nil {
		err = closeErr // it tells all that was lost
	}
	return result, err
}

// importOutcome tells how the run ended.
func importOutcome(ctx context.Context, err error) runshelf.Outcome {
	switch {
	case err == nil:
		return runshelf.Outcome{Status: shelf.StatusCompleted}
	case ctx.Err() != nil:
		return runshelf.Outcome{Status: shelf.StatusInterrupted, Reason: context.Cause(ctx).Error()}
	}
	return runshelf.Outcome{Status: shelf.StatusFailed, Reason: err.Error()}
}

// nameOf is what the file is called in the run.
func (o ImportOptions) nameOf() string {
	if o.File == StdinFile {
		return "stdin"
	}
	return filepath.Base(o.File)
}

// open opens the file, or returns stdin. A pipe has no size.
func (o ImportOptions) open() (in io.ReadCloser, info os.FileInfo, err error) {
	if o.File == StdinFile {
		if o.Stdin == nil {
			return nil, nil, fmt.Errorf("there is no standard input")
		}
		return io.NopCloser(o.Stdin), nil, nil
	}
	info, err = os.Stat(o.File)
	if err != nil {
		return nil, nil, pathless(err)
	}
	if kind := info.Mode().Type(); kind != 0 && kind != os.ModeNamedPipe {
		return nil, nil, refuseKind(kind)
	}
	f, err := os.Open(o.File)
	if err != nil {
		return nil, nil, pathless(err)
	}
	if info.Mode()&os.ModeNamedPipe != 0 {
		info = nil
	}
	return f, info, nil
}

// refuseKind refuses what is neither a file nor a pipe.
func refuseKind(kind os.FileMode) error {
	if kind.IsDir() {
		return &RefusedError{Problem: "it is a directory", Hint: "name the files in it"}
	}
	return &RefusedError{Problem: "it is a device or a socket"}
}
