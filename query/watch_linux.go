package query

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"example.org/runshelf/shelf"
)

// inotify is a watch by inotify(7).
//
// It waits in one of two ways. Parked, the goroutine waits in the poller of Go, as for a
// network. That costs nothing while nothing happens, but the wake-up goes through the
// scheduler. Who is alone may also doze: the thread waits in a call to the system that the
// scheduler does not know of, and goes on as soon as the system lets it. A call that it
// does know of would be worse than both: the scheduler takes away the right to run Go from
// a thread that waits, and the thread, when it is woken, must get it back and wake the
// monitor of the scheduler (sysmon), which then competes for the processor with whoever
// reads what we print.
//
// While a thread dozes the monitor must sleep too, or it will interrupt the thread, which
// it takes for one that calculates for too long. It goes to sleep when it finds that all
// are parked. So each look at the run, whose calls wake it, is followed by a parked wait.
type inotify struct {
	fd      int
	clock   int // a timerfd for who dozes, -1 without; a timeout of the wait itself costs more
	names   int // the watch for the names in the directory
	file    *os.File
	conn    syscall.RawConn
	until   time.Time     // what the clock is set to
	dozes   bool          // the next wait is one
	parked  bool          // the last wait was that, and it was woken
	calm    time.Time     // from here on the monitor sleeps
	forget  func() bool   // ends the wait for the end of the context
	settled chan struct{} // closed when that has been told
	told    [4 << 10]byte
}

// calmAfter is how long it is parked after the monitor was seen, which looks about every
// 10 ms then.
const calmAfter = 20 * time.Millisecond

// newWatch watches the log of a run and the names in its directory, until ctx ends.
// What is written to other files wakes nobody.
func newWatch(ctx context.Context, dir string, alone bool) (watch, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	w := &inotify{fd: fd, clock: -1, file: os.NewFile(uintptr(fd), "inotify"), settled: make(chan struct{})}
	if err := w.begin(dir); err != nil {
		_ = w.file.Close()
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	if alone && runtime.GOMAXPROCS(0) > 1 {
		if clock, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err == nil {
			w.clock = clock
		}
	}
	w.forget = context.AfterFunc(ctx, func() {
		defer close(w.settled)
		// That a watch ends is told like everything else, and wakes who waits. When the
		// directory is gone it has ended already, and been told.
		_, _ = unix.InotifyRmWatch(fd, uint32(w.names))
	})
	return w, nil
}

// begin begins to watch.
func (w *inotify) begin(dir string) (err error) {
	w.names, err = unix.InotifyAddWatch(w.fd, dir, unix.IN_CREATE|unix.IN_DELETE|unix.IN_MOVED_TO|unix.IN_ONLYDIR)
	if err == nil {
		_, err = unix.InotifyAddWatch(w.fd, filepath.Join(dir, shelf.EventsFile), unix.IN_MODIFY)
	}
	if err == nil {
		err = w.file.SetReadDeadline(time.Time{}) // what the poller does not know has none
	}
	if err == nil {
		w.conn, err = w.file.SyscallConn()
	}
	return err
}

func (w *inotify) close() {
	if !w.forget() {
		<-w.settled
	}
	_ = w.file.Close()
	if w.clock >= 0 {
		_ = unix.Close(w.clock)
	}
}

func (w *inotify) wait(until time.Time) bool {
	if w.clock >= 0 && !until.Equal(w.until) {
		w.set(until)
	}
	if w.dozes {
		told, late := w.doze()
		if told {
			return true
		}
		// The monitor has interrupted us, or was itself waiting for the time that has come.
		w.dozes, w.calm = false, time.Now().Add(calmAfter)
		if late {
			return false
		}
	}
	return w.park(until)
}

// set sets the clock. What came between was a look at the run.
func (w *inotify) set(until time.Time) {
	w.until, w.dozes = until, false
	in := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(max(1, time.Until(until))))}
	_, _, err := syscall.RawSyscall6(unix.SYS_TIMERFD_SETTIME, uintptr(w.clock), 0, uintptr(unsafe.Pointer(&in)), 0, 0, 0)
	if err != 0 {
		_ = unix.Close(w.clock)
		w.clock = -1
	}
}

// doze waits without the scheduler. Neither is true when a signal has ended it.
func (w *inotify) doze() (told, late bool) {
	fds := [2]unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}, {Fd: int32(w.clock), Events: unix.POLLIN}}
	n, _, err := syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), 0, 0, 0, 0)
	if err != 0 || n == 0 {
		return false, false
	}
	return fds[0].Revents != 0, fds[1].Revents != 0
}

// park waits by the poller of Go.
func (w *inotify) park(until time.Time) bool {
	if w.file.SetReadDeadline(until) != nil {
		return false
	}
	asked := false
	err := w.conn.Read(func(uintptr) bool {
		if asked {
			return true // the poller says so
		}
		asked = true
		return w.ready()
	})
	w.parked = err == nil
	return w.parked
}

// ready reports whether there is something to tell.
func (w *inotify) ready() bool {
	fds, now := [1]unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}, unix.Timespec{}
	n, _, err := syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return err == 0 && n > 0
}

// take never waits, and so need not tell the scheduler.
func (w *inotify) take() (other bool) {
	if w.parked {
		w.parked, w.dozes = false, w.clock >= 0 && !time.Now().Before(w.calm)
	}
	for {
		n, _, err := syscall.RawSyscall(unix.SYS_READ, uintptr(w.fd), uintptr(unsafe.Pointer(&w.told)), uintptr(len(w.told)))
		switch {
		case err == unix.EINTR:
			continue
		case err != 0:
			return other
		}
		other = other || w.about(w.told[:n])
		if int(n) < len(w.told)/2 {
			return other // there was no more
		}
	}
}

// about reports whether anything that was told is about the names in the directory, or
// that more was told than fits into memory.
func (w *inotify) about(told []byte) bool {
	for len(told) >= unix.SizeofInotifyEvent {
		watch := int32(binary.NativeEndian.Uint32(told))
		name := int(binary.NativeEndian.Uint32(told[unix.SizeofInotifyEvent-4:])) // its length
		if watch == int32(w.names) || watch < 0 || unix.SizeofInotifyEvent+name > len(told) {
			return true
		}
		told = told[unix.SizeofInotifyEvent+name:]
	}
	return false
}

// readAlone reads a file without telling the scheduler, or returns -1.
func readAlone(fd uintptr, p []byte, offset int64) int {
	if unsafe.Sizeof(fd) < unsafe.Sizeof(offset) {
		return -1 // the offset would be divided, on each machine in its own way
	}
	n, _, err := syscall.RawSyscall6(unix.SYS_PREAD64, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), uintptr(offset), 0, 0)
	if err != 0 {
		return -1
	}
	return int(n)
}
