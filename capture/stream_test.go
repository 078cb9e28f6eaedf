//go:build unix

package capture

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
