package web

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// Nobody reads on for a browser that has left.
func TestBrowserLeaves(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	const hole = 256 << 30 // nobody reads it to its end
	for _, id := range []string{"run_1", "run_2"} {
		putRun(t, logs, id, 3)
		if err := os.Truncate(filepath.Join(logs, id, shelf.EventsFile), hole); err != nil {
			t.Skipf("no file can have such a hole: %v", err)
		}
	}
	s := serveShelf(t, logs)
	const patience = 2 * time.Minute
	until := func(what string, done func() bool) {
		t.Helper()
		for end := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	for _, path := range []string{
		"/api/runs/run_1/stats", "/api/runs/run_1/stats?by=x&of=amount", "/api/runs/run_1/series?y=amount", "/api/runs/run_1/outline",
		"/api/runs/run_1/events?row=1", "/api/runs/run_1/events?limit=5", "/api/runs/run_1/fields", "/api/runs/run_1/unknown?where=nothing", "/api/diff?a=run_1&b=run_2",
		"/api/matrix?runs=run_1,run_2",
	} {
		ctx, leave := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("http://127.0.0.1:%d%s", s.port, path), nil)
		if err != nil {
			t.Fatal(err)
		}
		before, _ := shelf.Reading()
		left := make(chan error, 1)
		go func() {
			answer, err := http.DefaultClient.Do(request)
			if err == nil {
				answer.Body.Close()
			}
			left <- err
		}()
		until(path+": nothing is read", func() bool { read, _ := shelf.Reading(); return read > before+(16<<20) })
		leave()
		if err := <-left; err == nil {
			t.Errorf("%s: there was an answer", path)
		}
		until(path+": it reads on", func() bool { return len(s.scans) == 0 })
		if read, _ := shelf.Reading(); read-before >= hole {
			t.Errorf("%s: %d bytes were read", path, read-before)
		}
	}
}
