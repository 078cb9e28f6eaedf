package runshelf

import (
	"sync"
	"testing"
	"time"

	"example.org/runshelf/internal/ticks"
	"pgregory.net/rapid"
)

// machine is a processor that counts, and a clock beside it, both as the test will.
type machine struct {
	ticking
	elapsed time.Duration
	tick    float64
	pace    float64 // nanoseconds
}

var machineEpoch = time.Date(2026, 1, 15, 12, 0, 0, 999_999_000, time.UTC)

func newMachine(pace float64) *machine {
	m := &machine{pace: pace, tick: 1e12}
	m.steady, m.fromTick = true, uint64(m.tick)
	return m
}

func (m *machine) wait(d time.Duration) {
	m.elapsed += d
	m.tick += float64(d) / m.pace
}

func (m *machine) look() {
	before := uint64(m.tick)
	m.wait(40)
	m.learn(before, uint64(m.tick), m.elapsed-20, machineEpoch.Add(m.elapsed-20))
}

// error is how far the count is from the time, if it counts.
func (m *machine) error() (time.Duration, bool) {
	t, ok := m.count(uint64(m.tick))
	return t.time().Sub(machineEpoch.Add(m.elapsed)).Abs(), ok
}

// calibrate looks as often as a steady machine wants.
func (m *machine) calibrate(t interface{ Fatal(...any) }) {
	for range 4 {
		m.wait(paceEvery)
		m.look()
	}
	if _, ok := m.error(); !ok {
		t.Fatal("ticks that are steady are not counted")
	}
}

// As long as the ticks are steady the count is off by a microsecond at most, and a
// microsecond for being cut to one. It is believed for a few milliseconds.
func TestTickingCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(rapid.Float64Range(leastPace*1.01, mostPace*0.99).Draw(t, "pace"))
		m.calibrate(t)
		for range rapid.IntRange(1, 50).Draw(t, "looks") {
			wait := time.Duration(rapid.Int64Range(0, int64(4*time.Millisecond)).Draw(t, "wait"))
			m.wait(wait)
			off, ok := m.error()
			switch span := time.Duration(tickSpan * m.pace); {
			case ok && off > 2*time.Microsecond:
				t.Fatalf("off by %v after %v", off, wait)
			case ok && wait > span+time.Microsecond:
				t.Fatalf("counted on for %v", wait)
			case !ok && wait < span-time.Microsecond:
				t.Fatalf("not counted on for %v", wait)
			}
			m.look()
		}
	})
}

// A counter whose speed changes is found out at the next look, and not believed until
// it has been steady again.
func TestTickingNoticesAnotherPace(t *testing.T) {
	m := newMachine(0.4)
	m.calibrate(t)
	m.look()
	m.pace = 0.5
	m.wait(500 * time.Microsecond)
	m.look()
	if _, ok := m.error(); ok {
		t.Error("the ticks are counted as if nothing had happened")
	}
	m.calibrate(t)
	m.wait(500 * time.Microsecond)
	if off, ok := m.error(); !ok || off > 2*time.Microsecond {
		t.Errorf("off by %v, %v", off, ok)
	}
}

// A counter that jumps is not counted on, whereto ever it jumps.
func TestTickingNoticesAJump(t *testing.T) {
	for _, jump := range []float64{-1e12, -1000, tickSpan, 1e15} {
		m := newMachine(0.4)
		m.calibrate(t)
		m.tick += jump
		if _, ok := m.error(); ok {
			t.Errorf("counted on after a jump of %v ticks", jump)
		}
		m.look()
		m.wait(100 * time.Microsecond)
		if off, ok := m.error(); ok && off > 2*time.Microsecond {
			t.Errorf("off by %v after a jump of %v ticks", off, jump)
		}
	}
}

// Ticks at no plausible pace, and looks that took long, teach nothing.
func TestTickingDoubts(t *testing.T) {
	for _, pace := range []float64{leastPace / 2, mostPace * 2} {
		m := newMachine(pace)
		for range 10 {
			m.wait(paceEvery)
			m.look()
		}
		if _, ok := m.error(); ok {
			t.Errorf("believes in %v ns a tick", pace)
		}
	}
	m := newMachine(0.4)
	for range 10 {
		before := uint64(m.tick)
		m.wait(paceEvery)
		m.learn(before, uint64(m.tick), m.elapsed, machineEpoch.Add(m.elapsed))
	}
	if _, ok := m.error(); ok {
		t.Error("learns from looks that took long")
	}
}

// Whoever reads the time while others do gets the one of that moment.
func TestClockReadByMany(t *testing.T) {
	if !ticks.Steady() {
		t.Skip("no steady counter here")
	}
	began := time.Now()
	var c clock
	c.start(func() time.Time { return machineEpoch.Add(time.Since(began)) })
	for deadline := time.Now().Add(30 * time.Second); c.ticks.pace.Load() == 0; c.read() {
		if time.Now().After(deadline) {
			t.Skip("the ticks are not steady here")
		}
	}
	// More than ticks that are steady may be off, and less than a mixture of two looks
	// would be.
	const margin = 100 * time.Microsecond
	var done sync.WaitGroup
	for range 4 {
		done.Go(func() {
			for time.Since(began) < 100*time.Millisecond {
				before := time.Since(began)
				at := c.read().time().Sub(machineEpoch)
				if after := time.Since(began); at < before-margin || at > after+margin {
					t.Errorf("read %v between %v and %v", at, before, after)
					return
				}
			}
		})
	}
	done.Wait()
}

func BenchmarkClock(b *testing.B) {
	var c clock
	c.start(time.Now)
	for b.Loop() {
		c.order(c.read())
	}
}
