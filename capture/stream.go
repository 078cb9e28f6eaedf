package capture

import (
	"errors"
	"io"
	"os"
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

// run carries until the output ends. The lines are recorded in a goroutine of
// their own, a few chunks behind, so that two processors share the work.
func (s *stream) run() {
	defer close(s.done)
	defer s.source.Close()
	r := s.record()
	defer r.end()
	read := s.source.Read
	for late := 0; late < pipeBytes && !gone(s.outErr); {
		buf := <-r.free
		n, err := read(buf)
		s.keep(buf[:n])
		r.chunks <- buf[:n]
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

// recording hands the chunks of a stream to the goroutine that records them, and
// takes the memory back.
type recording struct {
	chunks chan []byte
	free   chan []byte
	done   chan struct{}
}

// chunksAhead is how many chunks the stream may be ahead of its events.
const chunksAhead = 6

// record starts to record.
func (s *stream) record() *recording {
	r := &recording{make(chan []byte, chunksAhead), make(chan []byte, chunksAhead), make(chan struct{})}
	for range chunksAhead {
		r.free <- make([]byte, chunkBytes)
	}
	go func() {
		defer close(r.done)
		for chunk := range r.chunks {
			switch {
			case s.lines == nil:
			case len(r.chunks) > 0:
				s.lines.take(chunk)
			default:
				s.lines.write(chunk)
			}
			r.free <- chunk[:chunkBytes]
		}
		if s.lines != nil {
			s.lines.end()
		}
	}()
	return r
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
