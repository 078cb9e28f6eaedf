package ticks

import (
	"testing"
	"time"
)

// A counter that is called steady goes forwards, and between a tenth and ten times as
// fast as nanoseconds do.
func TestSteady(t *testing.T) {
	if !Steady() {
		if Now() > 0 {
			return // there is one that is not to be trusted
		}
		t.Skip("no steady counter here")
	}
	began, from := time.Now(), Now()
	for time.Since(began) < 5*time.Millisecond {
		if next := Now(); next < from {
			t.Fatalf("the counter went back from %d to %d", from, next)
		}
	}
	ticks, ns := Now()-from, uint64(time.Since(began))
	if ticks < ns/10 || ticks > ns*10 {
		t.Errorf("%d ticks in %d ns", ticks, ns)
	}
}

func BenchmarkNow(b *testing.B) {
	for b.Loop() {
		Now()
	}
}

// BenchmarkTime is what the counter is read instead of.
func BenchmarkTime(b *testing.B) {
	began := time.Now()
	for b.Loop() {
		_ = time.Since(began)
	}
}
