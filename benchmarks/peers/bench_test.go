package peers

import (
	"fmt"
	"sync"
	"testing"

	"example.org/runshelf/benchmarks/figures"
)

// BenchmarkLog writes events of every load by every contender, by one goroutine
// and by eight, Close included. It is what to take a profile of:
//
//	go test -run '^$' -bench 'Log/small_typed/1/Runshelf$' -cpuprofile cpu.out ./peers
func BenchmarkLog(b *testing.B) {
	for _, load := range Loads() {
		for _, goroutines := range []int{1, 8} {
			for _, c := range All() {
				if c.Limit && goroutines > 1 {
					continue
				}
				b.Run(fmt.Sprintf("%v/%d/%s", load, goroutines, c.Name), func(b *testing.B) {
					benchmarkLog(b, c, load, goroutines)
				})
			}
		}
	}
}

func benchmarkLog(b *testing.B, c Contender, load Load, goroutines int) {
	log, err := c.Open(b.TempDir(), load)
	if err != nil {
		b.Fatal(err)
	}
	producers := make([]func(uint64, int), goroutines)
	for i := range producers {
		producers[i] = log.Producer()
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(Line(load.Size))))
	b.ResetTimer()
	before := figures.CPUTime()
	var done sync.WaitGroup
	for _, produce := range producers {
		done.Go(func() { produce(1, b.N/goroutines+1) })
	}
	done.Wait()
	calls := b.Elapsed()
	if err := log.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(figures.CPUTime()-before)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(calls)/float64(b.N), "calls-ns/op")
}
