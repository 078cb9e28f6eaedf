//go:build unix

package capture

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"example.org/runshelf/shelf"
)

// caughtSignals are those that ask the run to end, and those that are passed on.
func caughtSignals() []os.Signal {
	return []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTSTP, syscall.SIGCONT,
	}
}

// catchSignals delivers the signals of this process until stop is called. What
// is ignored, as under nohup, stays so, for the program too.
func catchSignals() (c chan os.Signal, stop func()) {
	c = make(chan os.Signal, 16)
	for _, s := range caughtSignals() {
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
	return c, func() { signal.Stop(c) }
}

// endsRun reports whether a signal asks the run to end.
func endsRun(s os.Signal) bool {
	switch s {
	case syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTSTP, syscall.SIGCONT:
		return false
	}
	return true
}

// readNow reads what is in a pipe or terminal, without waiting and without regard to
// its deadline: errEmpty when nothing is, io.EOF at its end.
func readNow(f *os.File, p []byte) (n int, err error) {
	c, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	// The descriptor of a file that has deadlines never blocks.
	done := c.Control(func(fd uintptr) {
		for n, err = unix.Read(int(fd), p); err == unix.EINTR; {
			n, err = unix.Read(int(fd), p)
		}
	})
	switch {
	case done != nil:
		return 0, done
	case err == unix.EAGAIN:
		return 0, errEmpty
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// isolate gives the program a process group of its own, so that a Ctrl-C on the
// terminal reaches it once, by us.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// group is the program and all that it started.
type group struct {
	pid int
	tty *terminal // nil without one
}

func newGroup(p *os.Process, tty *terminal) *group { return &group{pid: p.Pid, tty: tty} }

// signal sends a signal to the group; on a terminal of its own, to the group that
// is in the foreground there. A group that is gone needs none.
func (g *group) signal(s os.Signal) {
	number, ok := s.(syscall.Signal)
	if !ok {
		return
	}
	_ = syscall.Kill(-g.tty.foreground(g.pid), number)
	if number == syscall.SIGTSTP {
		// We stop too, as the shell that sent the signal expects. Its SIGCONT will
		// be passed on like any other.
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
}

// terminate asks the group to end.
func (g *group) terminate() { g.signal(syscall.SIGTERM) }

// signalOf returns the name of the signal that ended a process, without SIG, and
// its number; "" when none did.
func signalOf(state *os.ProcessState) (string, int) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return "", 0
	}
	return signalName(status.Signal()), int(status.Signal())
}

// signalName returns the name of a signal without SIG.
func signalName(s os.Signal) string {
	number, ok := s.(syscall.Signal)
	if !ok {
		return s.String()
	}
	if name := unix.SignalName(number); name != "" {
		return name[len("SIG"):]
	}
	return number.String()
}

// usageOf returns what a process and the children that it waited for have used.
func usageOf(state *os.ProcessState) *shelf.Usage {
	u := &shelf.Usage{UserS: state.UserTime().Seconds(), SystemS: state.SystemTime().Seconds()}
	if r, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.MaxRSSBytes = int64(r.Maxrss) * int64(maxrssUnit)
	}
	return u
}
