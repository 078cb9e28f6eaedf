package runshelf

import (
	"sync/atomic"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/ticks"
)

// ticking counts the time on by the ticks of the processor, from the latest look at
// the clock of the system. How long a tick is it measures between looks. It counts on
// for 2 million ticks, a millisecond or so, and then wants another look: whatever
// becomes of the ticks when the machine sleeps, or goes on running elsewhere, the time
// is wrong for no longer than that, and as long as they are steady by less than a
// microsecond. It counts nothing as long as the ticks have not shown that they are.
//
// Its methods may be called concurrently.
type ticking struct {
	steady bool // there is something to count

	// looks counts the changes of what is below, each twice: it is odd while they
	// are made. Who reads them and finds looks as it was has read what belongs
	// together.
	looks atomic.Uint32
	tick  atomic.Uint64 // at the latest look
	at    atomic.Int64  // the time then
	part  atomic.Uint64 // of a microsecond, in addition
	pace  atomic.Uint64 // of a tick; 0 when it is not known
	due   atomic.Int64  // when it may be measured, by the monotonic clock

	// The rest belongs to whoever has made looks odd.
	elapsed    time.Duration // at the latest look, by the monotonic clock
	from       time.Duration // where the pace is measured from, likewise
	fromTick   uint64
	candidate  float64 // the pace measured last, in nanoseconds
	calibrated float64 // the pace in use
}

const (
	// tickSpan is how many ticks are counted on.
	tickSpan = 1 << 21
	// lookTicks is how many ticks a look may take, so that the time is known at
	// which it looked.
	lookTicks = 1 << 10
	// onePart is by how much a microsecond is divided: by 2 to this power.
	onePart = 40
	// paceEvery is how long the pace is measured, and paceFirst as long as it is not
	// known.
	paceEvery = 10 * time.Millisecond
	paceFirst = 2 * time.Millisecond
	// paceEqual is how much two measurements of it may differ, relatively.
	paceEqual = 2e-4
	// leastPace and mostPace are what it may be, in nanoseconds.
	leastPace, mostPace = 0.1, 1.0
	// mostError is by how much the count may be wrong after a span.
	mostError = time.Microsecond
)

// start begins to measure, at the beginning of the monotonic clock.
func (k *ticking) start() {
	k.steady = ticks.Steady()
	k.fromTick = k.now()
}

// now returns the ticks, 0 when there is nothing to count.
func (k *ticking) now() uint64 {
	if !k.steady {
		return 0
	}
	return ticks.Now()
}

// read returns the time, if it is known.
func (k *ticking) read() (instant, bool) {
	if k.pace.Load() == 0 {
		return 0, false
	}
	return k.count(ticks.Now())
}

// count returns the time at a tick, if it is known.
func (k *ticking) count(tick uint64) (instant, bool) {
	looks := k.looks.Load()
	ahead := tick - k.tick.Load()
	t := k.at.Load() + int64((k.part.Load()+ahead*k.pace.Load())>>onePart)
	return instant(t), ahead < tickSpan && looks&1 == 0 && k.looks.Load() == looks && k.pace.Load() != 0
}

// learn takes a look at the clock: its ticks before and after, the monotonic clock
// and the time. Without a use for it nothing happens.
func (k *ticking) learn(before, after uint64, elapsed time.Duration, t time.Time) {
	if !k.steady || after-before > lookTicks || k.pace.Load() == 0 && int64(elapsed) < k.due.Load() {
		return
	}
	looks := k.looks.Load()
	if looks&1 != 0 || !k.looks.CompareAndSwap(looks, looks+1) {
		return // somebody else learns
	}
	k.take(before+(after-before)/2, elapsed, t)
	k.looks.Store(looks + 2)
}

// take is learn for who may change what is known.
func (k *ticking) take(tick uint64, elapsed time.Duration, t time.Time) {
	if k.calibrated > 0 && k.strayed(tick, elapsed) {
		k.candidate, k.calibrated, k.from = 0, 0, elapsed
		k.fromTick = tick
	}
	if elapsed-k.from >= k.every() {
		k.measure(tick, elapsed)
	}
	k.elapsed = elapsed
	k.tick.Store(tick)
	k.at.Store(event.Micros(t))
	k.part.Store(uint64(t.Nanosecond()%1000) << onePart / 1000)
	k.pace.Store(uint64(k.calibrated * (1 << onePart) / 1000))
}

// strayed reports whether the ticks say something else than the clock, of a time that
// is short enough to tell.
func (k *ticking) strayed(tick uint64, elapsed time.Duration) bool {
	ahead := tick - k.tick.Load()
	if ahead >= 2*tickSpan {
		return false
	}
	counted := time.Duration(float64(ahead) * k.calibrated)
	return (counted - (elapsed - k.elapsed)).Abs() > mostError
}

// measure measures the pace since the last time, and believes it when it comes out
// twice.
func (k *ticking) measure(tick uint64, elapsed time.Duration) {
	pace := float64(elapsed-k.from) / float64(tick-k.fromTick)
	k.calibrated = 0
	if ratio := pace / k.candidate; pace >= leastPace && pace <= mostPace && ratio > 1-paceEqual && ratio < 1+paceEqual {
		k.calibrated = pace
	}
	k.candidate, k.from, k.fromTick = pace, elapsed, tick
	k.due.Store(int64(elapsed + k.every()))
}

// every is how long the pace is measured now.
func (k *ticking) every() time.Duration {
	if k.calibrated == 0 {
		return paceFirst
	}
	return paceEvery
}
