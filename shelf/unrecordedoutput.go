package shelf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"

	"example.org/runshelf/event"
)

// heldLine is the longest line of an output that an event holds whole, in bytes. Of a
// longer one the event tells place and length.
const heldLine = 4 << 20

// outputBehind returns which lines of an output came behind the last that is an event.
// It says nothing unless that can be told for certain: when the log lacks events, or
// its last event of the stream is not what the line of its number makes, as when bytes
// of the output could not be kept.
func (t *told) outputBehind(f io.ReaderAt, size int64, s stream) (none Unrecorded, err error) {
	if whole, err := t.whole(); err != nil || !whole {
		return none, err
	}
	left, last, err := linesBehind(f, size, t.events[s], heldLine)
	if err != nil || left.Lines == 0 {
		return none, err
	}
	if t.events[s] > 0 {
		e, err := t.read(t.last[s])
		if err != nil || !tellsOf(e, last, s) {
			return none, err
		}
	}
	left.File = s.file()
	return left, nil
}

// whole reports whether there is a log and none of its events is missing: their
// number is that of the last.
func (t *told) whole() (bool, error) {
	if t.lossy || t.lines == 0 {
		return !t.lossy && t.log != nil, nil
	}
	e, err := t.read(t.end)
	return e.Sequence == uint64(t.lines), err
}

// read reads the event in a line of the log. It is the zero event when there is none.
func (t *told) read(s span) (e event.Event, err error) {
	line := make([]byte, s.length())
	if _, err := t.log.ReadAt(line, s.offset); err != nil && err != io.EOF {
		return e, err
	}
	if e, err = event.Decode(line); err != nil {
		return event.Event{}, nil
	}
	return e, nil
}

// tellsOf reports whether an event is what a line of an output makes.
func tellsOf(e event.Event, line rawLine, s stream) bool {
	if line.bytes == nil {
		return tellsPlace(e, line, s)
	}
	text := bytes.TrimRight(line.bytes, "\r")
	return e.Type == s.name() && tellsText(e, text) || tellsObject(e, text, s) || tellsPlace(e, line, s)
}

// tellsPlace reports whether an event tells of a line that is too long to be held.
func tellsPlace(e event.Event, line rawLine, s stream) bool {
	length := line.length()
	if line.ended {
		length--
	}
	return saysOf(e, "file", s.file()) && saysOf(e, "offset", line.offset) && saysOf(e, "bytes", length)
}

func saysOf(e event.Event, key string, want any) bool {
	v, ok := e.Data.Get(key)
	return ok && fmt.Sprint(v) == fmt.Sprint(want)
}

// tellsText reports whether an event holds the text of a line, of which a part is
// enough when carriage returns have overwritten the rest.
func tellsText(e event.Event, line []byte) bool {
	v, _ := e.Data.Get("text")
	text, whole := string([]rune(string(line))), bytes.IndexByte(line, '\r') < 0
	switch v := v.(type) {
	case string:
		return text == v || !whole && strings.Contains(text, v)
	case event.Object: // it is stored by its digest
		name, _ := v.Get("$blob")
		return name == fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text)))
	}
	return false
}

// tellsObject reports whether an event has the members of a line that is an object,
// under the names that they get in such an event.
func tellsObject(e event.Event, line []byte, s stream) bool {
	like := event.Body{Type: e.Type, Level: e.Level, Attrs: []slog.Attr{slog.String("stream", s.name())}}
	made, err := event.AppendObjectBody([]byte("{"), like, bytes.TrimPrefix(line, []byte("\ufeff")))
	if err != nil {
		return false
	}
	want, err := event.Decode(made)
	for _, m := range want.Data {
		own, bare := e.Data.Get(m.Key)
		data, renamed := e.Data.Get("data." + m.Key) // what the dialect says has the name
		if !(bare && sameValue(own, m.Value)) && !(renamed && sameValue(data, m.Value)) {
			return false
		}
	}
	return err == nil
}

// sameValue reports whether an event has a value, or that of a text stored elsewhere.
func sameValue(has, want any) bool {
	if stored, ok := has.(event.Object); ok && len(stored) > 0 && stored[0].Key == "$blob" {
		return true
	}
	return reflect.DeepEqual(has, want)
}
