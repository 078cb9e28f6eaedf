package capture

import (
	"fmt"
	"os"
	"time"

	"example.org/runshelf/shelf"
)

// lookEvery is how often processes that have no one to wait for are looked at.
const lookEvery = 20 * time.Millisecond

// request is what a program was asked while it ran.
type request struct {
	signal  os.Signal // the first that asked it to end; nil when none did
	timeout bool      // its time was up
	killed  bool      // the grace was over, or it was asked twice
	kill    <-chan time.Time
	release func() // see adoptOrphans
}

// made reports whether the program was asked to end.
func (q *request) made() bool { return q.signal != nil || q.timeout }

// supervise waits for the program to end, asks it to when that is asked of us,
// and sees to it that then nothing is left of it.
func (r *running) supervise() {
	defer r.asked.release()
	stop := r.child.group.reap()
	defer stop()
	keys := make(chan os.Signal, 1)
	r.child.tty.begin(r.Stdin, func() { offer(keys, os.Interrupt) })
	defer r.child.tty.end()
	var timeout <-chan time.Time
	if r.Timeout > 0 {
		timeout = time.After(r.Timeout)
	}
	for ended := false; !ended; {
		select {
		case <-r.child.done:
			ended = true
		case s := <-r.incoming:
			r.take(s)
		case s := <-keys:
			r.take(s)
		case <-timeout:
			r.timeUp()
		case <-r.asked.kill:
			r.killAll()
		}
	}
	r.awaitRest()
	r.awaitStreams(keys)
}

// offer hands a signal over unless one waits already.
func offer(c chan<- os.Signal, s os.Signal) {
	select {
	case c <- s:
	default:
	}
}

// take passes a signal on. The first that asks the program to end starts its
// grace; the second ends everything.
func (r *running) take(s os.Signal) {
	switch {
	case !endsRun(s):
		r.child.group.signal(s)
	case r.asked.made():
		r.noteSignal(s)
		r.killAll()
	default:
		r.noteSignal(s)
		r.child.group.signal(s)
		r.asked.kill = time.After(max(r.Grace, 0))
	}
}

func (r *running) noteSignal(s os.Signal) {
	if r.asked.signal == nil {
		r.asked.signal = s
	}
}

func (r *running) timeUp() {
	if r.asked.made() {
		return
	}
	r.asked.timeout = true
	r.Warn(fmt.Sprintf("timeout after %v: the program is asked to end", r.Timeout))
	r.child.group.terminate()
	r.asked.kill = time.After(max(r.Grace, 0))
}

func (r *running) killAll() {
	r.asked.killed = true
	r.asked.kill = nil
	r.child.group.kill()
}

// awaitRest gives what the program has left behind the rest of the grace, when
// the run was asked to end. A program that ended by itself may leave a service
// running on purpose.
func (r *running) awaitRest() {
	for r.asked.made() && !r.asked.killed && r.child.group.alive() {
		select {
		case s := <-r.incoming:
			r.take(s)
		case <-r.asked.kill:
			r.killAll()
		case <-time.After(lookEvery):
		}
	}
}

// awaitStreams waits for the rest of the output. Whoever asks us to end now gets
// what there is.
func (r *running) awaitStreams(keys <-chan os.Signal) {
	for _, s := range r.child.streams {
		s.ended()
	}
	for _, s := range r.child.streams {
		select {
		case <-s.done:
			continue
		case <-r.incoming:
		case <-keys:
		}
		for _, s := range r.child.streams {
			s.abandon()
		}
		select {
		case <-s.done:
		case <-time.After(linger):
		}
	}
}

// verdict is the status of the run, and why.
func (r *running) verdict(code int, signal string) (shelf.Status, string) {
	switch {
	case r.asked.timeout:
		return shelf.StatusFailed, fmt.Sprintf("timeout after %v", r.Timeout)
	case r.asked.signal != nil:
		return shelf.StatusInterrupted, "SIG" + signalName(r.asked.signal)
	case signal != "":
		return shelf.StatusFailed, "killed by SIG" + signal
	case code != 0:
		return shelf.StatusFailed, fmt.Sprintf("exit code %d", code)
	}
	return shelf.StatusCompleted, ""
}
