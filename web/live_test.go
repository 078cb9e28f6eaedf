package web

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// followOn opens a stream, waits until it has begun and returns what reads its next message, without the marks of
// the protocol between them.
func (s *served) followOn(query string) func() string {
	s.t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "GET /api/live%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", query, s.port)
	lines := bufio.NewScanner(conn)
	for lines.Scan() && lines.Text() != "retry: 1000" {
	}
	return func() string {
		s.t.Helper()
		var message []string
		for lines.Scan() {
			switch key, value, _ := strings.Cut(lines.Text(), ": "); key {
			case "event", "id", "data":
				message = append(message, value)
			case "":
				if len(message) > 0 {
					return strings.Join(message, " ")
				}
			}
		}
		s.t.Fatalf("%s: %v", query, lines.Err())
		return ""
	}
}

// One stream tells of several runs and of the list, each once until it changes, and of
// what is not there. A stream of one thing goes on from its cursor.
func TestOneStreamFollowsSeveral(t *testing.T) {
	s := serve(t)
	next := s.followOn("?run=run_1&run=&run=none&run=run_1&run=..%2Fx&cursor=gone")
	got := map[string]bool{}
	for range 4 {
		got[next()] = true
	}
	for _, want := range []string{
		`gone {"run_id":"none","gone":true}`, `gone {"run_id":"../x","gone":true}`,
	} {
		if !got[want] {
			t.Errorf("no message is %s; there are %v", want, got)
		}
		delete(got, want)
	}
	for message := range got {
		if !strings.HasPrefix(message, `run {"run_id":"run_1","status":"completed","bytes":`) && !strings.HasPrefix(message, `runs {"generation":`) {
			t.Errorf("unexpected: %s", message)
		}
	}
	one := s.followOn("?run=run_1")
	first := strings.Fields(one())
	goesOn := s.followOn("?run=run_1&cursor=" + first[1])
	if err := os.Rename(filepath.Join(s.logs, "run_1"), filepath.Join(filepath.Dir(s.logs), "taken")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if message := next(); message != `gone {"run_id":"run_1","gone":true}` && !strings.HasPrefix(message, `runs {"generation":`) {
			t.Errorf("after its end: %s", message)
		}
	}
	for name, next := range map[string]func() string{"one thing": one, "from a cursor": goesOn} {
		if message := next(); message != `gone gone {"run_id":"run_1","gone":true}` {
			t.Errorf("%s: %s", name, message)
		}
	}
}

func TestStreamFollowsSoMany(t *testing.T) {
	s := serve(t)
	query := "/api/live?"
	for i := range maxFollowed + 1 {
		query += fmt.Sprintf("run=r%d&", i)
	}
	if a := s.ask("GET", query, ""); a.status != 400 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if message := s.followOn("?run=none&gone=1")(); message != `gone gone {"run_id":"none","gone":true}` {
		t.Error(message)
	}
	if a := s.ask("GET", "/api/live?run=none", ""); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
