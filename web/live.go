package web

import (
	"fmt"
	"net/http"
	"time"
)

// Times of a stream.
const (
	aliveEvery  = 15 * time.Second // a sign of life when nothing happens
	sendTimeout = 10 * time.Second // for one message, after which a follower is gone
)

// live answers GET /api/live?run=&cursor=: a stream of server-sent events. Of a
// run each message says how long the log is and how the run stands; without a run
// it says that the list has changed. A message tells the whole state, so that one
// that was missed is no loss, and its id is the cursor to go on from: nothing is
// sent until the state is another. Whoever follows asks for what it shows.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("run")
	if id != "" {
		if _, err := s.run(id); err != nil {
			refuse(w, statusOf(err), err)
			return
		}
	}
	cursor := r.Header.Get("Last-Event-ID")
	if cursor == "" {
		cursor = r.URL.Query().Get("cursor")
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	watch, leave := s.hub.follow(id)
	defer leave()
	stream := &stream{w: w, control: http.NewResponseController(w), cursor: cursor}
	if stream.begin() == nil {
		stream.run(r, watch)
	}
}

// stream sends what is new to one follower.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	cursor  string // of the state that the follower knows
}

// begin lifts the limits that are meant for short answers, and sends the head.
func (s *stream) begin() error {
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return s.send("retry: 1000\n\n")
}

// send sends a text within its time.
func (s *stream) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}

// run sends each state that the follower does not know, until it goes.
func (s *stream) run(r *http.Request, w *watch) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for {
		now, changed := w.picture()
		if now.cursor != "" && now.cursor != s.cursor {
			if s.send(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", now.name, now.cursor, now.data)) != nil {
				return
			}
			s.cursor = now.cursor
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-alive.C:
			if s.send(": alive\n\n") != nil {
				return
			}
		}
	}
}
