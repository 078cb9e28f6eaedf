package cli

import (
	"io"
	"io/fs"
	"os"

	"example.org/runshelf/query"
)

// What prints an event that is followed stands together here, for the reason that
// query/wake.go gives.

// follower returns print. A method by name is called by way of another function, which lies
// elsewhere in the program, and so would what is returned here in the place of a call.
//
//go:noinline
func (p *eventPrinter) follower() func(*query.Line) error {
	return func(l *query.Line) error { return p.print(l) }
}

// through returns what prints lines as they are stored, nil unless that is how the events
// are printed.
//
//go:noinline
func (p *eventPrinter) through(out *prompt) func([]byte) error {
	if !p.stored {
		return nil
	}
	return func(lines []byte) error { return out.through(lines) }
}

// print prints one event.
func (p *eventPrinter) print(l *query.Line) error {
	p.printed++
	p.buf = p.buf[:0]
	return p.form(p, l)
}

// flushLine prints what is in buf as a line.
func (p *eventPrinter) flushLine() error {
	_, err := p.out.Write(append(p.buf, '\n'))
	return err
}

// raw prints the stored bytes.
func (p *eventPrinter) raw(l *query.Line) error {
	if _, err := p.out.Write(l.Bytes); err != nil {
		return err
	}
	return p.out.WriteByte('\n')
}

// json prints the stored line, escaped for a terminal.
func (p *eventPrinter) json(l *query.Line) error {
	if !p.terminal {
		return p.raw(l)
	}
	p.buf = appendJSON(p.buf, l.Bytes, true)
	return p.flushLine()
}

// prompt is where who follows a run prints to. What is printed is shown by Flush.
type prompt struct {
	w    io.Writer
	fd   uintptr
	pipe bool // w is a pipe
	err  error
	n    int // how much of buf is printed
	buf  [64 << 10]byte
}

// prompt returns the output of who follows a run.
func (a *app) prompt() *prompt {
	a.reading.end() // what is printed is all there is to see
	p := &prompt{w: a.stdout}
	if file, ok := a.stdout.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			p.fd, p.pipe = file.Fd(), true
		}
	}
	return p
}

// Write prints b. As all that prints it returns the first error there was.
func (p *prompt) Write(b []byte) (int, error) {
	if len(b) > len(p.buf)-p.n {
		if err := p.Flush(); err != nil {
			return 0, err
		}
		if len(b) > len(p.buf) {
			var n int
			n, p.err = p.w.Write(b)
			return n, p.err
		}
	}
	p.n += copy(p.buf[p.n:], b)
	return len(b), p.err
}

// WriteByte prints one byte.
func (p *prompt) WriteByte(c byte) error {
	if p.n == len(p.buf) {
		if err := p.Flush(); err != nil {
			return err
		}
	}
	p.buf[p.n] = c
	p.n++
	return p.err
}

// through shows lines at once where it can, and else prints them.
func (p *prompt) through(lines []byte) error {
	if p.pipe && p.n == 0 && p.err == nil {
		lines = lines[writeAlone(p.fd, lines):]
		if len(lines) == 0 {
			return nil
		}
	}
	_, err := p.Write(lines)
	return err
}

// Flush shows what was printed.
func (p *prompt) Flush() error {
	if p.n == 0 || p.err != nil {
		return p.err
	}
	b := p.buf[:p.n]
	if p.pipe {
		b = b[writeAlone(p.fd, b):]
	}
	if len(b) > 0 {
		_, p.err = p.w.Write(b) // it also tells what is wrong
	}
	p.n = 0
	return p.err
}
