package capture

import (
	"bytes"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxrssUnit is the unit of ru_maxrss in bytes, see getrusage(2).
const maxrssUnit = 1024

// reapEvery bounds how often dead orphans are looked for.
const reapEvery = 500 * time.Millisecond

// adoptOrphans makes this process the parent of all orphans among its
// descendants, so that those who left the program's group are still found. On a
// kernel that cannot do this only the group is found.
func adoptOrphans() (release func()) {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	return func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }
}

// reap takes away the adopted orphans that have died, until stop is called: a
// long run may leave many, and each holds a process id.
func (g *group) reap() (stop func()) {
	died := make(chan os.Signal, 1)
	signal.Notify(died, syscall.SIGCHLD)
	end := make(chan struct{})
	go func() {
		for {
			select {
			case <-end:
				return
			case <-died:
			}
			select {
			case <-end:
				return
			case <-time.After(reapEvery):
				g.buryOrphans()
			}
		}
	}()
	return func() {
		signal.Stop(died)
		close(end)
	}
}

// buryOrphans waits for each dead orphan by its number: nobody else does. For
// the program itself somebody does, and for what we started beside it.
func (g *group) buryOrphans() {
	for _, p := range g.members() {
		if p.zombie && p.parent == os.Getpid() && p.pid != g.pid {
			_, _ = syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
		}
	}
}

// kill ends the group and every descendant that left it. New ones may be born
// meanwhile, so it looks until there are none, for a second at most.
func (g *group) kill() {
	for deadline := time.Now().Add(time.Second); ; time.Sleep(5 * time.Millisecond) {
		_ = syscall.Kill(-g.pid, syscall.SIGKILL)
		for _, p := range g.members() {
			if !p.zombie {
				_ = syscall.Kill(p.pid, syscall.SIGKILL)
			}
		}
		if !g.alive() || time.Now().After(deadline) {
			return
		}
	}
}

// alive reports whether anything that the program started is left.
func (g *group) alive() bool {
	for _, p := range g.members() {
		if !p.zombie {
			return true
		}
	}
	return false
}

// process is one line of the table of processes.
type process struct {
	pid, parent, group int
	zombie             bool
}

// members returns the program and all its descendants, the dead ones that
// nobody has waited for included. What runs in our own group is ours: git, asked
// about the work tree.
func (g *group) members() []process {
	children := map[int][]process{}
	for _, p := range processes() {
		children[p.parent] = append(children[p.parent], p)
	}
	self, own := os.Getpid(), syscall.Getpgrp()
	var found []process
	for _, p := range children[self] {
		if p.group != own {
			found = append(found, p)
		}
	}
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i].pid]...)
	}
	return found
}

// processes reads the table of processes. One that ends meanwhile is left out.
// The files are read by plain system calls: those of package os would first try
// to wait for each, which takes three times as long.
func processes() []process {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1) // what was read before an error still counts
	var all []process
	var buf [1024]byte
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if n := readStat(name, buf[:]); n > 0 {
			all = append(all, parseStat(pid, buf[:n]))
		}
	}
	return all
}

// readStat reads /proc/PID/stat, as much of it as there is room for, and returns
// how many bytes these are.
func readStat(pid string, buf []byte) int {
	fd, err := unix.Open("/proc/"+pid+"/stat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return 0
	}
	return n
}

// parseStat reads /proc/PID/stat, see proc_pid_stat(5). The name in it stands in
// parentheses and may hold anything.
func parseStat(pid int, stat []byte) process {
	p := process{pid: pid}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) > 2 {
		p.zombie = fields[0][0] == 'Z' || fields[0][0] == 'X'
		p.parent, _ = strconv.Atoi(string(fields[1]))
		p.group, _ = strconv.Atoi(string(fields[2]))
	}
	return p
}

// widen makes a pipe large, which saves switches between the processes.
func widen(pipe *os.File) {
	if c, err := pipe.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, chunkBytes) })
	}
}
