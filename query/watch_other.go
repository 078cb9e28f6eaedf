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
func newWatch(ctx context.Context, dir string) (watch, error) {
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

func (n *notified) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
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
	for {
		select {
		case <-n.watcher.Events:
		default:
			return true
		}
	}
}
