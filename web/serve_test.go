package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// patience is how long a test waits for what must come. It is long, since the
// machine may be busy with anything else; a test that holds never waits for it.
const patience = 2 * time.Minute

// served is a server over a shelf of a test.
type served struct {
	*Server
	t    *testing.T
	logs string
}

// serve starts a server over a shelf with the run run_1.
func serve(t *testing.T) *served {
	t.Helper()
	logs := filepath.Join(t.TempDir(), "logs")
	putRun(t, logs, "run_1", 3)
	return serveShelf(t, logs)
}

func serveShelf(t *testing.T, logs string) *served {
	t.Helper()
	s, err := New(Options{Shelf: shelf.New(logs), Version: "test", Ignore: func() ([]string, error) { return []string{"text~address"}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	return &served{s, t, logs}
}

// putRun makes a completed run with n events.
func putRun(t testing.TB, logs, id string, n int) {
	t.Helper()
	dir := filepath.Join(logs, id)
	if err := os.MkdirAll(filepath.Join(dir, "artifacts"), 0o777); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, `{"timestamp":"2026-01-15T12:00:%02d.000000Z","sequence":%d,"event_type":"%s","tick":%d,"amount":%d}`+"\n", i%60, i, []string{"bid", "sale"}[i%2], i/10, i*i)
	}
	put(t, filepath.Join(dir, shelf.EventsFile), b.String())
	put(t, filepath.Join(dir, shelf.ManifestFile), fmt.Sprintf(
		`{"format":1,"run_id":%q,"name":"n-%s","tags":["t"],"status":"completed","started_at":"2026-01-15T12:00:00.000000Z","config":{"agents":%d},"events":{"count":%d},"metrics":{"gini":0.%d}}`,
		id, id, n, n, n))
}

func put(t testing.TB, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	head   http.Header
	body   string
}

// raw sends the bytes of a request as they are and reads the answer.
func (s *served) raw(request string) answer {
	s.t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(conn, request) // the answer may come before all is sent
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatalf("%.200q: %v", request, err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body) // cut with the connection
	return answer{resp.StatusCode, resp.Header, string(b)}
}

// ask sends a request with some headers, each as "Name: value".
func (s *served) ask(method, path, body string, headers ...string) answer {
	s.t.Helper()
	head := append([]string{fmt.Sprintf("%s %s HTTP/1.1", method, path), "Host: 127.0.0.1:" + strconv.Itoa(s.port), "Connection: close"}, headers...)
	if body != "" {
		head = append(head, "Content-Length: "+strconv.Itoa(len(body)), "Content-Type: application/json")
	}
	return s.raw(strings.Join(head, "\r\n") + "\r\n\r\n" + body)
}

// get asks for a JSON document.
func (s *served) get(path string, into any) {
	s.t.Helper()
	a := s.ask("GET", path, "")
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		s.t.Fatalf("GET %s: %v in %s", path, err, a.body)
	}
}

// tokened is the header with the token.
func (s *served) tokened() string { return TokenHeader + ": " + s.token }

// stays checks that run_1 is where it was.
func (s *served) stays() {
	s.t.Helper()
	if _, err := os.Stat(filepath.Join(s.logs, "run_1", shelf.EventsFile)); err != nil {
		s.t.Error("the run has gone:", err)
	}
}
