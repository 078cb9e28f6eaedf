package query

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"example.org/runshelf/shelf"
)

// How often a living log is looked at when nothing wakes the reader. The newest
// events of a run may be in memory that its writer shares with the tail file,
// and no system tells when memory changes; so while there is a tail it is looked
// at, often while events come and less often when they have not come for a while.
const (
	pollBusy  = 8 * time.Millisecond   // events came lately, and there is a tail
	pollEvery = 50 * time.Millisecond  // there is a tail, or nothing wakes us
	pollWoken = 250 * time.Millisecond // we are woken: only to be sure
	busyFor   = time.Second
)

// waker waits until a log may have grown.
type waker struct {
	watcher *fsnotify.Watcher // nil where the system cannot tell
	tail    string            // the path of the tail file
	fixed   time.Duration     // how often to look, when the caller says
	now     func() time.Time
	active  time.Time // when events last came
}

// newWaker watches a run directory. Where that fails it is looked at from time
// to time.
func newWaker(dir string, fixed time.Duration) *waker {
	w := &waker{tail: filepath.Join(dir, shelf.TailFile), fixed: fixed, now: time.Now}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return w
	}
	if watcher.Add(dir) != nil {
		_ = watcher.Close()
		return w
	}
	w.watcher = watcher
	return w
}

// close lets the watch go.
func (w *waker) close() {
	if w.watcher != nil {
		_ = w.watcher.Close()
	}
}

// grew says that events came.
func (w *waker) grew() { w.active = w.now() }

// pause is how long to wait at most.
func (w *waker) pause() time.Duration {
	if w.fixed > 0 {
		return w.fixed
	}
	_, err := os.Lstat(w.tail)
	switch {
	case err == nil && w.now().Sub(w.active) < busyFor:
		return pollBusy
	case err == nil, w.watcher == nil:
		return pollEvery
	}
	return pollWoken
}

// wait returns when the log may have grown, or the time for another look has
// come. Its error is the cause of the end of ctx.
func (w *waker) wait(ctx context.Context) error {
	timer := time.NewTimer(w.pause())
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
	case _, open := <-w.events():
		if !open {
			w.watcher = nil
		}
		w.drain()
	case <-w.errors():
		// The queue of the system ran over, which is a reason to look too.
	}
	return nil
}

// drain takes what else the watch has to tell: one look serves for all.
func (w *waker) drain() {
	for {
		select {
		case _, open := <-w.events():
			if !open {
				return
			}
		default:
			return
		}
	}
}

// events is the channel of the watch; nil, which nothing comes from, without one.
func (w *waker) events() chan fsnotify.Event {
	if w.watcher == nil {
		return nil
	}
	return w.watcher.Events
}

func (w *waker) errors() chan error {
	if w.watcher == nil {
		return nil
	}
	return w.watcher.Errors
}

// fixedWaker looks at regular times.
func fixedWaker(every time.Duration) *waker {
	return &waker{fixed: cmp.Or(every, pollEvery), now: time.Now}
}
