package shelf

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// rewriteLog builds a sound log beside the damaged one and puts it in its place,
// after the bad ranges have been kept and the manifest says what is true of the
// new log. The new log depends on the damaged one alone, so whoever begins again
// after any of these steps does the same.
func (j *repairing) rewriteLog() error {
	locked, release := lockDir(j.fs, j.run.Dir)
	defer release()
	j.locked = locked
	temp, err := j.writeLog()
	if err != nil {
		return err
	}
	if err := j.replaceLog(temp); err != nil {
		return errors.Join(err, removeIfThere(j.fs, temp))
	}
	return j.fs.SyncDir(j.run.Dir)
}

func (j *repairing) replaceLog(temp string) error {
	made, err := j.surveyNew(temp)
	if err != nil {
		return err
	}
	if err := j.keepLink(EventsFile); err != nil {
		return err
	}
	damaged := j.done.Kept[len(j.done.Kept)-1]
	if err := j.quarantine(damaged); err != nil {
		return err
	}
	if !j.seen.seal.whole(made) || j.seen.manifest != "" || j.seen.foreign {
		if err := j.rewriteManifest(made, damaged); err != nil {
			return err
		}
	}
	if err := removeIndex(j.fs, j.run.Dir); err != nil {
		return err
	}
	j.moved = true
	return j.fs.Rename(temp, filepath.Join(j.run.Dir, EventsFile))
}

// writeLog writes the new log under a hidden name and syncs it.
func (j *repairing) writeLog() (temp string, err error) {
	var f vfs.File
	temp, err = makeTemp(j.fs, j.run.Dir, EventsFile, j.locked, func(name string) (err error) {
		f, err = j.fs.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
		return err
	})
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	err = errors.Join(j.copyLines(w), w.Flush())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, removeIfThere(j.fs, temp))
	}
	return temp, nil
}

// copyLines writes the lines that are sound, each in its place.
func (j *repairing) copyLines(w io.Writer) error {
	if s := j.seen.seal; s.begins(j.seen.survey) {
		_, err := io.Copy(w, io.NewSectionReader(j.log, 0, s.Bytes))
		return err
	}
	holes := j.seen.plan.holes
	j.done.Lost = 0
	for i, p := range j.seen.plan.pieces {
		for ; len(holes) > 0 && holes[0].first < p.first; holes = holes[1:] {
			if err := j.writeGap(w, holes[0], i); err != nil {
				return err
			}
		}
		if _, err := io.Copy(w, io.NewSectionReader(j.log, p.offset, p.length())); err != nil {
			return err
		}
		if p.unended {
			if _, err := w.Write(newline); err != nil {
				return err
			}
		}
	}
	for _, h := range holes {
		if err := j.writeGap(w, h, len(j.seen.plan.pieces)); err != nil {
			return err
		}
	}
	return nil
}

// writeGap writes the log_gap that stands for what is missing before piece i. Its
// time is that of the event before it, so that times do not run backwards and a
// repair that begins again writes the same.
func (j *repairing) writeGap(w io.Writer, h hole, i int) error {
	t, err := j.timeAt(i)
	if err != nil {
		return err
	}
	lost := h.last - h.first + 1
	body := event.Body{Type: gapType, Level: slog.LevelWarn, Attrs: []slog.Attr{
		slog.Uint64("dropped", lost), slog.Uint64("first_sequence", h.first),
		slog.Uint64("last_sequence", h.last), slog.String("reason", reasonDamaged),
	}}
	j.done.Lost += lost
	_, err = w.Write(event.AppendLine(nil, t, h.last, body))
	return err
}

// timeAt returns the time of the event before piece i, or of the one behind it.
func (j *repairing) timeAt(i int) (time.Time, error) {
	pieces := j.seen.plan.pieces
	if i > 0 {
		p := pieces[i-1]
		lines, err := LastLines(io.NewSectionReader(j.log, p.offset, p.length()), p.length(), 1)
		if err != nil {
			return time.Time{}, err
		}
		if t := timeOf(slices.Concat(lines...)); !t.IsZero() {
			return t, nil
		}
	}
	if i < len(pieces) {
		p := pieces[i]
		t, err := firstTime(io.NewSectionReader(j.log, p.offset, p.length()))
		if err != nil || !t.IsZero() {
			return t, err
		}
	}
	return j.run.Start, nil
}

// firstTime returns the time of the first line, zero when it tells none.
func firstTime(log io.ReaderAt) (time.Time, error) {
	line, err := FirstLine(log, lineLimit)
	if err != nil && err != io.EOF {
		return time.Time{}, err
	}
	return timeOf(line), nil
}

func timeOf(line []byte) time.Time {
	e, err := event.Decode(line)
	if err != nil {
		return time.Time{}
	}
	return e.Time
}

// surveyNew reads the new log again and checks that nothing is wrong with it
// before anything is replaced.
func (j *repairing) surveyNew(temp string) (*survey, error) {
	f, err := vfs.OpenRegular(j.fs, temp)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s, err := surveyLog(f, info.Size(), nil, nil)
	if err != nil {
		return nil, err
	}
	whole := len(s.bad) == 0 && len(s.segments) <= 1 && !s.torn()
	if len(s.segments) == 1 {
		whole = whole && s.segments[0].first == 1
	}
	if !whole {
		return nil, fmt.Errorf("the log that was made is not sound: %d bad ranges, %d segments", len(s.bad), len(s.segments))
	}
	return s, nil
}
