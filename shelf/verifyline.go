package shelf

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"example.org/runshelf/event"
)

const (
	// gapType is the type of the event that stands for lost ones.
	gapType = "log_gap"
	// streamKey is in every event that was made of a line of a program.
	streamKey = "stream"
	// reasonDamaged is the reason of the gaps that a repair leaves.
	reasonDamaged = "damaged"
)

// parsedLine is what verifying needs of an event: which sequences it stands for.
type parsedLine struct {
	first, last uint64
	kind        []byte // the event type, valid as long as the line
	dropped     uint64 // of a log_gap
	reason      string // of a log_gap
}

// parseLine judges a line; the kind is empty for a sound one.
func parseLine(line rawLine) (parsedLine, FaultKind) {
	switch {
	case line.nul >= 0:
		return parsedLine{}, FaultNUL
	case line.bytes == nil:
		return parsedLine{}, FaultUnparsable
	}
	p, ok := parseUsual(line.bytes)
	if !ok {
		var kind FaultKind
		if p, kind = parseAny(line); kind != "" {
			return p, kind
		}
	}
	if p.last == 0 || p.last == lastOfAll {
		return p, FaultUnnumbered
	}
	return p, ""
}

var (
	usualStart    = []byte(`{"timestamp":"`)
	usualSequence = []byte(`","sequence":`)
	usualType     = []byte(`,"event_type":"`)
	sequenceKey   = []byte(`"sequence"`)
)

// parseUsual reads a line of the very form that our writer gives it, which takes
// a fraction of the time of decoding. Whatever is not exactly that, or is a
// log_gap, is left to [parseAny].
func parseUsual(b []byte) (parsedLine, bool) {
	rest, ok := bytes.CutPrefix(b, usualStart)
	if !ok || len(rest) < len(event.TimeLayout) {
		return parsedLine{}, false
	}
	rest, ok = bytes.CutPrefix(rest[len(event.TimeLayout):], usualSequence)
	digits := bytes.IndexByte(rest, ',')
	if !ok || digits < 1 || digits > 20 {
		return parsedLine{}, false
	}
	sequence, err := strconv.ParseUint(string(rest[:digits]), 10, 64)
	rest, ok = bytes.CutPrefix(rest[digits:], usualType)
	end := bytes.IndexByte(rest, '"')
	if !ok || err != nil || end < 0 || bytes.IndexByte(rest[:end], '\\') >= 0 || string(rest[:end]) == gapType {
		return parsedLine{}, false
	}
	if bytes.Contains(rest, sequenceKey) || !utf8.Valid(rest[:end]) || !json.Valid(b) {
		return parsedLine{}, false
	}
	return parsedLine{first: sequence, last: sequence, kind: rest[:end]}, true
}

// byteOrderMark may stand before the first line.
var byteOrderMark = []byte("\ufeff")

// parseAny reads any line.
func parseAny(line rawLine) (parsedLine, FaultKind) {
	b := line.bytes
	if line.offset == 0 {
		b = bytes.TrimPrefix(b, byteOrderMark)
	}
	if !opensObject(b) { // of 50 MB of empty lines not each must be decoded to be refused
		return parsedLine{}, badKind(line)
	}
	e, err := event.Decode(b)
	if err != nil {
		return parsedLine{}, badKind(line)
	}
	p := parsedLine{first: e.Sequence, last: e.Sequence, kind: []byte(e.Type)}
	if e.Type == gapType {
		p.stretch(e)
	}
	return p, ""
}

// opensObject reports whether a line begins as an object of JSON does.
func opensObject(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r\n")
	return len(line) > 0 && line[0] == '{'
}

// badKind is the fault of a line that is no object.
func badKind(line rawLine) FaultKind {
	if !line.ended {
		return FaultTorn
	}
	return FaultUnparsable
}

// stretch makes a log_gap stand for the events it tells of. One whose figures do
// not fit each other is an event like any other, and so is one that a program has
// printed: it speaks of itself, and not of this log.
func (p *parsedLine) stretch(e event.Event) {
	if _, captured := e.Data.Get(streamKey); captured {
		return
	}
	first, last := figure(e, "first_sequence"), figure(e, "last_sequence")
	if first == 0 || first > last || last != e.Sequence {
		return
	}
	p.first, p.dropped = first, last-first+1
	reason, _ := e.Data.Get("reason")
	p.reason, _ = reason.(string)
}

func figure(e event.Event, key string) uint64 {
	value, _ := e.Data.Get(key)
	number, _ := value.(json.Number)
	n, err := strconv.ParseUint(number.String(), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// plain returns the line as an event that stands for itself alone.
func (p parsedLine) plain() parsedLine {
	return parsedLine{first: p.last, last: p.last, kind: p.kind}
}
