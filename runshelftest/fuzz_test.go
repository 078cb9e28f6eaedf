package runshelftest

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"example.org/runshelf/event"
)

// FuzzParseLine judges any bytes. What is called faultless is an event that every
// reader understands.
func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":3,"event_type":"log_gap","dropped":3,"first_sequence":1,"last_sequence":3,"reason":"x"}`))
	f.Add([]byte(`{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":1,"event_type":"x","a":[{"$blob":"sha256:x","bytes":1,"preview":""}]}`))
	f.Add([]byte("{\"a\":\x00}\xff"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, line []byte) {
		e, faults := parseLine(line)
		if len(faults) > 0 {
			return
		}
		got, err := event.Decode(line)
		if err != nil || !json.Valid(line) {
			t.Fatalf("a line that cannot be read has no fault: %v", err)
		}
		if got.Sequence != e.sequence || got.Type != e.eventType || got.Timestamp != e.timestamp || got.Cause != e.cause {
			t.Fatalf("the line is read as %+v, and judged as %+v", got, e)
		}
	})
}

// FuzzSoundLines encodes anything, and wants it judged faultless.
func FuzzSoundLines(f *testing.F) {
	f.Add("transfer", "amount", "5", int64(1))
	f.Add("", "sequence", "\xff\x00\u2028", int64(-1))
	f.Add("x", "$blob", "sha256:", int64(9))
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, eventType, key, value string, n int64) {
		if eventType == "log_gap" {
			return // the logger's own, whose data must be its own too
		}
		group := slog.Group(key, slog.String("a", value), slog.Any(value, []any{n, value}))
		body := event.Body{Type: eventType, Attrs: []slog.Attr{slog.String(key, value), slog.Int64(key, n), group}}
		line := event.AppendLine(nil, at, 2, body)
		if _, faults := parseLine(bytes.TrimSuffix(line, []byte("\n"))); len(faults) > 0 {
			t.Fatalf("%q: %s", line, faults)
		}
	})
}
