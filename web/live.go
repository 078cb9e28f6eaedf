package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.org/runshelf/shelf"
)

// Times of a stream.
const (
	aliveEvery  = 15 * time.Second // a sign of life when nothing happens
	sendTimeout = 10 * time.Second // for one message, after which a follower is gone
)

// maxFollowed bounds what one stream follows.
const maxFollowed = 100

// live answers GET /api/live?run=&cursor=: a stream of server-sent events. Of a
// run each message says how long the log is and how the run stands; without a run
// it says that the list has changed. A message tells the whole state, so that one
// that was missed is no loss. Whoever follows asks for what it shows.
//
// One stream may follow several runs, and with an empty name the list beside them: a
// browser opens six connections to a server, however many of its windows show it. Of
// one thing the id of a message is the cursor to go on from, and nothing is sent until
// the state is another; of several there is no cursor. A run that is not there is told of
// as gone among several, and alone when gone=1 asks for that; else the answer is 404.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	ids := followed(r)
	if len(ids) > maxFollowed {
		refuse(w, http.StatusBadRequest, badf("at most %d runs are followed by one stream", maxFollowed))
		return
	}
	if id := ids[0]; len(ids) == 1 && id != "" && r.URL.Query().Get("gone") == "" {
		if _, err := s.run(id); err != nil {
			refuse(w, statusOf(err), err)
			return
		}
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	stream := &stream{w: w, control: http.NewResponseController(w), woken: newWaker()}
	defer stream.leave()
	for _, id := range ids {
		stream.follow(s.hub, id)
	}
	if len(ids) == 1 {
		stream.things[0].cursor = cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("cursor"))
	}
	if stream.begin() == nil {
		stream.run(r)
	}
}

// followed are the runs that a request names, each once; "" is the list.
func followed(r *http.Request) []string {
	ids := r.URL.Query()["run"]
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return []string{""}
	}
	return ids
}

// stream sends what is new to one follower.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	woken   waker
	things  []*thing
}

// thing is one of the things that a stream follows.
type thing struct {
	watch  *watch
	leave  func()
	cursor string // of the state that the follower knows
}

// follow adds a thing. A name that no run can have is one that is not there.
func (s *stream) follow(h *hub, id string) {
	if id != "" && shelf.ValidateID(id) != nil {
		s.things = append(s.things, &thing{watch: &watch{now: gone(id)}, leave: func() {}})
		return
	}
	watch, leave := h.follow(id, s.woken)
	s.things = append(s.things, &thing{watch: watch, leave: leave})
}

// leave ends it all.
func (s *stream) leave() {
	for _, t := range s.things {
		t.leave()
	}
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
func (s *stream) run(r *http.Request) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for {
		for _, t := range s.things {
			if s.tell(t) != nil {
				return
			}
		}
		select {
		case <-s.woken:
		case <-r.Context().Done():
			return
		case <-alive.C:
			if s.send(": alive\n\n") != nil {
				return
			}
		}
	}
}

// tell sends the state of a thing, when the follower does not know it.
func (s *stream) tell(t *thing) error {
	now := t.watch.picture()
	if now.cursor == "" || now.cursor == t.cursor {
		return nil
	}
	t.cursor = now.cursor
	id := ""
	if len(s.things) == 1 {
		id = "id: " + now.cursor + "\n"
	}
	return s.send(fmt.Sprintf("event: %s\n%sdata: %s\n\n", now.name, id, now.data))
}
