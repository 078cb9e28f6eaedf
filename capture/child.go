package capture

import (
	"io"
	"os"
	"os/exec"
)

// child is the program while it runs.
type child struct {
	cmd     *exec.Cmd
	group   *group
	streams []*stream
	tty     *terminal  // nil without one
	ours    []*os.File // ends of pipes that are the program's, to close once it runs
	begin   func()     // what is to be done once it runs
	done    chan struct{}
	err     error // of Wait; read once done is closed
}

// newChild prepares the program.
func newChild(o Options, path string) *child {
	cmd := exec.Command(path)
	cmd.Args = o.Command
	// A relative path into the current directory is what the caller asked for.
	cmd.Err = nil
	cmd.Path = path
	return &child{cmd: cmd, begin: func() {}, done: make(chan struct{})}
}

// pipe makes the pipe of one output. The program writes to what is returned.
func (c *child) pipe(s *stream) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	widen(r)
	s.source = r
	c.ours = append(c.ours, w)
	return w, nil
}

// discard lets go of the pipes of a program that will not start.
func (c *child) discard(streams ...*stream) {
	for _, f := range c.ours {
		f.Close()
	}
	for _, s := range streams {
		if s != nil && s.source != nil {
			s.source.Close()
		}
	}
}

// connect gives the program its standard streams.
func (c *child) connect(o Options, stdout, stderr *stream) error {
	isolate(c.cmd)
	out, err := c.pipe(stdout)
	if err != nil {
		return err
	}
	errs, err := c.pipe(stderr)
	if err != nil {
		return err
	}
	in, err := c.input(o.Stdin)
	if err != nil {
		return err
	}
	if in != nil {
		c.cmd.Stdin = in
	}
	c.cmd.Stdout, c.cmd.Stderr = out, errs
	c.streams = []*stream{stdout, stderr}
	return nil
}

// input returns what the program reads. A file or a pipe is handed over as it
// is, so that nothing is read that the program does not read. Anything else, and
// the terminal that we are in the foreground of, is copied: the program's own
// group stands in the background there and may not read it.
func (c *child) input(stdin io.Reader) (*os.File, error) {
	switch in := stdin.(type) {
	case nil:
		return nil, nil
	case *os.File:
		if !inForeground(in) {
			return in, nil
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c.ours = append(c.ours, r)
	c.begin = func() {
		ignoreBackgroundReads()
		go func() {
			defer w.Close()
			copyInput(w, stdin)
		}()
	}
	return r, nil
}

// start starts the program and the goroutines that carry its output.
func (c *child) start() error {
	if err := c.cmd.Start(); err != nil {
		c.discard(c.streams...)
		return err
	}
	for _, f := range c.ours {
		f.Close()
	}
	c.begin()
	c.group = newGroup(c.cmd.Process, c.tty)
	for _, s := range c.streams {
		go s.run()
	}
	go func() {
		defer close(c.done)
		c.err = c.cmd.Wait()
	}()
	return nil
}

// exit returns how the program ended: its exit code, or 128 and the number of
// the signal that ended it, and then the name of that.
func (c *child) exit() (code int, signal string) {
	state := c.cmd.ProcessState
	if state == nil {
		return exitUnknown, ""
	}
	if name, number := signalOf(state); number > 0 {
		return exitSignals + number, name
	}
	return state.ExitCode(), ""
}

const (
	exitSignals = 128 // plus the number of the signal
	exitUnknown = 1   // the program cannot be asked any more
)

// copyInput copies until the input ends or the program takes no more.
func copyInput(w *os.File, r io.Reader) {
	buf := make([]byte, 4<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil && !inBackground(r, err) {
			return
		}
	}
}
