//go:build !linux

package query

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"
)

// notified is a watch by what the system has for it.
type notified struct {
	ctx     context.Context
	watcher *fsnotify.Watcher
}

// newWatch watches a run directory.
func newWatch(ctx context.Context, dir string, _ bool) (watch, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := watcher.Add(dir); err != nil {
		_ = watcher.Close()
		return nil, err
	}
	return &notified{ctx: ctx, watcher: watcher}, nil
}

func (n *notified) close() { _ = n.watcher.Close() }

func (n *notified) wait(until time.Time) bool {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-n.ctx.Done():
		return false
	case <-timer.C:
		return false
	case <-n.watcher.Events:
	case <-n.watcher.Errors:
		// The queue of the system ran over, which is a reason to look too.
	}
	return true
}

// take does not tell what it was about: another look at all of the run does no harm.
func (n *notified) take() bool {
	for {
		select {
		case <-n.watcher.Events:
		default:
			return true
		}
	}
}

// readAlone reads nothing: here the scheduler is always told.
func readAlone(uintptr, []byte, int64) int { return -1 }
