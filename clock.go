package runshelf

import "time"

// followWall is how often the clock looks at the wall clock again.
const followWall = time.Second

// clock gives times that never run backwards, so that the order of timestamps
// is the order of events. Between two looks at the wall clock it counts on by the
// monotonic one, which costs half as much to read. When the wall clock has been
// set back it goes on counting from where it was.
type clock struct {
	now   func() time.Time // the wall clock
	base  time.Time        // the last look at it that was adopted
	since time.Time        // when that was, by the monotonic clock
	look  time.Duration    // how long after base the next one is due
}

func newClock(now func() time.Time) clock { return clock{now: now, base: now(), since: time.Now()} }

func (c *clock) next() time.Time {
	elapsed := time.Since(c.since)
	counted := c.base.Add(elapsed)
	if elapsed < c.look {
		return counted
	}
	if wall := c.now(); wall.After(counted) {
		c.base, c.since, c.look = wall, time.Now(), followWall
		return wall
	}
	c.look = elapsed + followWall
	return counted
}
