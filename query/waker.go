package query

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf/shelf"
)

// How often a living log is looked at when nothing wakes the reader. The newest
// events of a run may be in memory that its writer shares with the tail file,
// and no system tells when memory changes; so while there is a tail it is looked
// at, often while events come and less often when they have not come for a while. After
// a long while it is not looked at for events any more: the writer moves them into the log
// within a tenth of a second, which wakes us.
const (
	pollBusy  = 8 * time.Millisecond   // events came lately, and there is a tail
	pollEvery = 50 * time.Millisecond  // there is a tail, or nothing wakes us
	pollWoken = 250 * time.Millisecond // we are woken: only to be sure
	busyFor   = time.Second
	quietFor  = 10 * time.Second

	// pollFlowing is how late a look may be when events come, of which we are told.
	pollFlowing = time.Second
)

// watch tells that something may have been written in a run directory.
type watch interface {
	// wait returns when that is so, when it is as late as it is told, or when the context
	// has ended that the watch was made with.
	wait(until time.Time) (written bool)
	// take takes all that there is to tell, so that wait waits for more: one look that
	// begins later serves for it. It reports whether that was about anything but the log.
	take() (other bool)
	// close lets the watch go. It may not be called beside the others.
	close()
}

// waker waits until a log may have grown.
type waker struct {
	watch  watch         // nil where the system cannot tell
	tail   string        // the path of the tail file
	tailed bool          // there was a tail when the waiting began, or nobody has looked
	fixed  time.Duration // how often to look, when the caller says
	now    func() time.Time
	active time.Time // when events last came
}

// newWaker watches a run directory until ctx ends. Where that fails it is looked at
// from time to time.
func newWaker(ctx context.Context, dir string, o FollowOptions) *waker {
	w := &waker{tail: filepath.Join(dir, shelf.TailFile), fixed: o.Poll, now: time.Now, active: time.Now().Add(-busyFor)}
	if watch, err := newWatch(ctx, dir, o.Alone); err == nil {
		w.watch = watch
	}
	return w
}

// close lets the watch go.
func (w *waker) close() {
	if w.watch != nil {
		w.watch.close()
	}
}

// grew says that events came.
func (w *waker) grew() { w.active = w.now() }

// pause is how long to wait at most.
func (w *waker) pause() time.Duration {
	w.tailed = true
	if w.fixed > 0 {
		return w.fixed
	}
	_, err := os.Lstat(w.tail)
	w.tailed = err == nil
	lull := w.now().Sub(w.active)
	switch {
	case w.tailed && lull < busyFor:
		return pollBusy
	case w.tailed && lull < quietFor, w.watch == nil:
		return pollEvery
	}
	return pollWoken
}

// until is when another look is due at the latest.
func (w *waker) until() time.Time { return w.now().Add(w.pause()) }

// later is when another look is due that is put off.
func (w *waker) later() time.Time { return w.now().Add(pollFlowing) }

// wait returns when the log may have grown, or the time for another look has come; whole
// is whether the log has grown and its file alone tells all of it. Its error is the cause
// of the end of ctx.
func (w *waker) wait(ctx context.Context, until time.Time) (whole bool, err error) {
	left := until.Sub(w.now())
	switch {
	case ctx.Err() != nil || left <= 0:
		// What the watch told of the end may have been taken for an event.
	case w.watch == nil:
		sleep(ctx, left)
	case w.watch.wait(until) && !w.tailed:
		return true, nil
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return false, nil
}

// take takes what the watch has to tell, and reports whether that was about anything but
// the log.
func (w *waker) take() (other bool) { return w.watch != nil && w.watch.take() }

// sleep waits for d, or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// fixedWaker looks at regular times.
func fixedWaker(every time.Duration) *waker {
	return &waker{fixed: cmp.Or(every, pollEvery), now: time.Now}
}
