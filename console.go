package runshelf

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// places are where a line for people is shown.
type places uint8

const (
	inLog places = 1 << iota
	onConsole
)

// consoleBytes bounds the lines that wait for a console.
const consoleBytes = 64 << 10

// consoleEnd is how long the last lines may take.
const consoleEnd = time.Second

// console shows lines to whoever watches the run. Whoever watches may be slow, or
// have stopped the terminal altogether, and that must not hold up who logs: lines
// wait for a goroutine, and those for which there is no room are left out, which is
// said. They stand in the log all the same.
type console struct {
	w    io.Writer
	wake chan struct{}
	done chan struct{}

	mu      sync.Mutex
	wait    []byte // whole lines
	skipped int
	closed  bool
}

// newConsole returns nil when there is nobody to show to.
func newConsole(w io.Writer) *console {
	if w == nil {
		return nil
	}
	c := &console{w: w, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go c.run()
	return c
}

// show adds one line.
func (c *console) show(line []byte) {
	c.mu.Lock()
	if c.skipped > 0 || len(c.wait)+len(line) > consoleBytes {
		c.skipped++
	} else {
		c.wait = append(c.wait, line...)
	}
	c.mu.Unlock()
	c.rouse()
}

func (c *console) rouse() {
	select {
	case c.wake <- struct{}{}:
	default: // it is awake already
	}
}

func (c *console) run() {
	defer close(c.done)
	var lines []byte
	for range c.wake {
		var over bool
		for lines, over = c.take(lines[:0]); len(lines) > 0; lines, over = c.take(lines[:0]) {
			if !c.write(lines) {
				c.shut()
				return
			}
		}
		if over {
			return
		}
	}
}

// write shows lines. A writer that fails or panics is not asked again.
func (c *console) write(lines []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	_, err := c.w.Write(lines)
	return err == nil
}

// take hands over the lines that wait, in memory that the caller lends, and
// reports whether there will be no more.
func (c *console) take(lent []byte) (lines []byte, over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines, c.wait = c.wait, lent
	if c.skipped > 0 {
		lines = fmt.Appendf(lines, "… %d more lines were not shown\n", c.skipped)
		c.skipped = 0
	}
	return lines, c.closed
}

// shut lets go of what nobody will see.
func (c *console) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wait, c.skipped = make([]byte, 0), 0
}

// close shows what waits, for as long as that may take.
func (c *console) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.rouse()
	select {
	case <-c.done:
	case <-time.After(consoleEnd):
	}
}
