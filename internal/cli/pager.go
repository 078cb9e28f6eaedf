package cli

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// lessOptions have less leave at once when all fits on the screen, keep colours, and
// not clear the screen.
const lessOptions = "FRX"

// defaultPager is what shows long output when PAGER is not set.
const defaultPager = "less -" + lessOptions

// pager is a program between our data and the person.
type pager struct {
	input io.WriteCloser
	stop  func()
	gone  chan struct{} // closed when it has ended
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
	output, input, err := os.Pipe()
	if err != nil {
		return
	}
	cmd.Stdin = output
	err = cmd.Start()
	_ = output.Close() // the pager has its own
	if err != nil {
		_ = input.Close()
		return
	}
	a.paged.Store(true)
	a.pager = &pager{input: input, stop: ignoreInterrupts(), gone: make(chan struct{})}
	go a.pager.wait(cmd, a.giveUp)
	a.data = bufio.NewWriterSize(&ahead{w: input, app: a}, 64<<10)
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
	<-p.gone
	p.stop()
}

// wait waits for the end of the pager. Nobody looks at the answer then, and there is no
// use in reading on for it.
func (p *pager) wait(cmd *exec.Cmd, giveUp context.CancelCauseFunc) {
	_ = cmd.Wait() // how a pager ends says nothing about the command
	if giveUp != nil {
		giveUp(syscall.EPIPE)
	}
	close(p.gone)
}
