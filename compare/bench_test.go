package compare

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// benchBytes is the size of each log that is measured. RUNSHELF_BENCH_MB sets
// another, in megabytes.
func benchBytes(b *testing.B) int64 {
	if text := os.Getenv("RUNSHELF_BENCH_MB"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		return n << 20
	}
	return 32 << 20
}

// writeLog writes a log of about size bytes, the timestamps of which begin at
// start. From the share part of its length on its events are others.
func writeLog(b *testing.B, path string, size int64, start int, part float64) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	written := int64(0)
	for i := 1; written < size; i++ {
		other := 0
		if float64(written) >= part*float64(size) {
			other = 1
		}
		micros := start + i*7
		line = fmt.Appendf(line[:0], `{"timestamp":"2026-01-15T12:%02d:%02d.%06dZ","sequence":%d,"event_type":`, micros/60e6%60, micros/1e6%60, micros%1e6, i)
		switch i % 4 {
		case 0:
			line = fmt.Appendf(line, `"tick","tick":%d,"balances":{"alpha":%d,"beta":120,"gamma":99},"artifacts":%d}`, i/4, i*31%1009, i%97+other)
		case 1:
			line = fmt.Appendf(line, `"thinking","tick":%d,"agent_id":"agent_%d","compute_cost":3,"llm_cost":%d}`, i/4, i%13, i%7+other)
		default:
			line = fmt.Appendf(line, `"transfer","tick":%d,"sender":"agent_%d","recipient":"agent_%d","amount":%d,"reason":"read_artifact","cause":%d}`, i/4, i%13, i%11, i%50+other, i-1)
		}
		line = append(line, '\n')
		w.Write(line)
		written += int64(len(line))
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// benchPair writes two logs that part at 90 %, and returns their paths.
func benchPair(b *testing.B, part float64) (pathA, pathB string, size int64) {
	size = benchBytes(b)
	dir := b.TempDir()
	pathA, pathB = filepath.Join(dir, "a"), filepath.Join(dir, "b")
	writeLog(b, pathA, size, 0, 1)
	writeLog(b, pathB, size, 500_000_000, part)
	return pathA, pathB, size
}

func benchmarkEvents(b *testing.B, part float64, o Options) {
	pathA, pathB, size := benchPair(b, part)
	b.SetBytes(size)
	var peak runtime.MemStats
	for b.Loop() {
		logA, errA := OpenFile(pathA)
		logB, errB := OpenFile(pathB)
		if errA != nil || errB != nil {
			b.Fatal(errA, errB)
		}
		r, err := Events(logA, logB, o)
		if err != nil || r.Same != (part == 1) {
			b.Fatal(r, err)
		}
		logA.Close()
		logB.Close()
	}
	runtime.ReadMemStats(&peak)
	b.ReportMetric(float64(peak.Sys)/1e6, "MB-of-memory")
}

// BenchmarkPartAt90 is to be held against BenchmarkCmp.
func BenchmarkPartAt90(b *testing.B) { benchmarkEvents(b, 0.9, Options{Context: 3}) }
func BenchmarkSame(b *testing.B)     { benchmarkEvents(b, 1, Options{}) }
func BenchmarkPartAt0(b *testing.B)  { benchmarkEvents(b, 0, Options{}) }
func BenchmarkSameOnly(b *testing.B) { benchmarkEvents(b, 1, Options{Only: []string{"t*"}}) }
func BenchmarkSameDeep(b *testing.B) { benchmarkEvents(b, 1, Options{Ignore: []string{"duration_ms"}}) }

// BenchmarkCmp compares the bytes of two identical files, as cmp does.
func BenchmarkCmp(b *testing.B) {
	path, _, size := benchPair(b, 1)
	b.SetBytes(size)
	x, y := make([]byte, 128<<10), make([]byte, 128<<10)
	for b.Loop() {
		f, errF := os.Open(path)
		g, errG := os.Open(path)
		if errF != nil || errG != nil {
			b.Fatal(errF, errG)
		}
		for {
			n, err := f.Read(x)
			m, _ := io.ReadFull(g, y[:n])
			if !bytes.Equal(x[:n], y[:m]) {
				b.Fatal("they differ")
			}
			if err == io.EOF {
				break
			}
		}
		f.Close()
		g.Close()
	}
}
