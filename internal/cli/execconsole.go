package cli

import (
	"fmt"
	"io"
	"sync"

	"example.org/runshelf/capture"
	"example.org/runshelf/config"
	"example.org/runshelf/event"
)

// showBesides has what logging.console_level admits shown beside the output of a
// program: what it told the side channel, and the logger's own notes. The rest of
// its events are its output, which is there already. It is for a person at a
// terminal: anywhere else standard error is the program's own, byte for byte. With
// --pty the whole screen is the program's.
func (a *app) showBesides(plan *capture.Options, c *config.Config, talks bool) *besides {
	level, wanted := event.ParseLevel(c.String("logging.console_level"))
	if !wanted || !talks || plan.PTY {
		return nil
	}
	b := &besides{w: a.stderr}
	plan.Run.Console, plan.Run.ConsoleLevel = b, level
	plan.Stderr = besidesStream{b, a.stderr}
	if a.stdoutTerminal() {
		plan.Stdout = besidesStream{b, a.stdout}
	}
	return b
}

// besidesBytes bounds the lines that wait for the program to end its own.
const besidesBytes = 16 << 10

// besides shows lines on the terminal that a program writes to, and never in the
// middle of a line of the program's: there they wait for its end.
type besides struct {
	mu      sync.Mutex
	w       io.Writer
	midLine bool // the program's newest line has no end yet
	waiting []byte
	skipped bool // there was no room for more
}

// Write takes whole lines.
func (b *besides) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !b.midLine:
		return b.w.Write(lines)
	case len(b.waiting)+len(lines) > besidesBytes:
		b.skipped = true
	default:
		b.waiting = append(b.waiting, lines...)
	}
	return len(lines), nil
}

// catchUp shows what waits. A terminal that takes nothing is not worth a word.
func (b *besides) catchUp() {
	if b.skipped {
		b.waiting = append(b.waiting, "… more lines were not shown\n"...)
	}
	if len(b.waiting) > 0 {
		_, _ = b.w.Write(b.waiting)
	}
	b.waiting, b.skipped = b.waiting[:0], false
}

// end shows what waits when the program will end its line no more.
func (b *besides) end() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.midLine && len(b.waiting) > 0 {
		_, _ = fmt.Fprintln(b.w)
	}
	b.catchUp()
}

// besidesStream is one stream of the program on its way to the terminal.
type besidesStream struct {
	*besides
	out io.Writer
}

// Write passes the program's bytes on as they are.
func (s besidesStream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.out.Write(p)
	if n > 0 {
		if s.midLine = p[n-1] != '\n'; !s.midLine {
			s.catchUp()
		}
	}
	return n, err
}
