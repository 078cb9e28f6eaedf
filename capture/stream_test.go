//go:build unix

package capture

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// What the program wrote before it ended is read and passed on, however late
// the recording has become; and only a pipe that somebody still
// holds is said to be held.
func TestStreamThatIsLate(t *testing.T) {
	for name, held := range map[string]bool{"closed": false, "held": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			log, err := createLog(filepath.Join(t.TempDir(), "stdout.log"))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			s := &stream{name: "stdout", source: r, log: log, out: &out, done: make(chan struct{})}
			s.lines = &splitter{sink: slowSink{}}
			go s.run()
			var text []byte
			for i := range 30 { // each is read by itself, so that the recording falls behind
				text = fmt.Appendf(text, "line %d\n", i)
				if _, err := fmt.Fprintf(w, "line %d\n", i); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
			}
			if !held {
				w.Close()
			}
			s.abandon()
			<-s.done
			if !bytes.Equal(out.Bytes(), text) || s.log.size != int64(len(text)) || s.held != held {
				t.Errorf("%d bytes passed on, %d kept, of %d; held: %v", out.Len(), s.log.size, len(text), s.held)
			}
			if err := log.close(false); err != nil {
				t.Error(err)
			}
		})
	}
}

// slowSink takes its time for each line.
type slowSink struct{}

func (slowSink) many([]byte) int { return 0 }

func (slowSink) line([]byte)   { time.Sleep(20 * time.Millisecond) }
func (slowSink) long(longLine) {}
func (slowSink) flush()        {}

// Lines that are recorded at once and lines that wait for the other goroutine become events
// in the order in which they came.
func TestStreamOfBothKinds(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	file, err := createLog(filepath.Join(t.TempDir(), "stdout.log"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rec, log := recorderTo(t, &out)
	s := &stream{name: "stdout", source: r, log: file, rec: rec, lines: &splitter{sink: rec}, done: make(chan struct{})}
	go s.run()
	var text, want []byte
	n := 0
	for part := range 60 {
		for range 40 * (part % 7) {
			if part%2 == 0 {
				text = fmt.Appendf(text, "line %d\n", n)
			} else {
				text = fmt.Appendf(text, `{"event_type":"step","n":%d}`+"\n", n)
			}
			want = fmt.Appendf(want, "%d\n", n)
			n++
		}
	}
	for rest := text; len(rest) > 0; { // in pieces that end anywhere
		size := min(len(rest), 977)
		if _, err := w.Write(rest[:size]); err != nil {
			t.Fatal(err)
		}
		rest = rest[size:]
	}
	w.Close()
	<-s.done
	if err := errors.Join(log.Close(), file.close(false)); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for _, m := range regexp.MustCompile(`(?m)"n":(\d+)|"text":"line (\d+)"`).FindAllSubmatch(out.Bytes(), -1) {
		got = fmt.Appendf(got, "%s%s\n", m[1], m[2])
	}
	if n == 0 || !bytes.Equal(got, want) {
		t.Errorf("%d lines became\n%s", n, got)
	}
}
