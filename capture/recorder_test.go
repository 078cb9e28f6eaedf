package capture

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf"
)

// recorderTo returns a recorder of stdout and its logger, which writes the events to out.
func recorderTo(t interface{ Fatal(...any) }, out io.Writer) (*recorder, *runshelf.EventLogger) {
	log, err := runshelf.NewStreamLogger(out, runshelf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDetector("")
	if err != nil {
		t.Fatal(err)
	}
	return newRecorder(log, d, &metrics{}, streamStdout), log
}

// recorded is what a stream becomes that comes in pieces of the given size, without the
// times.
func recorded(t interface{ Fatal(...any) }, text string, size int) string {
	var out bytes.Buffer
	r, log := recorderTo(t, &out)
	r.patterns.credit = mostPrice
	s := splitter{sink: r}
	for rest := text; len(rest) > 0; {
		n := min(size, len(rest))
		s.take([]byte(rest[:n]))
		rest = rest[n:]
	}
	s.end()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if s.offset < int64(len(text)) {
		t.Fatal(fmt.Sprintf("the splitter is at %d of %d", s.offset, len(text)))
	}
	return timesOf.ReplaceAllString(out.String(), "") + fmt.Sprint(r.lines, r.detector.lines, " lines ", r.detector.counts, r.detector.now)
}

var timesOf = regexp.MustCompile(`(?m)^\{"timestamp":"[^"]*"`)

// A stream becomes the same events, whether its lines come many at a time or one by one.
func TestRecorderChunks(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", "\n\n", "\n{", `{"event_type":"step","x":1}` + "\n", "{\"a\":\"b\n", "\n \t{\"a\":1}\n", "\n\ufeff{\"b\":2}\n", "\ufeff", "\r", "\r\n", "50%\r",
		"\"", "\\", "\x00", "\x1b[1m", "é", "\u2028", "\xff", "a", "text", " ", strings.Repeat(" ", 40),
		strings.Repeat("x", 100), strings.Repeat("line\n", 40), strings.Repeat("crlf\r\n", 40), strings.Repeat(`{"x":1}`+"\n", 5),
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(rt, "pieces"), "")
		sameInChunks(rt, text, len(text)+1, rapid.IntRange(2, 500).Draw(rt, "size"))
	})
}

// An object behind blank lines, and a last line without its end: a text that has once
// become other events in one chunk than in chunks of two bytes.
func TestRecorderChunksOfBlankLines(t *testing.T) {
	text := "\n" + strings.Repeat(`{"x":1}`+"\n", 5) + "\n\n" + `{"event_type":"step","x":1}` + "\n" + strings.Repeat(" ", 40)
	sameInChunks(t, text, 2, len(text)+1)
}

// sameInChunks holds that a text becomes the same events in chunks of each size as byte
// by byte.
func sameInChunks(t rapid.TB, text string, sizes ...int) {
	t.Helper()
	want := recorded(t, text, 1)
	for _, size := range sizes {
		if got := recorded(t, text, size); got != want {
			t.Fatalf("%q by %d:\n got %s\nwant %s", text, size, got, want)
		}
	}
}
