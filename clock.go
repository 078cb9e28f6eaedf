package runshelf

import (
	"math"
	"sync/atomic"
	"time"

	"example.org/runshelf/event"
)

// followWall is how often the clock looks at the wall clock again.
const followWall = time.Second

// instant is a time in microseconds since 1970, as exact as a timestamp is.
type instant int64

// beforeAll is before any time of an event.
const beforeAll instant = math.MinInt64

func instantOf(t time.Time) instant { return instant(event.Micros(t)) }

func (i instant) time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// clock gives times that never run backwards, so that the order of timestamps
// is the order of events. Between two looks at the wall clock it counts on by the
// monotonic one, which costs half as much to read, and for a millisecond or so after
// a look at that by the ticks of the processor, which cost a third of it. When the
// wall clock has been set back it goes on counting from where it was.
//
// read needs no lock, so that nobody waits while somebody reads a clock; order and
// next are called under the logger's.
type clock struct {
	now    func() time.Time // the wall clock
	began  time.Time        // when it was started, by the monotonic clock
	anchor atomic.Pointer[anchor]
	ticks  ticking
	last   instant // the latest time given
}

// anchor is a look at the wall clock. It never changes.
type anchor struct {
	wall  time.Time
	since time.Duration // when that was, by the monotonic clock
	look  time.Duration // when the next look is due, likewise
}

// start sets the clock going. It must be called before any other method.
func (c *clock) start(now func() time.Time) {
	c.now, c.began = now, time.Now()
	c.anchor.Store(&anchor{wall: now()})
	c.ticks.start()
	c.last = beforeAll
}

// next returns the time, which is not before any that was given earlier.
func (c *clock) next() time.Time { return c.order(c.read()).time() }

// order returns t, or the latest time given when that is later.
func (c *clock) order(t instant) instant {
	c.last = max(c.last, t)
	return c.last
}

// read returns the time. Of two calls at once the later may return the earlier
// time; order mends that.
func (c *clock) read() instant {
	if t, ok := c.ticks.read(); ok {
		return t
	}
	return c.look()
}

// look reads the monotonic clock, and the wall clock when that is due, and has the
// ticks counted on from there.
func (c *clock) look() instant {
	before := c.ticks.now()
	elapsed := time.Since(c.began)
	after := c.ticks.now()
	a := c.anchor.Load()
	t := a.wall.Add(elapsed - a.since)
	if elapsed >= a.look {
		t = c.follow(a, elapsed, t)
	}
	c.ticks.learn(before, after, elapsed, t)
	return instantOf(t)
}

// follow looks at the wall clock, and adopts it when it is ahead of what was
// counted.
func (c *clock) follow(a *anchor, elapsed time.Duration, counted time.Time) time.Time {
	next := anchor{wall: a.wall, since: a.since, look: elapsed + followWall}
	if wall := c.now(); wall.After(counted) {
		next.wall, next.since, counted = wall, elapsed, wall
	}
	c.anchor.Store(&next)
	return counted
}
