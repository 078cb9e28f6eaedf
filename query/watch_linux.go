package query

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"example.org/runshelf/shelf"
)

// inotify is a watch by inotify(7). The goroutine that follows a run waits in the
// system itself, so that what is written is on its way to the screen as soon as the
// system wakes it: a hand-over from a goroutine that waits for all of them takes longer
// than to read the event.
type inotify struct {
	fd      int
	forget  func() bool   // ends the wait for the end of the context
	settled chan struct{} // closed when that has been told
	told    [4 << 10]byte
}

// newWatch watches the log of a run and the names in its directory, until ctx ends.
// What is written to other files wakes nobody.
func newWatch(ctx context.Context, dir string) (watch, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	names, err := unix.InotifyAddWatch(fd, dir, unix.IN_CREATE|unix.IN_DELETE|unix.IN_MOVED_TO|unix.IN_ONLYDIR)
	if err == nil {
		_, err = unix.InotifyAddWatch(fd, filepath.Join(dir, shelf.EventsFile), unix.IN_MODIFY)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	w := &inotify{fd: fd, settled: make(chan struct{})}
	w.forget = context.AfterFunc(ctx, func() {
		defer close(w.settled)
		// That a watch ends is told like everything else, and wakes who waits. When the
		// directory is gone it has ended already, and been told.
		_, _ = unix.InotifyRmWatch(fd, uint32(names))
	})
	return w, nil
}

func (w *inotify) close() {
	if !w.forget() {
		<-w.settled
	}
	_ = unix.Close(w.fd)
}

func (w *inotify) wait(d time.Duration) bool {
	fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}
	const rounded = time.Millisecond - 1
	// Whatever else it returns for, another look does no harm.
	if n, _ := unix.Poll(fds, int((d+rounded)/time.Millisecond)); n <= 0 {
		return false
	}
	for {
		if n, err := unix.Read(w.fd, w.told[:]); n < len(w.told)/2 && err != unix.EINTR {
			return true // it has no more to tell
		}
	}
}
