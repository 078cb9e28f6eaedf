package runshelf

import (
	"bytes"
	"io"
	"log/slog"
	"math"
	"strconv"
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
	if len(line) == 0 || l.inert() {
		return
	}
	var f lineFacts
	if event.EachMember(line, f.take) != nil {
		l.Log(event.DefaultType, slog.String("message", string(line)))
		return
	}
	var room [2]slog.Attr
	l.LogObject(f.level, 0, f.eventType(), line, f.extra(room[:0])...)
}

// lineFacts is what a line of another logger says about itself.
type lineFacts struct {
	word, message, msg string
	level              slog.Level
	time               time.Time
	hasMessage, dated  bool // has members message, source_time
}

// take looks at one member of the line.
func (f *lineFacts) take(m event.RawMember) {
	switch string(m.Key) {
	case event.KeyType:
		f.word, _ = event.DecodeString(m.Value)
	case event.KeyLevel:
		text, _ := event.DecodeString(m.Value)
		if level, ok := event.ParseLevel(text); ok {
			f.level = level
		}
	case "message":
		f.hasMessage = true
		f.message, _ = event.DecodeString(m.Value)
	case "msg":
		f.msg, _ = event.DecodeString(m.Value)
	case "source_time":
		f.dated = true
	case "time", "ts", event.KeyTimestamp:
		if t, ok := timeOf(m.Value); ok && f.time.IsZero() {
			f.time = t
		}
	}
}

func (f *lineFacts) eventType() string {
	for _, word := range []string{f.word, f.message, f.msg} {
		if event.IsWord(word) {
			return word
		}
	}
	return event.DefaultType
}

// extra appends what the line does not say under the usual names.
func (f *lineFacts) extra(attrs []slog.Attr) []slog.Attr {
	if !f.hasMessage && f.msg != "" {
		attrs = append(attrs, slog.String("message", f.msg))
	}
	if !f.dated && !f.time.IsZero() {
		attrs = append(attrs, slog.Time("source_time", f.time.UTC()))
	}
	return attrs
}

// timeOf reads a time: text in RFC 3339, or seconds since 1970.
func timeOf(value []byte) (time.Time, bool) {
	if text, ok := event.DecodeString(value); ok {
		t, err := time.Parse(time.RFC3339Nano, text)
		return t, err == nil
	}
	s, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.Abs(s) >= 1e11 {
		return time.Time{}, false
	}
	whole, part := math.Modf(s)
	// A float64 tells the present to a quarter of a microsecond.
	return time.Unix(int64(whole), int64(part*1e6)*1e3), true
}
