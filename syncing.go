package runshelf

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// syncEvery bounds what a power cut can take at the levels that do not wait for
// the disk.
const syncEvery = time.Second

// writeOutBytes is how much is written, in bytes, before its way to the disk is begun
// earlier than that: the disk has its work while there is other work to do, and whoever
// closes the log waits for little.
const writeOutBytes = 8 << 20

// syncGuard syncs one file and remembers a failure. The system may drop the
// unwritten pages after it has reported the failure once, so a second fsync that
// succeeds proves nothing (Rebello and others, "Can Applications Recover from
// fsync Failures?", USENIX ATC 2020): the first failure stays. It has a lock of
// its own, so that nobody who logs waits for the disk.
type syncGuard struct {
	dirty  atomic.Bool // written since the last sync
	mu     sync.Mutex
	failed error
}

// fault returns the failure of an earlier sync.
func (g *syncGuard) fault() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failed
}

func (g *syncGuard) sync(datasync func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failed != nil || !g.dirty.Swap(false) {
		return g.failed
	}
	if err := datasync(); err != nil {
		g.failed = fmt.Errorf("syncing events: %w", err)
	}
	return g.failed
}

// syncing makes the events of a journal safe against a power cut once a second, beside
// the program. When they are many it has them written before that.
type syncing struct {
	stop chan struct{}
	done chan struct{}
}

func startSyncing(j journal) *syncing {
	s := &syncing{stop: make(chan struct{}), done: make(chan struct{})}
	go s.run(j)
	return s
}

func (s *syncing) run(j journal) {
	defer close(s.done)
	ticker := time.NewTicker(syncEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			// The journal keeps a failure, and it is told by Err and Close.
			_ = j.syncFile()
		case <-j.filled():
			j.writeOut()
		}
	}
}

func (s *syncing) end() {
	close(s.stop)
	<-s.done
}
