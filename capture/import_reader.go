package capture

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
)

// Bounds of an import, in bytes: the line that is still held in memory, the one of which
// the batch holds a copy too, how much of a line that is too long is told, and how far ahead
// is looked for the first time.
const (
	longestImport  = 128 << 20
	longestKnown   = 64 << 10
	longPreview    = 200
	lookAheadBytes = 64 << 10
)

// mostBrokenLines bounds how many places of broken lines are named.
const mostBrokenLines = 10

// errOnlyNUL tells of a line that a file system left behind at a power cut.
var errOnlyNUL = errors.New("nothing but NUL bytes")

// importReader makes events of the lines of a file.
type importReader struct {
	batch    *runshelf.Batch
	detector *Detector
	report   ImportReport
	number   int64     // of the line, from 1
	last     time.Time // of the line before
	lines    *bufio.Reader
	long     []byte // the line that did not fit into the buffer of lines
	longest  int    // longestImport, less in tests

	form    runshelf.TextForm // of lines of text
	foreign event.Foreign
	read    func([]byte, func(event.RawMember)) error // of foreign
	// patterns are followed, and shapes known again, unless alone says that each line is
	// to be looked at as if nothing were known.
	patterns patterns
	times    lineTimes // of the lines that follow a pattern
	pause    pause
	alone    bool
}

func newImportReader(log *runshelf.EventLogger, d *Detector, from *staged) *importReader {
	r := &importReader{
		batch: log.Batch(), detector: d, last: from.changed, longest: longestImport,
		report: ImportReport{File: from.name, Bytes: from.size, SHA256: from.sum, Compression: string(from.packing)},
		form:   runshelf.NewTextForm(slog.LevelInfo, event.DefaultType, keyMessage),
	}
	r.read = r.foreign.Read
	r.patterns = newPatterns(r.follow)
	return r
}

// readAll makes an event of each line. A read that fails leaves a last line that
// may be torn; it becomes an event as well, unless somebody stopped the read.
func (r *importReader) readAll(in io.Reader) error {
	defer r.batch.Flush()
	r.lines = bufio.NewReaderSize(in, 4*lookAheadBytes)
	r.lookAhead()
	for {
		r.takeMany()
		line, length, err := r.next()
		var stopped *stoppedError
		if err != nil && errors.As(err, &stopped) {
			return err
		}
		r.report.Unpacked += length
		if length > 0 {
			r.number++
			r.line(line, length)
		}
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// lookAhead finds the time for lines without one at the beginning: the first
// that follows soon. Otherwise they bear the time at which the file was written.
func (r *importReader) lookAhead() {
	// An error comes again when the lines are read.
	head, _ := r.lines.Peek(lookAheadBytes)
	scout := *r.detector
	scout.counts, scout.types = make([]int, len(scout.all)), map[string]string{}
	scout.take = scout.facts.take
	for line := range bytes.Lines(head) {
		if a, ok := scout.Line(bytes.Trim(line, "\x00\r\n")); ok && !a.Time.IsZero() {
			r.last = a.Time
			return
		}
	}
}

// next reads one line with its end and returns its length. Of a line that is too
// long only the beginning is returned. The line is valid until the next one, and
// may be changed.
func (r *importReader) next() (line []byte, length int64, err error) {
	line, err = r.lines.ReadSlice('\n')
	length = int64(len(line))
	if err != bufio.ErrBufferFull {
		return line, length, err
	}
	r.long = append(r.long[:0], line...)
	for err == bufio.ErrBufferFull {
		line, err = r.lines.ReadSlice('\n')
		length += int64(len(line))
		if len(r.long)+len(line) <= r.longest {
			r.hold(line)
		}
	}
	line = r.long
	if cap(r.long) > longestJSON {
		r.long = nil // one long line does not hold its memory for ever
	}
	return line, length, err
}

// hold adds to the long line. It gets room for some megabytes at once, and beyond them
// for the longest line there can be: a system gives memory where it is written to, while
// growing step by step takes twice as much and leaves it behind.
func (r *importReader) hold(part []byte) {
	if need := len(r.long) + len(part); need > cap(r.long) {
		room := longestJSON
		if need > longestJSON {
			room = r.longest
		}
		r.long = append(make([]byte, 0, room), r.long...)
	}
	r.long = append(r.long, part...)
}

// line records one line.
func (r *importReader) line(line []byte, length int64) {
	if int64(len(line)) < length {
		r.broken(wholeRunes(line[:longPreview]), errors.New(strconv.FormatInt(length, 10)+" bytes are too long for an event"))
		return
	}
	line = bytes.TrimRight(line, "\r\n")
	text := bytes.Trim(line, "\x00")
	if r.number == 1 {
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	if len(bytes.TrimSpace(text)) == 0 {
		if len(text) < len(line) && bytes.IndexByte(line, 0) >= 0 {
			r.broken(nil, errOnlyNUL)
			return
		}
		r.report.Blank++
		return
	}
	if r.object(text) {
		return
	}
	if !r.detector.wantsText() && beginsObject(text) {
		r.broken(text, event.EachMember(text, func(event.RawMember) {}))
		return
	}
	r.report.Text++
	r.record(slog.LevelInfo, 0, event.DefaultType, nil, slog.String(keyMessage, asString(text)))
}

// broken records a line that cannot be read, as a warning.
func (r *importReader) broken(text []byte, why error) {
	r.report.Broken++
	if len(r.report.BrokenLines) < mostBrokenLines {
		r.report.BrokenLines = append(r.report.BrokenLines, r.number)
	}
	r.record(slog.LevelWarn, 0, event.DefaultType, nil,
		slog.String(keyMessage, asString(text)), slog.String(keyMessage+".error", why.Error()))
}

// object records a line that is an object, and reports whether it is one.
func (r *importReader) object(line []byte) bool {
	var a Adopted
	if r.alone || len(line) > longestKnown {
		if !r.detector.lineBy(line, event.EachMember, &a) {
			return false
		}
		r.adopted(&a, nil, readAlone)
		return true
	}
	if !r.detector.wantsText() {
		object := bytes.TrimPrefix(line, []byte("\ufeff")) // as lineBy does
		if shape := r.foreign.Again(object); shape != nil {
			k := shape.Note.(*known)
			r.detector.lineAgain(object, k, &r.foreign, &a)
			r.adopted(&a, k, readAgain)
			return true
		}
	}
	if !r.detector.lineBy(line, r.read, &a) {
		return false
	}
	var k *known
	if shape := r.foreign.Learn(); shape != nil {
		k = r.detector.know()
		shape.Note = k
	}
	r.adopted(&a, k, readFirst)
	return true
}

// reading is how an object was read: by itself, or by foreign, for the first time or
// because its shape is known.
type reading uint8

const (
	readAlone reading = iota
	readFirst
	readAgain
)

// adopted records what a line has become. What the envelope will say itself is taken out
// of it. k is what is known of its shape, nil for nothing.
func (r *importReader) adopted(a *Adopted, k *known, was reading) {
	f := &r.detector.facts
	if !a.Time.IsZero() {
		r.seen(a.Time)
	}
	var gone []slot
	cause := uint64(0)
	if f.has(slotSequence) && string(f.value[slotSequence]) == strconv.FormatUint(r.report.Lines+1, 10) {
		gone = append(gone, slotSequence)
		cause = r.cause(f)
	}
	a.Extra = r.extra(a)
	if own := text(f.value[slotEventType]); r.isOurs() && f.has(slotEventType) && len(own) > 0 {
		a.Type = string(own) // also of several words
	}
	if !a.Time.IsZero() && r.isTimestamp(a.Time) {
		gone = append(gone, slotTimestamp)
	}
	r.recordObject(a, k, was, cause, gone)
}

// recordObject writes the event of a line, without what is gone.
func (r *importReader) recordObject(a *Adopted, k *known, was reading, cause uint64, gone []slot) {
	f := &r.detector.facts
	if was == readAgain {
		for _, m := range k.members {
			if slices.Contains(gone, m.slot) {
				r.foreign.Without(m.member)
			}
		}
	}
	if simple := was == readAgain || was == readFirst && len(gone) == 0; simple && r.batch.LogForeignAt(r.last, a.Level, cause, a.Type, &r.foreign, a.Extra...) {
		r.report.Lines++
		if k != nil && !f.has(slotTimestamp) && !f.has(slotSequence) {
			r.patterns.learn(r.detector, k, a, a.Extra, &r.times)
		}
		return
	}
	if was == readAgain && len(gone) > 0 {
		f.reset() // the places of the members are not known yet
		_ = event.EachMember(a.Object, r.detector.take)
	}
	for _, s := range gone {
		blankOut(a.Object, f.place[s])
	}
	r.record(a.Level, cause, a.Type, a.Object, a.Extra...)
}

// isOurs reports whether the newest line has the shape of our own.
func (r *importReader) isOurs() bool { return r.detector.all[r.detector.now].name == DialectRunshelf }

// cause returns the cause of a line whose own sequence stays valid.
func (r *importReader) cause(f *facts) uint64 {
	if !f.has(slotCause) {
		return 0
	}
	// What is no number stays where it is.
	n, _ := strconv.ParseUint(string(f.value[slotCause]), 10, 64)
	return n
}

// isTimestamp reports whether the line says its time under the envelope's name.
func (r *importReader) isTimestamp(t time.Time) bool {
	f := &r.detector.facts
	if !f.has(slotTimestamp) {
		return false
	}
	own, ok := r.detector.times.read(f.value[slotTimestamp], r.detector.Zone)
	return ok && own.Equal(t)
}

// extra returns what is added to a line: a message under that name, unless the
// line is one of ours, and the whole of a time that the timestamp cuts short.
func (r *importReader) extra(a *Adopted) []slog.Attr {
	kept := a.Extra[:0]
	for _, attr := range a.Extra {
		switch attr.Key {
		case keyMessage:
			if !r.isOurs() {
				kept = append(kept, attr)
			}
		case keySourceTime:
			if a.Time.Nanosecond()%1000 != 0 && r.isTimestamp(a.Time) {
				kept = append(kept, attr)
			}
		}
	}
	return kept
}

// seen takes note of a line's own time.
func (r *importReader) seen(t time.Time) {
	r.last = t
	if r.report.FirstTime.IsZero() || t.Before(r.report.FirstTime) {
		r.report.FirstTime = t.UTC()
	}
	if t.After(r.report.LastTime) {
		r.report.LastTime = t.UTC()
	}
}

// record writes an event at the time of the newest line that has one.
func (r *importReader) record(level slog.Level, cause uint64, eventType string, object []byte, extra ...slog.Attr) {
	if object == nil {
		object = []byte("{}")
	}
	r.report.Lines++
	r.batch.LogObjectAt(r.last, level, cause, eventType, object, extra...)
}

// finish returns what was found.
func (r *importReader) finish() ImportReport {
	r.report.Dialect = r.detector.Dialect()
	return r.report
}

// blankOut overwrites a member of an object, and a comma beside it, with blanks.
func blankOut(object []byte, s span) {
	end := s.end
	for isSpace(object[end]) {
		end++
	}
	start := s.start
	if object[end] == ',' {
		end++
	} else {
		for isSpace(object[start-1]) {
			start--
		}
		if object[start-1] == ',' {
			start--
		}
	}
	for i := start; i < end; i++ {
		object[i] = ' '
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
