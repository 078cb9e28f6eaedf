package runshelf

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// longestGather bounds how long the first of a group waits for the others.
const longestGather = 200 * time.Microsecond

// grouped is the journal of DurabilityPower. Whoever logs waits until the disk
// has the event; callers that wait at the same time share one write and one
// fdatasync (group commit, DeWitt and others, "Implementation Techniques for Main
// Memory Database Systems", SIGMOD 1984). The first to come leads the group: it
// syncs for all whose events are in the log by then, and for itself.
type grouped struct {
	*buffered
	present atomic.Int64 // callers that wait

	mu      sync.Mutex // guards what is below; never held with the logger's lock
	arrived sync.Cond
	leading bool
	settled int64 // the log is safe up to here, or it was tried
	last    int64 // how many shared the last sync
	cost    time.Duration
}

func newGrouped(out *outlet, lock sync.Locker) *grouped {
	g := &grouped{buffered: newBuffered(out, DurabilityPower, lock, plainMemory())}
	g.arrived.L = &g.mu
	return g
}

// wait returns when the first end bytes of the log are on the disk, or could not
// be brought there, which fault and the next write tell.
func (g *grouped) wait(end int64) {
	g.present.Add(1)
	defer g.present.Add(-1)
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.settled < end {
		if g.leading {
			g.arrived.Wait()
			continue
		}
		g.leading = true
		g.lead()
		g.leading = false
		g.arrived.Broadcast()
	}
}

// lead syncs the log for everybody who waits. It is called with g.mu held and
// lets it go meanwhile, so that the next group can gather.
func (g *grouped) lead() {
	last, cost := g.last, g.cost
	g.mu.Unlock()
	g.gather(last, cost)
	group := g.present.Load()
	began := time.Now()
	end := g.commit()
	cost = time.Since(began)
	g.mu.Lock()
	g.settled, g.last, g.cost = end, group, cost
}

// gather waits a moment for as many callers as shared the last sync: they were
// released together and will be back together. It costs at most a quarter of
// what a sync does.
func (g *grouped) gather(last int64, cost time.Duration) {
	if last <= 1 {
		return
	}
	until := time.Now().Add(min(cost/4, longestGather))
	for g.present.Load() < last && time.Now().Before(until) {
		runtime.Gosched()
	}
}

// commit brings the log to the disk and returns how far.
func (g *grouped) commit() int64 {
	g.lock.Lock()
	// A failure leaves the lines in memory and is met again by the next write.
	err := g.flush()
	end := g.end
	g.lock.Unlock()
	if err == nil {
		_ = g.syncFile() // kept by the guard
	}
	return end
}
