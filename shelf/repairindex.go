package shelf

import (
	"bytes"
	"crypto/sha256"
	"path/filepath"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// indexAnew makes the index of the log as it is now. The index is an aid: when it
// cannot be made there is none, and nothing is said.
func (j *repairing) indexAnew() {
	m, _, _ := readManifest(j.fs, j.run.Dir)
	if removeIndex(j.fs, j.run.Dir) != nil || m.UUID == "" {
		return
	}
	log, err := vfs.OpenRegular(j.fs, filepath.Join(j.run.Dir, EventsFile))
	if err != nil {
		return
	}
	defer log.Close()
	info, err := log.Stat()
	if err != nil {
		return
	}
	x := newIndexer(j.fs, j.run.Dir, m.UUID, sha256.New())
	defer x.Close()
	indexLines(newLineReader(log, info.Size()), x)
}

// indexLines tells an index the lines of a log, up to the first that is no event of
// our form.
func indexLines(lines *lineReader, x *Indexer) {
	t := &blockTally{x: x}
	defer t.cut()
	for {
		line, err := lines.next()
		if err != nil || !line.ended {
			return
		}
		p, kind := parseLine(line)
		at := timeText(line)
		if kind != "" || at == "" || t.block.Length > 0 && p.last < t.block.Last {
			return
		}
		t.add(p, at, line.bytes[:len(line.bytes)+1])
	}
}

// timeText is the time of a line that says it just as a writer of ours does; "" of
// any other, since its text would not be in the order of time.
func timeText(line rawLine) string {
	if len(line.bytes) <= bodyAt || !bytes.HasPrefix(line.bytes, usualStart) || line.bytes[bodyAt] != '"' {
		return ""
	}
	text := string(line.bytes[len(usualStart):bodyAt])
	if t, err := time.Parse(event.TimeLayout, text); err != nil || t.Format(event.TimeLayout) != text {
		return ""
	}
	return text
}
