package shelf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"reflect"

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
	left, last, err := linesBehind(f, size, t.events[s])
	if err != nil || left.Lines == 0 {
		return none, err
	}
	if t.events[s] > 0 {
		told, err := t.tellsOf(f, last, s)
		if err != nil || !told {
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

// tellsOf reports whether the last event of a stream is what a line of its output makes.
func (t *told) tellsOf(f io.ReaderAt, line rawLine, s stream) (bool, error) {
	e, err := t.read(t.last[s])
	if err != nil || tellsPlace(e, line, s) {
		return err == nil, err
	}
	shown, known, err := visibleOf(f, line)
	return known && (e.Type == s.name() && tellsText(e, shown) || tellsObject(e, shown, s)), err
}

// visibleOf reads what a terminal shows of a line in the end, which is what becomes an
// event: what follows the last carriage return, unless that is blank. That is not known of
// a line longer than heldLine without such a return in its last bytes.
func visibleOf(f io.ReaderAt, line rawLine) (shown []byte, known bool, err error) {
	end := line.end
	if line.ended {
		end--
	}
	from := max(line.offset, end-heldLine)
	b := make([]byte, end-from)
	if _, err := f.ReadAt(b, from); err != nil && err != io.EOF {
		return nil, false, err
	}
	b = bytes.TrimRight(b, "\r")
	for rest := b; ; {
		i := bytes.LastIndexByte(rest, '\r')
		switch behind := rest[i+1:]; {
		case i < 0 && from > line.offset:
			return nil, false, nil
		case len(bytes.Trim(behind, " \t\r")) > 0:
			return behind, true, nil
		case i < 0:
			return b[bytes.LastIndexByte(b, '\r')+1:], true, nil
		}
		rest = rest[:i]
	}
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

// tellsText reports whether an event holds the text of a line.
func tellsText(e event.Event, line []byte) bool {
	v, _ := e.Data.Get("text")
	text := string([]rune(string(line)))
	switch v := v.(type) {
	case string:
		return text == v
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
