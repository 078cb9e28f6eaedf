package runshelftest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"example.org/runshelf/event"
)

// envelope is what stands in a line beside the event's own data.
type envelope struct {
	timestamp string
	sequence  uint64
	eventType string
	hasCause  bool
	cause     uint64
	gap       *gap
	blobs     []blob
}

// gap is the data of a log_gap event.
type gap struct {
	dropped, first, last uint64
	reason               string
}

var timestampForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$`)

// parseLine judges a line, without its end, by itself. It returns no envelope when
// the line is no event at all.
func parseLine(line []byte) (*envelope, []string) {
	if faults := rawFaults(line); faults != nil {
		return nil, faults
	}
	value, err := event.DecodeValue(line)
	object, ok := value.(event.Object)
	if err != nil || !ok {
		return nil, []string{fmt.Sprintf("is no JSON object: %.80q", line)}
	}
	p := lineParser{object: object}
	p.names()
	e := &envelope{
		timestamp: p.timestamp(),
		sequence:  p.number(event.KeySequence, true),
		eventType: p.eventType(),
		cause:     p.number(event.KeyCause, false),
	}
	_, e.hasCause = object.Get(event.KeyCause)
	p.level()
	if _, captured := object.Get("stream"); e.eventType == "log_gap" && !captured {
		e.gap = p.gap()
	}
	e.blobs = findBlobs(nil, object)
	return e, p.faults
}

// rawFaults judges the bytes. The judge is the standard library, which knows
// nothing of how the line was made.
func rawFaults(line []byte) []string {
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return []string{"has a NUL byte"}
	case !utf8.Valid(line):
		return []string{"is not UTF-8"}
	case !json.Valid(line):
		return []string{fmt.Sprintf("is not JSON: %.80q", line)}
	case line[0] != '{' || line[len(line)-1] != '}':
		return []string{fmt.Sprintf("is not one JSON object and nothing else: %.80q", line)}
	}
	return nil
}

// lineParser takes the envelope out of an object and notes what is wrong.
type lineParser struct {
	object event.Object
	faults []string
}

func (p *lineParser) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

func (p *lineParser) names() {
	seen := make(map[string]bool, len(p.object))
	for _, m := range p.object {
		if seen[m.Key] {
			p.fault("has %.80q twice", m.Key)
		}
		seen[m.Key] = true
	}
}

func (p *lineParser) timestamp() string {
	value, _ := p.object.Get(event.KeyTimestamp)
	text, _ := value.(string)
	if !timestampForm.MatchString(text) {
		p.fault("timestamp is %.80v", value)
	} else if _, err := time.Parse(event.TimeLayout, text); err != nil {
		p.fault("timestamp %s is no time", text)
	}
	return text
}

// number returns a whole number of the envelope or of a log_gap.
func (p *lineParser) number(key string, must bool) uint64 {
	value, has := p.object.Get(key)
	if !has && !must {
		return 0
	}
	digits, _ := value.(json.Number)
	n, err := strconv.ParseUint(digits.String(), 10, 64)
	if err != nil {
		p.fault("%s is %.80v", key, value)
	}
	return n
}

func (p *lineParser) eventType() string {
	value, _ := p.object.Get(event.KeyType)
	text, _ := value.(string)
	if text == "" {
		p.fault("event_type is %.80v", value)
	}
	return text
}

func (p *lineParser) level() {
	value, has := p.object.Get(event.KeyLevel)
	if has && value != "DEBUG" && value != "WARN" && value != "ERROR" {
		p.fault("level is %.80v", value)
	}
}

func (p *lineParser) gap() *gap {
	g := &gap{
		dropped: p.number("dropped", true),
		first:   p.number("first_sequence", true),
		last:    p.number("last_sequence", true),
	}
	value, _ := p.object.Get("reason")
	g.reason, _ = value.(string)
	return g
}
