package web

import (
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// How often what is followed is looked at.
const (
	logEvery    = 30 * time.Millisecond
	wholeEvery  = time.Second // all of the log's end, also when it seems to be as it was
	statusEvery = 200 * time.Millisecond
	endedEvery  = time.Second
	listEvery   = 400 * time.Millisecond
	listShare   = 20 // a look at the list takes at most one part in so many
)

// hub tells followers of changes. However many follow one thing, it is looked at
// once; when the last of them has gone nobody looks any more and nothing is left
// open. It may be used concurrently.
type hub struct {
	catalog *catalog
	dir     string

	mu      sync.Mutex
	watches map[string]*watch // by run; "" is the list
}

// watch looks at one thing for all who follow it.
type watch struct {
	followers int           // guarded by the hub's lock
	stop      chan struct{} // closed when there are none

	mu      sync.Mutex
	now     picture
	waiting map[waker]struct{} // those to be told of a change
}

// waker tells a follower that something it follows has changed, however many things
// those are. It holds one message: who has not looked yet need not be told twice.
type waker chan struct{}

func newWaker() waker { return make(waker, 1) }

// wake does so.
func (w waker) wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// picture is the last state of what is followed.
type picture struct {
	cursor string // tells one state from another; "" before the first look
	name   string // of the message
	data   []byte
}

func newHub(c *catalog, dir string) *hub {
	return &hub{catalog: c, dir: dir, watches: map[string]*watch{}}
}

// follow begins to look at a run, or at the list when id is empty, and wakes whoever
// follows at each change. leave must be called.
func (h *hub) follow(id string, follower waker) (w *watch, leave func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w = h.watches[id]
	if w == nil {
		w = &watch{stop: make(chan struct{}), waiting: map[waker]struct{}{}}
		h.watches[id] = w
		if id == "" {
			go w.repeat(h.lookAtList)
		} else {
			go h.lookAtRun(w, id)
		}
	}
	w.followers++
	w.mu.Lock()
	w.waiting[follower] = struct{}{}
	w.mu.Unlock()
	return w, sync.OnceFunc(func() { h.leave(id, w, follower) })
}

// leave ends the watch with its last follower.
func (h *hub) leave(id string, w *watch, follower waker) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.mu.Lock()
	delete(w.waiting, follower)
	w.mu.Unlock()
	if w.followers--; w.followers == 0 {
		close(w.stop)
		delete(h.watches, id)
	}
}

// picture returns the last state.
func (w *watch) picture() picture {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// set tells all followers of a new state. The same state again is none.
func (w *watch) set(p picture) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.cursor == w.now.cursor {
		return
	}
	w.now = p
	for follower := range w.waiting {
		follower.wake()
	}
}

// repeat looks again and again, with the pauses that the look asks for.
func (w *watch) repeat(look func(*watch) time.Duration) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-timer.C:
			timer.Reset(look(w))
		}
	}
}

// lookAtList looks whether the list of runs has changed.
func (h *hub) lookAtList(w *watch) time.Duration {
	generation, runs, took := h.catalog.state()
	cursor := fmt.Sprint(generation)
	w.set(picture{cursor, "runs", fmt.Appendf(nil, `{"generation":%d,"total":%d}`, generation, runs)})
	return max(listEvery, listShare*took)
}

// lookAtRun looks how long the log of a run is and how the run stands.
func (h *hub) lookAtRun(w *watch, id string) {
	l := &logLook{id: id, dir: filepath.Join(h.dir, id)}
	defer l.close()
	w.repeat(l.look)
}

// gone is the state of a run that is not there.
func gone(id string) picture {
	b := event.AppendValue([]byte(`{"run_id":`), id)
	return picture{"gone", "gone", append(b, `,"gone":true}`...)}
}

// logLook is what looking at a run keeps between two looks.
type logLook struct {
	id     string
	dir    string
	run    *shelf.Run
	events *shelf.Events
	asked  time.Time // for the status
	looked time.Time // at all of the log's end
}

func (l *logLook) close() {
	if l.events != nil {
		_ = l.events.Close() // nothing was written
		l.events = nil
	}
}

// look takes one look. A run that has gone is told of as such.
func (l *logLook) look(w *watch) time.Duration {
	if time.Since(l.asked) >= statusEvery {
		l.asked = time.Now()
		l.run, _ = shelf.OpenRun(l.dir)
	}
	if l.run == nil {
		l.close()
		w.set(gone(l.id))
		return endedEvery
	}
	size := l.size()
	b := event.AppendValue([]byte(`{"run_id":`), l.run.ID)
	b = event.AppendValue(append(b, `,"status":`...), string(l.run.Status))
	cursor := fmt.Sprintf("%d-%s", size, l.run.Status)
	w.set(picture{cursor, "run", fmt.Appendf(b, `,"bytes":%d}`, size)})
	if l.run.Status != shelf.StatusRunning {
		l.close()
		return endedEvery
	}
	return logEvery
}

// size is the length of the log with its tail. Trouble is as if there were none:
// it may pass.
func (l *logLook) size() int64 {
	now := time.Now()
	switch {
	case l.events == nil:
		l.events, _ = l.run.OpenEvents()
		l.looked = now
	case l.run.Status == shelf.StatusRunning && now.Sub(l.looked) < wholeEvery && l.events.Quiet():
	case l.events.Refresh() != nil:
		l.close()
	default:
		l.looked = now
	}
	if l.events == nil {
		return 0
	}
	return l.events.Size()
}
