package runshelf

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"sync"
	"time"

	"example.org/runshelf/event"
)

// longestLine is how much of a line without an end JSONWriter holds back. What
// follows becomes an event of its own.
const longestLine = 16 << 20

// JSONWriter returns a writer that records each JSON object written to it, one a
// line, as an event. It lets a logger with an output of its own write into the
// run:
//
//	zerolog.New(logger.JSONWriter())
//	zapcore.NewCore(zapcore.NewJSONEncoder(config), zapcore.AddSync(logger.JSONWriter()), level)
//
// All keys and values of the line stay, numbers digit for digit, but for those
// under a name of the envelope, which move to data.<name>. Out of them come the
// event's type (event_type, else a message of one word, else "log"), its level,
// the message (from message or msg), and source_time, the line's own time (from
// time, ts or timestamp; a number counts seconds since 1970) as RFC 3339 UTC. A
// line that is no JSON object becomes an event of type "log" with the text in
// message. Write never fails; [EventLogger.Err] tells of losses.
//
// The writer may be used concurrently when each Write is whole lines. Close
// records what an unfinished last line holds; it does not close the logger.
func (l *EventLogger) JSONWriter() io.WriteCloser { return &lineWriter{logger: l} }

type lineWriter struct {
	logger *EventLogger
	mu     sync.Mutex
	part   []byte // a line whose end has not come yet
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := p
	for {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		if len(w.part) > 0 {
			w.part = append(w.part, rest[:i]...)
			w.logger.recordLine(w.part)
			w.part = w.part[:0]
		} else {
			w.logger.recordLine(rest[:i])
		}
		rest = rest[i+1:]
	}
	w.part = append(w.part, rest...)
	if len(w.part) > longestLine {
		w.endLine()
	}
	return len(p), nil
}

func (w *lineWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.endLine()
	return nil
}

func (w *lineWriter) endLine() {
	w.logger.recordLine(w.part)
	w.part = nil
}

// recordLine records one line of another logger, without its end.
func (l *EventLogger) recordLine(line []byte) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return
	}
	value, err := event.DecodeValue(line)
	object, ok := value.(event.Object)
	if err != nil || !ok {
		l.Log(event.DefaultType, slog.String("message", string(line)))
		return
	}
	body := adopt(object)
	l.record(body.Level, 0, body.Type, body.Attrs)
}

// adopt makes an event of another logger's line.
func adopt(object event.Object) event.Body {
	body := event.Body{Type: "log", Attrs: make([]slog.Attr, 0, len(object)+2)}
	for _, m := range object {
		body.Attrs = append(body.Attrs, slog.Any(m.Key, m.Value))
	}
	message := textOf(object, "message", "msg")
	if event.IsWord(message) {
		body.Type = message
	}
	if word := textOf(object, event.KeyType); event.IsWord(word) {
		body.Type = word
	}
	if level, ok := event.ParseLevel(textOf(object, event.KeyLevel)); ok {
		body.Level = level
	}
	if _, has := object.Get("message"); !has && message != "" {
		body.Attrs = append(body.Attrs, slog.String("message", message))
	}
	if _, has := object.Get("source_time"); !has {
		if t, ok := timeOf(object); ok {
			body.Attrs = append(body.Attrs, slog.String("source_time", t.UTC().Format(time.RFC3339Nano)))
		}
	}
	return body
}

// textOf returns the text under the first of the keys that has one.
func textOf(object event.Object, keys ...string) string {
	for _, key := range keys {
		value, _ := object.Get(key)
		if text, ok := value.(string); ok && text != "" {
			return text
		}
	}
	return ""
}

func timeOf(object event.Object) (time.Time, bool) {
	for _, key := range []string{"time", "ts", event.KeyTimestamp} {
		switch value, _ := object.Get(key); v := value.(type) {
		case string:
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				return t, true
			}
		case json.Number:
			if s, err := v.Float64(); err == nil && math.Abs(s) < 1e11 {
				whole, part := math.Modf(s)
				// A float64 tells the present to a quarter of a microsecond.
				return time.Unix(int64(whole), int64(part*1e6)*1e3), true
			}
		}
	}
	return time.Time{}, false
}
