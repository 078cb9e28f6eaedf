package query

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// sparse is a log of a gigabyte that takes no room on the disk: only its end
// holds events.
func sparse(b *testing.B, size int64) *shelf.Run {
	run := runOf(b, "{}\n")
	f, err := os.OpenFile(filepath.Join(run.Dir, shelf.EventsFile), os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("\n"+sample(1000)), size); err != nil {
		b.Fatal(err)
	}
	return run
}

func BenchmarkLastTenOfGigabyte(b *testing.B) {
	run := sparse(b, 1<<30)
	for b.Loop() {
		if r, err := Last(run, Filter{}, 10, func(*Line) error { return nil }); err != nil || r.Matched != 10 {
			b.Fatal(r, err)
		}
	}
}

func benchmarkScan(b *testing.B, f Filter) {
	log := sample(10_000)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := scan(strings.NewReader(log), int64(len(log)), f, func(*Line) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScanAll(b *testing.B)  { benchmarkScan(b, Filter{}) }
func BenchmarkScanType(b *testing.B) { benchmarkScan(b, Filter{Types: []string{"transfer"}}) }

func BenchmarkStats(b *testing.B) {
	run := runOf(b, sample(10_000))
	b.SetBytes(int64(len(sample(10_000))))
	for b.Loop() {
		if _, _, err := Stats(run, "", Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLines is the floor under every scan: finding the line ends.
func BenchmarkLines(b *testing.B) {
	log := sample(10_000)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		lines := newForward(strings.NewReader(log), 0, int64(len(log)))
		for {
			if _, err := lines.next(); err == io.EOF {
				break
			}
		}
	}
}
