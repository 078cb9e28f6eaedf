package runshelf

import (
	"sync/atomic"

	"example.org/runshelf/event"
)

// recordUsual is record for the usual event as long as nobody else logs: it is encoded
// where it is to stand, in the room of the journal, under the lock. That saves its way
// through memory of its own. It returns 0, and has recorded nothing, when the event is
// another or the lock is held; where several log at once they encode beside each other.
//
// kind is the type of the event, which is kept; what is in b is not.
func (l *EventLogger) recordUsual(kind string, b *event.Body) uint64 {
	if l.room == nil || l.crowd.here() {
		return 0
	}
	site := event.SiteOf(b)
	if site == nil {
		return 0
	}
	if !l.mu.TryLock() {
		l.crowd.meet()
		return 0
	}
	sequence := l.placeUsual(site, kind, b)
	l.room.carry()
	return sequence
}

// placeUsual is place for the usual event, with the lock held, which it lets go. What it
// leaves in the room when it fails is no event: a journal ends where the last line does that
// was added to it.
func (l *EventLogger) placeUsual(site *event.Site, kind string, b *event.Body) uint64 {
	defer l.mu.Unlock()
	free := l.room.free()
	if l.closed || l.gap.open() || cap(free) < event.HeadRoom {
		return 0
	}
	t := l.clock.order(l.clock.read())
	sequence := l.sequence + 1
	l.tally.cutFull()
	head := l.tally.stamp.PutAt(free[:event.HeadRoom], int64(t), sequence)
	line, usual := site.AppendBody(free[:head], b)
	if !usual || l.tooLong(line) {
		return 0
	}
	l.room.appendPlaced(line, l.tally.sums())
	l.sequence = sequence
	l.note(kind, b.Level, t, sequence, line, false)
	l.showNow()
	return sequence
}

// tooLong reports whether a line is so long that its texts may have to stand elsewhere.
func (l *EventLogger) tooLong(line []byte) bool {
	return l.opts.MaxEventBytes >= 0 && len(line) > l.opts.MaxEventBytes
}

// crowd tells whether several goroutines have logged at once lately. Then the lock is not
// to be held for longer than it must.
type crowd struct{ left atomic.Int32 }

// A crowd is taken to last for crowdLasts times crowdStep more events.
const (
	crowdLasts = 8
	crowdStep  = 16
)

// here reports whether there is one.
func (c *crowd) here() bool { return c.left.Load() > 0 }

// meet says that the lock was held by another one.
func (c *crowd) meet() {
	if c.left.Load() < crowdLasts {
		c.left.Store(crowdLasts)
	}
}

// pass counts an event, under the lock.
func (c *crowd) pass(sequence uint64) {
	if sequence%crowdStep == 0 && c.here() {
		c.left.Add(-1)
	}
}
