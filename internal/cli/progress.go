package cli

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"example.org/runshelf/runner"
)

// progressPause is the time between two drawings of the bar. A run that ends
// sooner shows none.
const progressPause = 100 * time.Millisecond

// progress draws a bar on a terminal while a simulation runs. A nil progress
// draws nothing.
type progress struct {
	mu      sync.Mutex // guards what is on the terminal, and all below
	w       io.Writer
	frame   bytes.Buffer // what the bar draws
	colored bool
	bar     *progressbar.ProgressBar // nil until the first drawing
	drawn   time.Duration            // of the run's time
}

func newProgress(w io.Writer, colored bool) *progress {
	line := &oneLine{w: w, columns: func() int { return terminalColumns(w) }}
	return &progress{w: line, colored: colored}
}

// show is called after every tick, so it must cost nothing most of the time.
func (p *progress) show(now runner.Progress) {
	if now.Elapsed-p.drawn < progressPause {
		return
	}
	p.drawn = now.Elapsed
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		p.bar = p.newBar(now.Ticks)
	}
	p.bar.Describe(fmt.Sprintf("tick %d of %d, %s events", now.Tick, now.Ticks, grouped(now.Events)))
	described := p.frame.Len()
	_ = p.bar.Set64(now.Tick) // a bar that cannot be drawn is not worth failing for
	if p.frame.Len() > described {
		p.frame.Next(described) // the whole bar was drawn twice
	}
	p.flush()
}

// flush draws in one go, so that nothing flickers.
func (p *progress) flush() {
	_, _ = p.w.Write(p.frame.Bytes())
	p.frame.Reset()
}

func (p *progress) newBar(ticks int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(ticks,
		progressbar.OptionSetWriter(&p.frame),
		progressbar.OptionEnableColorCodes(p.colored),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
	)
}

// wipe removes the bar.
func (p *progress) wipe() { p.aside(func() {}) }

// aside removes the bar and has something said in its place. The next drawing
// brings it back.
func (p *progress) aside(say func()) {
	if p == nil {
		say()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
		p.flush()
	}
	say()
}
