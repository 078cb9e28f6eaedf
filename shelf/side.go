package shelf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// Unrecorded tells of the lines of a side channel that are not among the events of
// its run: a program may append to [SideFile] after its recorder was killed, and
// while it cannot write. They are whole where they stand, and no command takes them
// away. The zero value says that there are none.
type Unrecorded struct {
	// Lines counts them.
	Lines int64
	// Offset and Length are their place in SideFile, in bytes. When the run has lost
	// events besides, nothing tells which lines those were, and the place is the
	// whole file.
	Offset, Length int64
}

// Unrecorded reads the side channel and the events of a run that is over. Of a run
// that lives, or has no side channel, it returns the zero value without a look at the
// events. Nothing is written.
func (r *Run) Unrecorded() (Unrecorded, error) {
	if !hasSide(vfs.OS(), r) {
		return Unrecorded{}, nil
	}
	log, err := openLog(vfs.OS(), r)
	if isOddFile(err) {
		return unrecorded(vfs.OS(), r, nil, 0)
	}
	if err != nil {
		return Unrecorded{}, fmt.Errorf("the events of run %s: %w", r.ID, err)
	}
	defer log.Close()
	return unrecorded(vfs.OS(), r, log, log.Size())
}

// hasSide reports whether a run that is over has left a side channel with lines.
func hasSide(fsys vfs.FS, r *Run) bool {
	info, err := fsys.Lstat(filepath.Join(r.Dir, SideFile))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0 && r.Status != StatusRunning
}

// unrecorded compares the side channel with the log. Each of its lines has become one
// event, in their order, so that counting is enough. The log may be nil.
func unrecorded(fsys vfs.FS, r *Run, log io.ReaderAt, size int64) (Unrecorded, error) {
	if !hasSide(fsys, r) {
		return Unrecorded{}, nil
	}
	recorded, gaps, err := countSide(log, size)
	if err != nil {
		return Unrecorded{}, err
	}
	f, err := vfs.OpenRegular(fsys, filepath.Join(r.Dir, SideFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Unrecorded{}, nil
	}
	if err != nil {
		return Unrecorded{}, err
	}
	defer f.Close()
	left, err := sideBehind(f, recorded)
	if lossy := gaps || r.Manifest.Events.Dropped > 0; lossy && left.Lines > 0 {
		left.Offset, left.Length = 0, left.Offset+left.Length
	}
	return left, err
}

// sideBehind returns what stands behind the first lines of a side channel. A last
// line counts without its end too.
func sideBehind(f vfs.File, lines int64) (left Unrecorded, err error) {
	info, err := f.Stat()
	if err != nil {
		return left, err
	}
	in := newLineReader(io.NewSectionReader(f, 0, info.Size()), info.Size())
	for {
		line, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return left, err
		}
		if line.line <= lines {
			left.Offset = line.end
			continue
		}
		left.Lines++
		left.Length += line.length()
	}
	if left.Lines == 0 {
		return Unrecorded{}, nil
	}
	return left, nil
}

// The marks of an event of the side channel, and of one that stands for lost ones.
var (
	sideMark = []byte(`"stream":"events"`)
	gapMark  = []byte(`"event_type":"log_gap"`)
)

// countSide counts the events of a log that came by the side channel, and looks
// whether events may be missing.
func countSide(log io.ReaderAt, size int64) (n int64, gaps bool, err error) {
	if log == nil {
		return 0, false, nil
	}
	in := newLineReader(io.NewSectionReader(log, 0, size), size)
	for {
		line, err := in.next()
		if err == io.EOF {
			return n, gaps, nil
		}
		if err != nil {
			return n, gaps, err
		}
		if bytes.Contains(line.bytes, sideMark) && isOfSide(line.bytes) {
			n++
		}
		gaps = gaps || bytes.Contains(line.bytes, gapMark)
	}
}

// isOfSide reports whether the mark is a member of the event itself.
func isOfSide(line []byte) (is bool) {
	err := event.EachMember(line, func(m event.RawMember) {
		if string(m.Key) == "stream" {
			is = string(m.Value) == `"events"`
		}
	})
	return is && err == nil
}
