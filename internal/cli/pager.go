package cli

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
)

// lessOptions have less leave at once when all fits on the screen, keep colours, and
// not clear the screen.
const lessOptions = "FRX"

// defaultPager is what shows long output when PAGER is not set.
const defaultPager = "less -" + lessOptions

// pager is a program between our data and the person.
type pager struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	stop  func()
}

// startPager sends the data of this command through a pager when a person looks
// at it. Without a terminal, or when the pager cannot be started, nothing
// changes. It must be called before anything is written to out.
func (a *app) startPager() {
	words := strings.Fields(a.pagerCommand())
	if a.noPager || len(words) == 0 || words[0] == "cat" || !a.stdoutTerminal() {
		return
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = a.stdout, a.stderr, a.env
	if a.getenv("LESS") == "" {
		cmd.Env = append(slices.Clip(a.env), "LESS="+lessOptions) // for PAGER=less, which else shows colours as bytes
	}
	input, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	a.pager = &pager{cmd: cmd, input: input, stop: ignoreInterrupts()}
	a.data = bufio.NewWriterSize(ahead{input, a}, 64<<10)
}

// pagerCommand is $PAGER, which when set and empty means none.
func (a *app) pagerCommand() string {
	for i := len(a.env) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(a.env[i], "PAGER="); ok {
			return value
		}
	}
	if a.getenv("TERM") == "dumb" {
		return "" // less would ask whether it may
	}
	return defaultPager
}

// ignoreInterrupts leaves Ctrl-C to the pager, which goes on showing what it
// has; leaving it closes our pipe.
func ignoreInterrupts() (stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	return func() { signal.Stop(c) }
}

// close ends the data and waits until the person has seen enough.
func (p *pager) close() {
	_ = p.input.Close()
	_ = p.cmd.Wait() // how a pager ends says nothing about the command
	p.stop()
}
