package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// Unrecorded tells of lines of a wrapped program that are not among the events of its
// run. They are whole where they stand, and no command takes them away.
//
// A program may append to [SideFile] after its recorder was killed, and while that
// cannot write. Its output is kept in [StdoutFile] and [StderrFile] before it becomes
// events, so a recorder that is killed leaves these ahead of its log.
type Unrecorded struct {
	// File is the file that they stand in, relative to the run directory.
	File string
	// Lines counts them. A last line counts without its end too.
	Lines int64
	// Offset and Length are their place in the file, in bytes. When the run has lost
	// events besides, nothing tells which lines of SideFile those were, and the place
	// is the whole file.
	Offset, Length int64
}

// Unrecorded reads the output, the side channel and the events of a run that is over.
// Of the output it tells when the writer was killed, the events are to hold it and
// none of them is missing, and not else: then the lines of a file and its events are
// the same in number and order, up to the last event. Of a run that lives, or has
// neither, it returns nothing without a look at the events. Nothing is written.
func (r *Run) Unrecorded() ([]Unrecorded, error) {
	left, _, err := r.UnrecordedWithin(math.MaxInt64)
	return left, err
}

// UnrecordedWithin is Unrecorded for who has no time to read more than so many bytes of
// events. It reports false, and nothing has been found out, when there are more.
func (r *Run) UnrecordedWithin(bytes int64) (left []Unrecorded, looked bool, err error) {
	if len(leftStreams(vfs.OS(), r)) == 0 {
		return nil, true, nil
	}
	log, err := openLog(vfs.OS(), r)
	if isOddFile(err) {
		left, err = unrecorded(vfs.OS(), r, nil, 0)
		return left, true, err
	}
	if err != nil {
		return nil, true, fmt.Errorf("the events of run %s: %w", r.ID, err)
	}
	defer log.Close()
	if log.Size() > bytes {
		return nil, false, nil
	}
	left, err = unrecorded(vfs.OS(), r, log, log.Size())
	return left, true, err
}

// stream is one way by which lines of a wrapped program come.
type stream int

const (
	streamStdout stream = iota
	streamStderr
	streamSide
	streams // how many there are
)

// name is what its events carry under "stream".
func (s stream) name() string { return [streams]string{"stdout", "stderr", "events"}[s] }

// file is where its lines stand.
func (s stream) file() string { return [streams]string{StdoutFile, StderrFile, SideFile}[s] }

// leftStreams returns the streams of a run of which lines may not be among its events.
func leftStreams(fsys vfs.FS, r *Run) (left []stream) {
	if hasSide(fsys, r) {
		left = append(left, streamSide)
	}
	for _, s := range []stream{streamStdout, streamStderr} {
		if r.Status == StatusCrashed && hasBytes(fsys, r, s) && r.records(s) {
			left = append(left, s)
		}
	}
	return left
}

// hasSide reports whether a run that is over has left a side channel with lines.
func hasSide(fsys vfs.FS, r *Run) bool {
	return r.Status != StatusRunning && hasBytes(fsys, r, streamSide)
}

func hasBytes(fsys vfs.FS, r *Run, s stream) bool {
	info, err := fsys.Lstat(filepath.Join(r.Dir, s.file()))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// records reports whether the manifest says that the lines of an output were to become
// events.
func (r *Run) records(s stream) bool {
	var about struct{ Options struct{ Events string } }
	if json.Unmarshal(r.Manifest.Extra["capture"], &about) != nil {
		return false // there is none, or nobody knows what it says
	}
	asked := about.Options.Events
	return asked == "" || asked == "all" || asked == s.name()
}

// unrecorded compares what the streams have left with the log. Each of their lines has
// become one event, in their order, so that counting is enough. The log may be nil.
func unrecorded(fsys vfs.FS, r *Run, log io.ReaderAt, size int64) (all []Unrecorded, err error) {
	left := leftStreams(fsys, r)
	if len(left) == 0 {
		return nil, nil
	}
	told, err := countTold(log, size)
	if err != nil {
		return nil, err
	}
	told.lossy = told.lossy || r.Manifest.Events.Dropped > 0
	for _, s := range left {
		u, err := told.behind(fsys, r, s)
		if err != nil {
			return nil, err
		}
		if u.Lines > 0 {
			all = append(all, u)
		}
	}
	return all, nil
}

// told is what a log tells of each stream.
type told struct {
	log    io.ReaderAt
	events [streams]int64 // how many
	last   [streams]span  // the last of them
	lines  int64          // of the log
	end    span           // the last of those
	lossy  bool           // events may be missing
}

var (
	// streamEnds are how events end that came by a stream.
	streamEnds = [streams][]byte{[]byte(`,"stream":"stdout"}`), []byte(`,"stream":"stderr"}`), []byte(`,"stream":"events"}`)}
	// gapMark is in each event that stands for lost ones.
	gapMark = []byte(`"event_type":"log_gap"`)
	// streamMark is in each event that came by a stream.
	streamMark = []byte(`"stream":"`)
)

// countTold counts the events of a log.
func countTold(log io.ReaderAt, size int64) (*told, error) {
	t := &told{log: log}
	if log == nil {
		return t, nil
	}
	in := newLineReader(io.NewSectionReader(log, 0, size), size)
	for {
		line, err := in.next()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		if !line.ended && !isWhole(line.bytes) {
			return t, nil // half an event is none
		}
		t.lines, t.end = t.lines+1, line.span
		if s, ok := streamOf(line.bytes); ok {
			t.events[s]++
			t.last[s] = line.span
		} else {
			t.lossy = t.lossy || bytes.Contains(line.bytes, gapMark)
		}
	}
}

// isWhole reports whether a last line lacks nothing but its end.
func isWhole(line []byte) bool {
	_, err := event.Decode(line)
	return err == nil
}

// streamOf returns the stream by which an event came. Nearly always that is said at the
// end: a member of the event itself, since what is in strings has its quotes escaped
// and what is in objects has more braces behind it.
func streamOf(line []byte) (stream, bool) {
	for s, end := range streamEnds {
		if bytes.HasSuffix(line, end) {
			return stream(s), true
		}
	}
	if !bytes.Contains(line, streamMark) {
		return 0, false
	}
	said := ""
	err := event.EachMember(line, func(m event.RawMember) {
		if string(m.Key) == "stream" {
			said = string(m.Value)
		}
	})
	for s := range streams {
		if err == nil && said == `"`+s.name()+`"` {
			return s, true
		}
	}
	return 0, false
}

// behind returns what stands in the file of a stream behind the lines that are events.
func (t *told) behind(fsys vfs.FS, r *Run, s stream) (Unrecorded, error) {
	f, err := vfs.OpenRegular(fsys, filepath.Join(r.Dir, s.file()))
	if errors.Is(err, fs.ErrNotExist) {
		return Unrecorded{}, nil
	}
	if err != nil {
		return Unrecorded{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Unrecorded{}, err
	}
	if s != streamSide {
		return t.outputBehind(f, info.Size(), s)
	}
	left, _, err := linesBehind(f, info.Size(), t.events[s])
	left.File = s.file()
	if t.lossy {
		left.Offset, left.Length = 0, left.Offset+left.Length
	}
	return left, err
}

// linesBehind returns what stands behind the first lines of a file of so many bytes, and
// where the last of these stands.
func linesBehind(f io.ReaderAt, size, lines int64) (left Unrecorded, last rawLine, err error) {
	in := newLineReader(io.NewSectionReader(f, 0, size), size)
	in.limit = 0 // nobody asks for the bytes
	for {
		line, err := in.next()
		if err == io.EOF {
			return left, last, nil
		}
		if err != nil {
			return left, last, err
		}
		line.bytes = nil // they are the reader's
		switch {
		case line.line > lines:
			left.Lines++
			left.Length += line.length()
		case line.line == lines:
			last, left.Offset = line, line.end
		}
	}
}
