package capture

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"example.org/runshelf"
)

// benchmarkLines records a stream of lines of some forms in turn, as it comes from a pipe: into a run, and
// into nothing, which leaves what becomes of the lines before they are written.
func benchmarkLines(b *testing.B, lines ...string) {
	b.Run("run", func(b *testing.B) {
		log, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: b.TempDir(), RunID: "r", SourceDir: os.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		benchmarkLinesTo(b, log, lines)
	})
	b.Run("nothing", func(b *testing.B) {
		log, err := runshelf.NewStreamLogger(io.Discard, runshelf.Options{})
		if err != nil {
			b.Fatal(err)
		}
		benchmarkLinesTo(b, log, lines)
	})
}

func benchmarkLinesTo(b *testing.B, log *runshelf.EventLogger, lines []string) {
	d, err := NewDetector("")
	if err != nil {
		b.Fatal(err)
	}
	r := newRecorder(log, d, &metrics{}, streamStdout)
	s := splitter{sink: r}
	var text []byte
	for i := 0; len(text) < chunkBytes; i++ {
		text = fmt.Appendf(text, lines[i%len(lines)], i)
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

func BenchmarkPinoLines(b *testing.B) {
	benchmarkLines(b, `{"level":30,"time":1768478400123,"pid":4711,"hostname":"box","req":{"id":%d,"url":"/a/b/c"},"msg":"request done in time"}`+"\n")
}

func BenchmarkMixedLines(b *testing.B) {
	benchmarkLines(b,
		`{"event":"move","tick":%d,"agent":"a17","x":12.345678,"y":-3.1}`+"\n",
		`{"event":"trade","tick":%d,"buyer":"a17","seller":"b3","price":0.1234}`+"\n",
		`{"event":"state","tick":%d,"alive":true,"energy":100}`+"\n")
}

// BenchmarkWideLines records objects of many members: the time of a member does not grow
// with how many there are.
func BenchmarkWideLines(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log, err := runshelf.NewStreamLogger(io.Discard, runshelf.Options{})
			if err != nil {
				b.Fatal(err)
			}
			d, err := NewDetector("")
			if err != nil {
				b.Fatal(err)
			}
			line := []byte(`{"k":0`)
			for i := range n - 1 {
				line = fmt.Appendf(line, `,"k%d":%d`, i, i%10)
			}
			line = append(line, '}')
			r := newRecorder(log, d, &metrics{}, streamStdout)
			b.ReportAllocs()
			for b.Loop() {
				r.line(line)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/member")
			if err := log.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// Lines of which each names a type of its own follow no pattern.
func BenchmarkUnlikeLines(b *testing.B) {
	benchmarkLines(b, `{"event_type":"step-%d","tick":123456,"agent":"agent-7","x":0.8444218515250481,"ok":true}`+"\n")
}

// Lines of twelve types in no order, which is told behind the first value.
func BenchmarkTypedLines(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var lines []string
	for range 500 {
		lines = append(lines, `{"tick":%d,"type":"`+strconv.Itoa(rnd.IntN(12))+`-step","agent":"agent-7","x":0.8444218515250481,"ok":true}`+"\n")
	}
	benchmarkLines(b, lines...)
}
