package capture

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"

	"example.org/runshelf"
)

// benchmarkLines records a stream of lines, as it comes from a pipe: into a run, and
// into nothing, which leaves what becomes of the lines before they are written.
func benchmarkLines(b *testing.B, line string) {
	b.Run("run", func(b *testing.B) {
		log, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: b.TempDir(), RunID: "r", SourceDir: os.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		benchmarkLinesTo(b, log, line)
	})
	b.Run("nothing", func(b *testing.B) {
		log, err := runshelf.NewStreamLogger(io.Discard, runshelf.Options{})
		if err != nil {
			b.Fatal(err)
		}
		benchmarkLinesTo(b, log, line)
	})
}

func benchmarkLinesTo(b *testing.B, log *runshelf.EventLogger, line string) {
	d, err := NewDetector("")
	if err != nil {
		b.Fatal(err)
	}
	r := newRecorder(log, d, &metrics{}, streamStdout)
	s := splitter{sink: r}
	var text []byte
	for i := 0; len(text) < chunkBytes; i++ {
		text = fmt.Appendf(text, line, i)
	}
	n := bytes.Count(text, []byte{'\n'})
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.write(text)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/line")
	if err := log.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkPlainLines(b *testing.B) {
	benchmarkLines(b, "step %d of the simulation, in which nothing much happened to anyone at all\n")
}

func BenchmarkJSONLines(b *testing.B) {
	benchmarkLines(b, `{"event_type": "step", "tick": %d, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}`+"\n")
}

func BenchmarkSlogLines(b *testing.B) {
	benchmarkLines(b, `{"time":"2026-01-15T12:00:00.123456789+01:00","level":"INFO","msg":"order filled","id":%d,"price":12.5,"ok":true}`+"\n")
}
