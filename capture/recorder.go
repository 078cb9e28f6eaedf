package capture

import (
	"bytes"
	"log/slog"
	"unicode/utf8"
	"unsafe"

	"example.org/runshelf"
	"example.org/runshelf/event"
)

// Names of the streams, as captured events carry them.
const (
	streamStdout = "stdout"
	streamStderr = "stderr"
	streamEvents = "events"
)

// keyStream is the key under which a captured event names its stream.
const keyStream = "stream"

// typeMetrics is the type of the events whose numbers become the run's metrics.
const typeMetrics = "metrics"

// recorder makes events of the lines of one stream. It is used from one
// goroutine.
type recorder struct {
	batch    *runshelf.Batch
	detector *Detector
	foreign  event.Foreign
	read     func([]byte, func(event.RawMember)) error // of foreign
	metrics  *metrics
	patterns patterns

	form   runshelf.TextForm // of plain lines
	stream slog.Attr         // keyStream and the name
	kind   string            // type of the events of plain lines
	level  slog.Level        // of plain lines
	key    string            // that holds the text of a plain line
	file   string            // where lines that are too long stand whole
	lines  int64
	cut    int64 // lines that were too long to be told whole
}

// newRecorder returns the recorder of a stream.
func newRecorder(log *runshelf.EventLogger, d *Detector, m *metrics, name string) *recorder {
	r := &recorder{batch: log.Batch(), detector: d, metrics: m, stream: slog.String(keyStream, name)}
	r.read = r.foreign.Read
	r.patterns = newPatterns(func(q *pattern, chunk []byte) (taken, lines int) {
		return r.batch.LogPattern(q.level, q.kind, q.Pattern, chunk)
	})
	if name != streamEvents {
		r.batch.Aside() // the output itself is shown
	}
	r.kind, r.key, r.file = name, "text", name+".log"
	switch name {
	case streamStderr:
		r.level = slog.LevelWarn
	case streamEvents:
		// A plain line there is what a logger would call a message.
		r.kind, r.key, r.file = "log", "message", sideFile
	}
	r.form = runshelf.NewTextForm(r.level, r.kind, r.key, r.stream)
	return r
}

// line records one line.
func (r *recorder) line(line []byte) {
	r.lines++
	if looksLikeObject(line) && r.object(line) {
		return
	}
	r.batch.LogText(&r.form, asString(line))
}

// many records the lines at the beginning of chunk that are plain text or, if the first is
// an object, those that follow a pattern.
func (r *recorder) many(chunk []byte) (taken int) {
	if chunk[0] == '{' {
		taken, lines := r.patterns.follow(r.detector, chunk[:min(len(chunk), longestText)])
		r.lines += lines
		return taken
	}
	taken, lines := r.batch.LogLines(&r.form, chunk)
	r.lines += int64(lines)
	return taken
}

// object records a line that is a JSON object, and reports whether it is one.
func (r *recorder) object(line []byte) bool {
	var a Adopted
	if !r.detector.wantsText() {
		bare := bytes.TrimPrefix(line, []byte("\ufeff")) // as lineBy does
		if shape := r.foreign.Again(bare); shape != nil {
			k := shape.Note.(*known)
			r.detector.lineAgain(bare, k, &r.foreign, &a)
			ok, simple := r.adopted(&a)
			if simple {
				r.patterns.learn(r.detector, k, &a, append(a.Extra, r.stream), nil)
			}
			return ok
		}
	}
	if !r.detector.lineBy(line, r.read, &a) {
		return false
	}
	ok, simple := r.adopted(&a)
	if simple {
		if shape := r.foreign.Learn(); shape != nil {
			k := r.detector.know()
			shape.Note = k
			r.patterns.learn(r.detector, k, &a, append(a.Extra, r.stream), nil)
		}
	}
	return ok
}

// adopted records what a line that is an object has become, and reports whether it
// could, and whether none of its names was in the way of another.
func (r *recorder) adopted(a *Adopted) (ok, simple bool) {
	extra := append(a.Extra, r.stream)
	simple = r.batch.LogForeign(a.Level, a.Type, &r.foreign, extra...)
	if !simple && r.batch.LogObject(a.Level, a.Type, a.Object, extra...) != nil {
		return false, false
	}
	if a.Type == typeMetrics {
		r.metrics.take(a.Object)
	}
	return true, simple
}

// flush records what came so far.
func (r *recorder) flush() { r.batch.Flush() }

// long records a line that is too long to be held: how it begins, and where the
// rest stands.
func (r *recorder) long(line longLine) {
	r.lines++
	r.cut++
	r.batch.Log(r.level, r.kind, slog.String(r.key, asString(wholeRunes(line.preview))), r.stream,
		slog.Int64("bytes", line.length), slog.String("file", r.file), slog.Int64("offset", line.offset))
}

// wholeRunes leaves out a character that was cut in two at the end.
func wholeRunes(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// asString views a line as text without a copy. The logger encodes what it is
// given before it returns, and keeps nothing.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
