//go:build unix

package capture

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// terminal is the one that --pty gives the program.
type terminal struct {
	master *os.File
	slave  *os.File // closed once the program runs
	own    *os.File // our own terminal; nil when we have none
	saved  *term.State
	stop   func()
}

// ctrlC and ctrlD are what a terminal sends for these keys.
const (
	ctrlC = 0x03
	ctrlD = 0x04
)

// connectTerminal gives the program a terminal in place of its three streams.
// What it shows is stdout.
func (c *child) connectTerminal(o Options, stdout *stream) error {
	master, slave, err := pty.Open()
	if err != nil {
		return err
	}
	c.tty = &terminal{master: master, slave: slave}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = slave, slave, slave
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	c.ours = append(c.ours, slave)
	stdout.source = master
	c.streams = []*stream{stdout}
	if in, ok := o.Stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		c.tty.own = in
	}
	return nil
}

// begin joins our input, and our terminal when we have one, to the program's. A
// nil terminal has nothing to join.
// interrupt is told of each Ctrl-C: keys come to us raw, so that the program's
// terminal judges them, but this one is a request to the run.
func (t *terminal) begin(stdin io.Reader, interrupt func()) {
	if t == nil {
		return
	}
	t.stop = func() {}
	if t.own != nil && inForeground(t.own) {
		t.saved, _ = term.MakeRaw(int(t.own.Fd()))
		t.followSize()
	}
	if stdin != nil {
		go t.input(stdin, interrupt)
	}
}

// followSize keeps the program's terminal as large as ours.
func (t *terminal) followSize() {
	_ = pty.InheritSize(t.own, t.master)
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		for range changed {
			_ = pty.InheritSize(t.own, t.master)
		}
	}()
	t.stop = func() {
		signal.Stop(changed)
		close(changed)
	}
}

// input copies our input to the program's terminal. The end of a file is a
// Ctrl-D there.
func (t *terminal) input(stdin io.Reader, interrupt func()) {
	buf := make([]byte, 4<<10)
	last := byte('\n')
	for {
		n, err := stdin.Read(buf)
		for _, c := range buf[:n] {
			if c == ctrlC && t.saved != nil {
				interrupt()
				continue
			}
			last = c
			if _, werr := t.master.Write([]byte{c}); werr != nil {
				return
			}
		}
		if err != nil {
			t.endInput(last)
			return
		}
	}
}

// endInput ends the program's input. In the middle of a line the first Ctrl-D
// only hands over what is there.
func (t *terminal) endInput(last byte) {
	if last != '\n' {
		_, _ = t.master.Write([]byte{ctrlD})
	}
	_, _ = t.master.Write([]byte{ctrlD})
}

// end gives our terminal back as it was.
func (t *terminal) end() {
	if t == nil || t.stop == nil {
		return
	}
	t.stop()
	if t.saved != nil {
		_ = term.Restore(int(t.own.Fd()), t.saved)
	}
}

// foreground returns the group in the foreground of the terminal, or leader when
// there is no terminal or nobody knows.
func (t *terminal) foreground(leader int) int {
	if t == nil {
		return leader
	}
	group := leader
	if c, err := t.master.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) {
			if pgrp, err := unix.IoctlGetInt(int(fd), unix.TIOCGPGRP); err == nil && pgrp > 0 {
				group = pgrp
			}
		})
	}
	return group
}

// inForeground reports whether a file is a terminal that we may read.
func inForeground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// ignoreBackgroundReads makes reading a terminal that we have lost the
// foreground of an error, where it would else stop us. It is called when the
// program has started, which inherits what is ignored.
func ignoreBackgroundReads() { signal.Ignore(syscall.SIGTTIN) }

// inBackground reports whether a read failed because another group is in the
// foreground, and waits a moment then.
func inBackground(f io.Reader, err error) bool {
	if file, ok := f.(*os.File); !ok || !errors.Is(err, syscall.EIO) || !term.IsTerminal(int(file.Fd())) {
		return false
	}
	time.Sleep(200 * time.Millisecond)
	return true
}
