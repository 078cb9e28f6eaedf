package capture

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// chunkBytes is how much is read from the program at once.
const chunkBytes = 256 << 10

// linger is how long the output is waited for after the program has ended, when
// something else still holds it open.
const linger = time.Second

// pipeBytes is the most that a pipe holds, on the systems that we know: the
// program wrote no more than this before it ended that was not read by then.
const pipeBytes = 1 << 20

// stream carries one output of the program: to the .log file, to where it would
// go without us, and into events. It runs in a goroutine of its own; its fields
// may be read by others once done is closed.
type stream struct {
	name   string
	source *os.File  // the reading end of the pipe, or the terminal
	log    *logFile  // where the bytes are kept
	out    io.Writer // our own stream; nil when there is none
	rec    *recorder // nil when the lines are no events
	lines  *splitter // of rec
	done   chan struct{}

	outLost int64 // bytes that our own stream did not take
	outErr  error // why
	held    bool  // somebody else held the output open
}

// run carries until the output ends.
func (s *stream) run() {
	defer close(s.done)
	defer s.source.Close()
	r := record(s.lines)
	defer r.end()
	read := s.source.Read
	buf := make([]byte, chunkBytes)
	for late := 0; late < pipeBytes && !gone(s.outErr); {
		n, err := read(buf)
		s.keep(buf[:n])
		buf = r.take(buf[:n])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && !s.held:
			// The time is up, but what the program wrote before it ended may still be
			// in the pipe: however slow we were, that much is read. Only who finds the
			// pipe empty and not at its end knows that somebody else holds it.
			read, s.held = s.readNow, true
		case err != nil:
			s.held = s.held && errors.Is(err, errEmpty)
			return
		case s.held:
			late += n
		}
	}
}

// errEmpty says that nothing is there to be read now, and that more may come.
var errEmpty = errors.New("nothing to read yet")

// readNow reads what is there, whatever time it is.
func (s *stream) readNow(p []byte) (int, error) { return readNow(s.source, p) }

// recording makes events of the chunks of a stream: at once, or in a goroutine of its own,
// which may be a few chunks behind.
type recording struct {
	lines   *splitter // nil when the lines are no events
	chunks  chan []byte
	free    chan []byte  // their memory
	waiting atomic.Int32 // chunks that the goroutine has not recorded
	done    chan struct{}
}

// chunksAhead is how many chunks the stream may be ahead of its events.
const chunksAhead = 6

// record starts to record.
func record(lines *splitter) *recording {
	r := &recording{
		lines:  lines,
		chunks: make(chan []byte, chunksAhead),
		free:   make(chan []byte, chunksAhead),
		done:   make(chan struct{}),
	}
	for range chunksAhead {
		r.free <- nil
	}
	go r.run()
	return r
}

// take records a chunk, and returns memory for the next one.
//
// Lines that become events many at a time take little longer than to keep their bytes:
// they are recorded here, while the bytes are near, and the other processor has the
// digest to take. Lines that are looked at one by one may take longer than the digest: so
// that the program need not wait for them they go to the goroutine, and what follows them
// does too as long as something waits there.
func (r *recording) take(chunk []byte) (buf []byte) {
	switch {
	case r.lines == nil:
		return chunk[:chunkBytes]
	case r.waiting.Load() == 0 && r.lines.quick():
		r.lines.write(chunk)
		return chunk[:chunkBytes]
	}
	r.waiting.Add(1)
	r.chunks <- chunk
	if buf = <-r.free; buf == nil {
		buf = make([]byte, chunkBytes)
	}
	return buf
}

// run records what take hands over.
func (r *recording) run() {
	defer close(r.done)
	for chunk := range r.chunks {
		if len(r.chunks) > 0 {
			r.lines.take(chunk)
		} else {
			r.lines.write(chunk)
		}
		r.waiting.Add(-1)
		r.free <- chunk[:chunkBytes]
	}
	if r.lines != nil {
		r.lines.end()
	}
}

// end waits until all is recorded.
func (r *recording) end() {
	close(r.chunks)
	<-r.done
}

// keep keeps one chunk and passes it on. It is kept first: what the reader of
// our own stream has seen stands in the log.
func (s *stream) keep(p []byte) {
	if len(p) > 0 {
		s.log.write(p)
		s.pass(p)
	}
}

// pass writes to our own stream. When nobody reads that any more the program is
// told as it would be without us: its own next write fails. Any other failure is
// ours alone.
func (s *stream) pass(p []byte) {
	if s.out == nil || gone(s.outErr) {
		return
	}
	n, err := s.out.Write(p)
	s.outLost += int64(len(p) - n)
	if err != nil && (s.outErr == nil || gone(err)) {
		s.outErr = err
	}
}

// over reports whether the stream has ended, after which it is at rest.
func (s *stream) over() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// ended says that the program has ended, and that its output should too.
func (s *stream) ended() { _ = s.source.SetReadDeadline(time.Now().Add(linger)) }

// abandon ends the stream now.
func (s *stream) abandon() { _ = s.source.SetReadDeadline(time.Now()) }

// gone reports that the reader of our own stream has left.
func gone(err error) bool { return errors.Is(err, syscall.EPIPE) }
