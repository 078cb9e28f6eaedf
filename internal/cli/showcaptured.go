package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"example.org/runshelf/capture"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// showCaptured writes what capture found in the lines of a run that it made: the
// streams of a program, or an imported file.
func showCaptured(p *page, m *shelf.Manifest) {
	p.fact("Streams", streamsText(m.Extra["capture"]))
	var r capture.ImportReport
	if json.Unmarshal(m.Extra["import"], &r) != nil {
		return
	}
	p.fact("Imported", strings.Join(words(fmt.Sprintf("%s, %s", r.File, byteSize(r.Bytes)), r.Compression, r.Dialect), ", "))
	p.fact("Lines", linesText(r))
	if !r.FirstTime.IsZero() {
		p.fact("Times", localTime(r.FirstTime)+" to "+localTime(r.LastTime))
	}
}

// streamsText names each stream with its length and its dialect.
func streamsText(capture json.RawMessage) string {
	streams, err := decodeObject(capture)
	if err != nil {
		return ""
	}
	var parts []string
	for _, s := range streams {
		about, _ := s.Value.(event.Object)
		if _, isStream := about.Get("bytes"); !isStream && s.Key != "events" || s.Key == "executable" {
			continue // the file that was run has a length too, and is no stream
		}
		text := s.Key
		if bytes, ok := about.Get("bytes"); ok {
			text += " " + sizeText(bytes)
		}
		dialect, _ := about.Get("dialect")
		name, _ := dialect.(string)
		parts = append(parts, strings.Join(words(text, parenthesised(name)), " "))
	}
	return strings.Join(parts, ", ")
}

// sizeText is a decoded number of bytes in words.
func sizeText(v any) string {
	n, _ := v.(json.Number)
	bytes, err := n.Int64()
	if err != nil {
		return valueText(v)
	}
	return byteSize(bytes)
}

// linesText counts the lines of an imported file by what they are.
func linesText(r capture.ImportReport) string {
	parts := []string{plural(int64(r.Lines), "event")}
	for _, kind := range []struct {
		count int64
		name  string
	}{{r.Text, "of text"}, {r.Broken, "broken"}} {
		if kind.count > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", grouped(uint64(kind.count)), kind.name))
		}
	}
	if r.Blank > 0 {
		parts = append(parts, plural(int64(r.Blank), "blank line")+" left out")
	}
	return strings.Join(parts, ", ")
}
