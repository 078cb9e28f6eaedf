package shelf

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
)

const (
	// rangesApart is how many bad ranges have a file of their own each. More are
	// kept in one, since each file costs a wait for the disk: a log in which every
	// other line is empty has a hundred thousand ranges.
	rangesApart = 64
	// rangesName stands, in the name of a file with many ranges, in the place of
	// the one range, and indexSuffix behind it names the file that tells their places.
	rangesName  = "ranges"
	indexSuffix = ".jsonl"
)

// quarantine keeps each range of the log that does not become a part of the new
// one, and each in which index or digest tell that bytes were changed though they still
// make events, with its place in the damaged log. A long log of which
// nothing is known but that it was changed is not kept twice.
func (j *repairing) quarantine(damaged string) error {
	ranges := joined(j.badRanges())
	for _, c := range j.changed() {
		if c.Length < j.seen.survey.size || c.Length <= 2*IndexBlockBytes {
			ranges = append(ranges, span{offset: c.Offset, end: c.Offset + c.Length})
		}
	}
	if len(ranges) == 0 {
		return nil
	}
	dir := filepath.Join(j.run.Dir, quarantineDir)
	if err := j.fs.Mkdir(dir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := j.fs.Lstat(dir); err != nil || !info.IsDir() {
		return errors.Join(err, fmt.Errorf("%s is no directory", dir))
	}
	if err := j.fs.SyncDir(j.run.Dir); err != nil {
		return err
	}
	keep := j.keepApart
	if len(ranges) > rangesApart {
		keep = j.keepTogether
	}
	if err := keep(ranges, dir, damaged); err != nil {
		return err
	}
	return j.fs.SyncDir(dir)
}

// joined are ranges in the order of their places, of which those that touch are one.
func joined(ranges []span) []span {
	slices.SortStableFunc(ranges, func(a, b span) int { return cmp.Compare(a.offset, b.offset) })
	var whole []span
	for _, r := range ranges {
		if n := len(whole); n > 0 && whole[n-1].end == r.offset {
			whole[n-1].end = r.end
		} else {
			whole = append(whole, r)
		}
	}
	return whole
}

// keepApart gives each range a file that bears its place.
func (j *repairing) keepApart(ranges []span, dir, damaged string) error {
	for _, r := range ranges {
		name := fmt.Sprintf("%s.%d-%d", damaged, r.offset, r.end)
		if err := j.store(func(w io.Writer) error { return j.copyRange(w, r) }, dir, name); err != nil {
			return err
		}
		j.done.Kept = append(j.done.Kept, quarantineDir+"/"+name)
	}
	return nil
}

// keepTogether puts the ranges into one file, one behind the other, and their places
// into another.
func (j *repairing) keepTogether(ranges []span, dir, damaged string) error {
	name := damaged + "." + rangesName
	err := j.store(func(w io.Writer) error {
		for _, r := range ranges {
			if err := j.copyRange(w, r); err != nil {
				return err
			}
		}
		return nil
	}, dir, name)
	if err != nil {
		return err
	}
	err = j.store(func(w io.Writer) error { return writePlaces(w, ranges) }, dir, name+indexSuffix)
	if err != nil {
		return err
	}
	j.done.Kept = append(j.done.Kept, quarantineDir+"/"+name, quarantineDir+"/"+name+indexSuffix)
	return nil
}

// copyRange writes the bytes of a range of the log.
func (j *repairing) copyRange(w io.Writer, r span) error {
	_, err := io.Copy(w, io.NewSectionReader(j.log, r.offset, r.length()))
	return err
}

// writePlaces writes a line for each range that stands in a file behind the one before
// it: where it stands there, and which bytes of the damaged log it is.
func writePlaces(w io.Writer, ranges []span) error {
	var at int64
	var line []byte
	for _, r := range ranges {
		line = strconv.AppendInt(append(line[:0], `{"at":`...), at, 10)
		line = strconv.AppendInt(append(line, `,"from":`...), r.offset, 10)
		line = strconv.AppendInt(append(line, `,"to":`...), r.end, 10)
		if _, err := w.Write(append(line, "}\n"...)); err != nil {
			return err
		}
		at += r.length()
	}
	return nil
}

// changed are the ranges of the log in which bytes were changed that still make
// events. Nothing tells which, so they stay, and what is known of them is kept.
func (j *repairing) changed() []changedRange {
	var ranges []changedRange
	for _, f := range j.found.Faults {
		if f.Kind == FaultChanged && f.File == EventsFile {
			ranges = append(ranges, changedRange{f.Offset, f.Length})
		}
	}
	return ranges
}

// badRanges are the ranges that are left out. Behind the end of a log that is
// otherwise whole everything is one range.
func (j *repairing) badRanges() []span {
	if s := j.seen.seal; s.begins(j.seen.survey) {
		return []span{{offset: s.Bytes, end: j.seen.survey.size}}
	}
	var ranges []span
	for _, b := range j.seen.survey.bad {
		if b.length() > 0 { // else a line end is missing there
			ranges = append(ranges, b.span)
		}
	}
	return append(ranges, j.seen.plan.unused...)
}
