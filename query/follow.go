package query

import (
	"context"
	"io"
	"time"

	"example.org/runshelf/shelf"
)

// statusEvery is how often the run is asked whether it still lives.
const statusEvery = 200 * time.Millisecond

// lookEvery is how long the log may be taken to be as it was without a look at all of it.
const lookEvery = time.Second

// FollowOptions says how to follow. The zero value follows from the first event
// to the end of the run.
type FollowOptions struct {
	// Last begins with the last so many wanted events instead of the first one,
	// when FromLast is set.
	Last     int
	FromLast bool
	// Poll is how often to look for new events. 0 leaves it to the system to
	// tell when there are some, and looks often enough besides.
	Poll time.Duration
	// CaughtUp, when set, is called each time all that is there has been handed
	// out. Its error ends the following.
	CaughtUp func() error
	// Through, when set, takes the lines of events that are wanted as they are stored, in
	// the place of fn, where they come while the run is followed and are as most are: each
	// an event with nothing around it. Who shows them so has them sooner. The lines are
	// whole, one or several, and only lent.
	Through func(lines []byte) error
	// Alone says that the process does nothing else while it follows. On Linux it then
	// waits and reads by calls to the system that the scheduler of Go does not know of:
	// events are shown sooner, for less work, but another goroutine may have to wait for up
	// to a second until it runs.
	Alone bool
}

// Follow calls fn for each event that f wants, those there are and those still
// to come, until the run ends, ctx ends, or fn returns an error. A half-written
// line is waited for. The end of the run is no error, nor is [ErrStop]; the end
// of ctx returns its cause.
func Follow(ctx context.Context, run *shelf.Run, f Filter, fn func(*Line) error, o FollowOptions) (Report, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return Report{}, err
	}
	defer events.Close()
	s, err := newSieve(f, fn)
	if err != nil {
		return Report{}, err
	}
	t := &trail{sieve: s, events: events, o: o, alive: func() bool { return lives(run.Dir) }}
	if fd, local := events.Local(); o.Alone && local {
		t.alone, t.fd = true, fd
	}
	t.waker = newWaker(ctx, run.Dir, o)
	defer t.waker.close()
	if err = t.begin(); err == nil {
		err = t.follow(ctx)
	}
	return t.report, endOfQuestion(err)
}

// lives reports whether a run may still write. A run that cannot be opened any
// more has ended.
func lives(dir string) bool {
	run, err := shelf.OpenRun(dir)
	return err == nil && run.Status == shelf.StatusRunning
}

// growing is what a trail needs of a log: its bytes and, after Refresh, its size; whether
// nothing has come since then; and what its file has by now.
type growing interface {
	io.ReaderAt
	Size() int64
	Refresh() error
	Quiet() bool
	Peek(p []byte, off int64) (int, error)
}

// trail is the state of one following.
type trail struct {
	*sieve
	events growing
	o      FollowOptions
	alive  func() bool
	waker  *waker
	asked  time.Time // when the run was last asked
	looked time.Time // when all of the log was last looked at, and handed out
	offset int64     // the end of the last whole line handed out
	number int64
	alone  bool    // the file is read by readAlone
	fd     uintptr // of the file, then
	peeked [peekSize + pad]byte
}

// begin hands out the last events when that is where to begin.
func (t *trail) begin() error {
	if !t.o.FromLast {
		return nil
	}
	end, err := t.endOfLines()
	if err != nil {
		return err
	}
	report, err := last(t.events, end, t.matcher.filter, t.o.Last, t.fn)
	t.report, t.offset = report, end
	return err
}

// endOfLines is where the last whole line ends.
func (t *trail) endOfLines() (int64, error) {
	size := t.events.Size()
	b := newBackward(t.events, size)
	if ended, err := b.endsLine(); err != nil || ended {
		return size, err
	}
	s, err := b.prev()
	return s.offset, err
}

// follow hands out what comes until the run ends.
func (t *trail) follow(ctx context.Context) error {
	for {
		before := t.offset
		if err := t.catchUp(false); err != nil {
			return err
		}
		if t.offset != before {
			t.waker.grew()
		}
		// The status is asked before the last look: what a run wrote before it
		// ended is then surely there.
		if now := t.waker.now(); now.Sub(t.asked) >= statusEvery {
			t.asked = now
			if !t.alive() {
				return t.catchUp(true)
			}
		}
		if err := t.await(ctx); err != nil {
			return err
		}
	}
}

// catchUp hands out the whole lines that are there; at the end of the run also
// the last one without a line end.
func (t *trail) catchUp(atEnd bool) error {
	if now := t.waker.now(); atEnd || now.Sub(t.looked) >= lookEvery || !t.events.Quiet() {
		if err := t.events.Refresh(); err != nil {
			return err
		}
		if err := t.readOn(atEnd); err != nil {
			return err
		}
		t.looked = now
	}
	if t.o.CaughtUp == nil {
		return nil
	}
	return t.o.CaughtUp()
}

// readOn hands out lines up to the present size.
func (t *trail) readOn(atEnd bool) error {
	if t.events.Size() <= t.offset {
		return nil
	}
	lines := newForward(t.events, t.offset, t.events.Size())
	lines.number = t.number
	for {
		raw, err := lines.next()
		if err == io.EOF || err == nil && !raw.ended && !atEnd {
			return nil
		}
		if err != nil {
			return err
		}
		t.offset, t.number = lines.offset(), lines.number
		if err := t.take(raw); err != nil {
			return err
		}
	}
}
