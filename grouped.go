package runshelf

import (
	"runtime"
	"slices"
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
	waiting atomic.Int64 // callers whose events no sync has covered yet

	mu      sync.Mutex // guards what is below; never held with the logger's lock
	arrived sync.Cond
	leading bool
	ends    []int64 // of the events of those who wait
	settled int64   // the log is safe up to here, or it was tried
	last    int64   // how many waited when the last sync was done
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
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.settled >= end {
		return
	}
	g.ends = append(g.ends, end)
	g.waiting.Add(1)
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
	began := time.Now()
	end := g.commit()
	cost = time.Since(began)
	g.mu.Lock()
	g.settle(end)
	g.cost = cost
}

// settle counts who is released by a sync, here and not when they run again: until
// then they would be taken for some who wait.
func (g *grouped) settle(end int64) {
	g.settled, g.last = end, int64(len(g.ends))
	g.ends = slices.DeleteFunc(g.ends, func(e int64) bool { return e <= end })
	g.waiting.Store(int64(len(g.ends)))
}

// gather waits a moment for as many callers as waited when the last sync was done:
// those it released will be back soon, beside those who came meanwhile. Without it
// the two take turns in groups of half the size. It costs at most a quarter of what
// a sync does.
func (g *grouped) gather(last int64, cost time.Duration) {
	if last <= 1 {
		return
	}
	until := time.Now().Add(min(cost/4, longestGather))
	for g.waiting.Load() < last && time.Now().Before(until) {
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
