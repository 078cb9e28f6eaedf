package capture

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"example.org/runshelf/shelf"
)

// Windows has no process groups in the sense of signals: the program is asked to
// end by the console itself, which sends a Ctrl-C to it and to us alike, and it
// is killed alone.

// catchSignals delivers the signals of this process until stop is called.
func catchSignals() (c chan os.Signal, stop func()) {
	c = make(chan os.Signal, 16)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	return c, func() { signal.Stop(c) }
}

// readNow finds nothing: pipes have no deadlines here that could pass.
func readNow(*os.File, []byte) (int, error) { return 0, errEmpty }

// endsRun reports whether a signal asks the run to end.
func endsRun(os.Signal) bool { return true }

func isolate(*exec.Cmd) {}

func adoptOrphans() (release func()) { return func() {} }

// group is the program alone.
type group struct {
	process *os.Process
}

func newGroup(p *os.Process, _ *terminal) *group { return &group{process: p} }

// signal does nothing: the console has told the program already.
func (g *group) signal(os.Signal) {}

// terminate kills the program, as there is no way to ask.
func (g *group) terminate() { g.kill() }

// kill ends the program. One that is gone needs no killing.
func (g *group) kill() { _ = g.process.Kill() }

func (g *group) alive() bool { return false }

func (g *group) reap() (stop func()) { return func() {} }

func signalOf(*os.ProcessState) (string, int) { return "", 0 }

func signalName(s os.Signal) string {
	if s == os.Interrupt {
		return "INT"
	}
	return "TERM"
}

func usageOf(state *os.ProcessState) *shelf.Usage {
	return &shelf.Usage{UserS: state.UserTime().Seconds(), SystemS: state.SystemTime().Seconds()}
}

func widen(*os.File) {}
