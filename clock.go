package runshelf

import (
	"sync/atomic"
	"time"
)

// followWall is how often the clock looks at the wall clock again.
const followWall = time.Second

// clock gives times that never run backwards, so that the order of timestamps
// is the order of events. Between two looks at the wall clock it counts on by the
// monotonic one, which costs half as much to read. When the wall clock has been
// set back it goes on counting from where it was.
//
// read needs no lock, so that nobody waits while somebody reads a clock; order and
// next are called under the logger's.
type clock struct {
	now    func() time.Time // the wall clock
	anchor atomic.Pointer[anchor]
	last   time.Time // the latest time given
}

// anchor is a look at the wall clock. It never changes.
type anchor struct {
	wall  time.Time
	since time.Time     // when that was, by the monotonic clock
	look  time.Duration // how long after it the next look is due
}

// start sets the clock going. It must be called before any other method.
func (c *clock) start(now func() time.Time) {
	c.now = now
	c.anchor.Store(&anchor{wall: now(), since: time.Now()})
}

// next returns the time, which is not before any that was given earlier.
func (c *clock) next() time.Time { return c.order(c.read()) }

// order returns t, or the latest time given when that is later.
func (c *clock) order(t time.Time) time.Time {
	if t.Before(c.last) {
		return c.last
	}
	c.last = t
	return t
}

// read returns the time. Of two calls at once the later may return the earlier
// time; order mends that.
func (c *clock) read() time.Time {
	a := c.anchor.Load()
	elapsed := time.Since(a.since)
	counted := a.wall.Add(elapsed)
	if elapsed < a.look {
		return counted
	}
	return c.follow(a, elapsed, counted)
}

// follow looks at the wall clock, and adopts it when it is ahead of what was
// counted.
func (c *clock) follow(a *anchor, elapsed time.Duration, counted time.Time) time.Time {
	if wall := c.now(); wall.After(counted) {
		c.anchor.Store(&anchor{wall: wall, since: time.Now(), look: followWall})
		return wall
	}
	c.anchor.Store(&anchor{wall: a.wall, since: a.since, look: elapsed + followWall})
	return counted
}
