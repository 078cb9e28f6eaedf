package cli

import (
	"io"
	"slices"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"example.org/runshelf/shelf"
)

// readers are the commands that may read so much that a person wants to see how far
// they have come. What follows a run, and what shows a bar of its own, is not among
// them.
var readers = []string{
	"check", "diff", "doctor", "events", "query", "repair", "replay", "report", "series", "show", "stats", "verify", "why",
}

const (
	// readingPatience is how long a command reads before it says so, and
	readingPatience = time.Second
	// readingLeast how much: what is slow with less is not slow by reading.
	readingLeast = 16 << 20
)

// readingTalk shows on standard error how much of the event logs has been read,
// while a command has nothing else to show. A nil one shows nothing.
type readingTalk struct {
	app  *app
	quit chan struct{}
	done sync.WaitGroup

	mu     sync.Mutex // guards the terminal, and all below
	bar    *progressbar.ProgressBar
	total  int64 // that the bar is for; 0 where nobody knows
	drawn  bool  // the bar stands on the terminal
	silent bool  // nothing is drawn any more
}

// watchReading begins to show what a command reads, on a terminal.
func (a *app) watchReading(command string) {
	if !slices.Contains(readers, command) || !a.stderrTerminal() || a.getenv("TERM") == "dumb" || a.reading != nil {
		return
	}
	// The bar begins now, so that it knows how quickly the bytes come.
	t := &readingTalk{app: a, quit: make(chan struct{}), bar: readingBar(a, 1), total: 1}
	a.reading = t
	t.done.Go(t.run)
}

// readingBar is a bar on standard error for so many bytes, or a spinner for 0.
func readingBar(a *app, total int64) *progressbar.ProgressBar {
	if total == 0 {
		total = -1
	}
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(&oneLine{w: a.stderr, columns: func() int { return terminalColumns(a.stderr) }}),
		progressbar.OptionEnableColorCodes(a.stderrColor()),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowBytes(true),
		progressbar.OptionShowCount(),
		progressbar.OptionSetSpinnerChangeInterval(0), // it would draw by itself
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionClearOnFinish(),
	)
	bar.StartWithoutRender()
	return bar
}

// run draws until it is told to end.
func (t *readingTalk) run() {
	pause := time.NewTimer(readingPatience)
	defer pause.Stop()
	for {
		select {
		case <-t.quit:
			return
		case <-pause.C:
			t.draw(shelf.Reading())
			pause.Reset(progressPause)
		}
	}
}

// draw shows so many bytes of so many. Some commands read a log more than once; then
// nobody knows how much is to come.
func (t *readingTalk) draw(read, opened int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.silent || read < readingLeast {
		return
	}
	if read > opened {
		opened = 0
	}
	switch {
	case opened == t.total:
	case opened == 0 || t.total == 0:
		t.wipe()
		t.bar, t.total = readingBar(t.app, opened), opened
	default:
		t.bar.ChangeMax64(opened)
		t.total = opened
	}
	_ = t.bar.Set64(read) // a bar that cannot be drawn is not worth failing for
	t.drawn = true
}

// wipe removes the bar. t.mu is held.
func (t *readingTalk) wipe() {
	if t.drawn {
		_ = t.bar.Clear()
		t.drawn = false
	}
}

// giveWay removes the bar, so that something can be written in its place.
func (t *readingTalk) giveWay() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wipe()
}

// end removes the bar for good.
func (t *readingTalk) end() {
	if t == nil {
		return
	}
	t.mu.Lock()
	t.wipe()
	ended := t.silent
	t.silent = true
	t.mu.Unlock()
	if !ended {
		close(t.quit)
		t.done.Wait()
	}
}

// ahead is where data goes to. On a terminal it ends the bar before the first of it
// is there; elsewhere the bar goes on.
type ahead struct {
	w   io.Writer
	app *app

	writes int64
}

// Write ends the bar and passes the data on.
func (w *ahead) Write(b []byte) (int, error) {
	w.writes++
	w.app.writing.Store(w.writes)
	defer w.app.writing.Store(0)
	if w.app.stdoutTerminal() {
		w.app.reading.end()
	}
	return w.w.Write(b)
}
