package runshelf

import (
	"testing"
	"time"
)

// wall is a wall clock that the test sets.
type wall struct{ skew time.Duration }

// now has no monotonic reading once it is skewed, as a clock that was set.
func (w *wall) now() time.Time { return time.Now().Add(w.skew).Round(0) }

func TestClockFollowsTheWallForwardsOnly(t *testing.T) {
	w := &wall{}
	var c clock
	c.start(w.now)
	last := c.next()
	for _, skew := range []time.Duration{0, time.Hour, -time.Hour, -2 * time.Hour, 3 * time.Hour} {
		w.skew = skew
		a := *c.anchor.Load()
		a.look = 0 // as if a second had passed
		c.anchor.Store(&a)
		for range 3 {
			next := c.next()
			if next.Before(last) {
				t.Fatalf("with the clock set by %v the time went from %v to %v", skew, last, next)
			}
			last = next
		}
		if ahead := time.Until(last); skew > 0 && (ahead < skew-time.Minute || ahead > skew+time.Minute) {
			t.Errorf("with the clock set by %v the time is %v ahead", skew, ahead)
		}
	}
}
