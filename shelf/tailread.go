package shelf

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"path/filepath"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// A living writer may begin a half anew while a reader takes its picture of the
// tail. That takes the writer tens of thousands of events and the reader some
// microseconds, so a second look nearly always succeeds.
const (
	tailLooks = 20
	tailPause = 200 * time.Microsecond
)

// tailText is what a tail holds of events.jsonl, beyond what the file has.
type tailText struct {
	uuid    string
	offset  int64  // where content belongs
	content []byte // whole lines
	large   int64  // where a large line is being written; -1 when none is
	head    []byte // of the file, when this was read: another content has another head
}

func (t *tailText) end() int64 { return t.offset + int64(len(t.content)) }

// readTail returns the tail of a run. Without one, and for a file that is no tail
// or was left half written by a power cut, ok is false.
func readTail(fsys vfs.FS, dir string) (t tailText, ok bool) {
	for look := range tailLooks {
		if look > 0 {
			time.Sleep(tailPause)
		}
		mem, err := vfs.ReadRegular(fsys, filepath.Join(dir, TailFile), TailSize)
		if err != nil {
			return tailText{}, false
		}
		t, err := parseTail(mem)
		if !errors.Is(err, errTailMoving) {
			return t, err == nil
		}
	}
	return tailText{}, false
}

var (
	errNoTail     = errors.New("not the tail of a run")
	errTailMoving = errors.New("the tail does not fit its checksum")
)

// parseTail reads a picture of a tail.
func parseTail(mem []byte) (tailText, error) {
	if len(mem) != TailSize || !bytes.HasPrefix(mem, []byte(tailMagic)) {
		return tailText{}, errNoTail
	}
	large := load(mem[tailLargeAt:])
	if large != 0 && load(mem[tailCheckAt:]) != checkOf(large) {
		return tailText{}, errTailMoving
	}
	t := tailText{
		head:  bytes.Clone(mem[:tailHeadLen]),
		uuid:  string(bytes.TrimRight(mem[tailUUIDAt:tailUUIDAt+tailUUIDLen], "\x00")),
		large: int64(large) - 1,
	}
	first, err := parseHalf(mem, 0)
	if err != nil {
		return tailText{}, err
	}
	second, err := parseHalf(mem, 1)
	if err != nil {
		return tailText{}, err
	}
	if len(first.content) == 0 || len(second.content) > 0 && second.epoch < first.epoch {
		first, second = second, first
	}
	t.offset, t.content = first.offset, first.content
	if len(second.content) > 0 {
		if second.offset != t.end() {
			return tailText{}, errTailMoving
		}
		t.content = append(t.content, second.content...)
	}
	return t, nil
}

// halfText is what one half of a tail holds.
type halfText struct {
	epoch   uint64
	offset  int64
	content []byte
}

func parseHalf(mem []byte, i int) (halfText, error) {
	slot := slotOf(mem, i)
	commit := load(slot[slotCommitAt:])
	length, sum := commit>>32, uint32(commit)
	if length == 0 {
		return halfText{}, nil
	}
	h := halfText{epoch: load(slot[slotEpochAt:]), offset: int64(load(slot[slotOffsetAt:]))}
	if length > tailHalfLen || h.offset < 0 {
		return halfText{}, errTailMoving
	}
	h.content = append([]byte(nil), halfOf(mem, i)[:length]...)
	if crc32.Update(seed(h.epoch, h.offset), castagnoli, h.content) != sum {
		return halfText{}, errTailMoving
	}
	if !bytes.HasSuffix(h.content, newline) {
		return halfText{}, errNoTail
	}
	return h, nil
}

// belongs reports whether a tail goes with the first size bytes of an event log:
// it begins within them at the start of a line, and it is of the same run by its
// number or, when that is not known, by the sequence of its first event. Without
// both it is not believed.
func (t *tailText) belongs(log io.ReaderAt, size int64, uuid string) bool {
	if t.offset > size || t.large > size {
		return false
	}
	if t.offset > 0 && !endsLine(log, t.offset) || t.large > 0 && !endsLine(log, t.large) {
		return false
	}
	if uuid != "" {
		return uuid == t.uuid
	}
	return len(t.content) > 0 && t.follows(log)
}

// sizeOf returns how much of the first size bytes of the log are whole lines, as
// far as the tail tells: without the part of a large line that was being written.
// If that line had come to its end by then it is an event like any other, unless
// the tail has lines in its place.
func (t *tailText) sizeOf(log io.ReaderAt, size int64) int64 {
	if t.large < 0 || t.large >= size || len(t.content) == 0 && endsLine(log, size) {
		return size
	}
	return t.large
}

// endsLine reports whether the first size bytes end with the end of a line.
func endsLine(log io.ReaderAt, size int64) bool {
	var last [1]byte
	n, _ := log.ReadAt(last[:], size-1)
	return n == 1 && last[0] == '\n'
}

// follows reports whether the first event of the tail is the next one after the
// last event before it.
func (t *tailText) follows(log io.ReaderAt) bool {
	line, _, _ := bytes.Cut(t.content, newline)
	next, err := event.Decode(line)
	if err != nil {
		return false
	}
	lines, err := LastLines(log, t.offset, 1)
	if err != nil || len(lines) == 0 {
		return err == nil && next.Sequence == 1
	}
	last, err := event.Decode(lines[0])
	return err == nil && next.Sequence == last.Sequence+1
}
