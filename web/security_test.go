package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests bear the numbers of the project's table of hostile requests.

func TestS1LoopbackOnly(t *testing.T) {
	s := serve(t)
	var addresses []string
	for _, l := range s.listeners {
		addresses = append(addresses, l.Addr().String())
	}
	port := strconv.Itoa(s.port)
	for _, a := range addresses {
		if a != "127.0.0.1:"+port && a != "[::1]:"+port {
			t.Errorf("bound to %s", a)
		}
	}
	out, err := exec.Command("ss", "-ltnH", "sport = :"+port).Output()
	if err != nil {
		t.Skip("ss is not here:", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(addresses) {
		t.Errorf("ss shows %q, want %q", lines, addresses)
	}
	for _, line := range lines {
		if !slices.ContainsFunc(addresses, func(a string) bool { return strings.Contains(line, " "+a+" ") }) {
			t.Errorf("ss shows %q", line)
		}
	}
}

func TestS2Good(t *testing.T) {
	s := serve(t)
	if a := s.ask("GET", "/api/runs/run_1/events", ""); a.status != http.StatusOK || strings.Count(a.body, `"sequence"`) != 3 {
		t.Errorf("%d %s", a.status, a.body)
	}
	six, err := net.Dial("tcp6", net.JoinHostPort("::1", strconv.Itoa(s.port)))
	if err != nil {
		t.Skip("there is no ::1 here:", err)
	}
	six.Close()
}

func TestS3Rebinding(t *testing.T) {
	s := serve(t)
	port := strconv.Itoa(s.port)
	for _, request := range []string{
		"GET /api/runs/run_1/events HTTP/1.1\r\nHost: evil.example:" + port + "\r\nConnection: close\r\n\r\n",
		"GET /api/runs/run_1/events HTTP/1.1\r\nHost: localhost.evil.com\r\nConnection: close\r\n\r\n",
		"GET /api/runs/run_1/events HTTP/1.1\r\nHost: 0.0.0.0:" + port + "\r\nConnection: close\r\n\r\n",
		"GET /api/runs HTTP/1.0\r\n\r\n", "GET /api/runs HTTP/1.0\r\nHost:\r\n\r\n",
		"GET http://evil.example/api/runs HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n",
	} {
		if a := s.raw(request); a.status != 403 && a.status != 421 {
			t.Errorf("%q: %d", request, a.status)
		}
	}
	for _, host := range []string{
		"localhost.evil.com:" + port, "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.2:" + port, "127.1:" + port, "[::]:" + port,
		"LOCALHOST.:" + port, "127.0.0.1:" + port + ".evil.com", "127.0.0.1:" + port + "@evil.com", "127.0.0.1:" + port + ", evil.com",
	} {
		// 400 is what is no host at all.
		if a := s.raw("GET /api/runs/run_1/events HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"); a.status != 403 && a.status != 421 && a.status != 400 {
			t.Errorf("Host %s: %d", host, a.status)
		}
	}
	for _, host := range s.hosts() {
		if a := s.raw("GET /api/runs HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"); a.status != 200 {
			t.Errorf("Host %s: %d", host, a.status)
		}
	}
}

// nowhere checks that paths lead nowhere, also when their redirects are followed.
func (s *served) nowhere(paths ...string) {
	s.t.Helper()
	for _, path := range paths {
		a := s.ask("GET", path, "")
		for hop := 0; a.status/100 == 3 && hop < 5; hop++ {
			a = s.ask("GET", a.head.Get("Location"), "")
		}
		if a.status != 400 && a.status != 404 {
			s.t.Errorf("%s: %d %.100s", path, a.status, a.body)
		}
		if strings.Contains(a.body, "root:") || strings.Contains(a.body, "sequence") {
			s.t.Errorf("%s leads to a file: %.100s", path, a.body)
		}
	}
}

func TestS4DotDot(t *testing.T) {
	serve(t).nowhere("/../../etc/passwd", "/api/runs/../../etc/events", "/api/runs/../../../../etc/passwd", "/api/runs/run_1/../run_1/events",
		"/api/runs/./run_1/events", "/api/runs//run_1/events", "/api/runs/run_1/files/../../../etc/passwd", "/nothing")
}

func TestS5Encoded(t *testing.T) {
	serve(t).nowhere("/api/runs/%2e%2e%2f%2e%2e%2fetc%2fpasswd/events", "/api/runs/..%2f..%2fetc/events", "/%2e%2e/%2e%2e/etc/passwd", "/api/runs/%252e%252e%252fetc/events",
		"/api/runs/run_1/files/%2e%2e/run_1/events.jsonl", "/api/runs/run_1/files/..%2frun_1%2fevents.jsonl", "/assets/..%2funbuilt.html", "/assets/%2e%2e", "/api/runs/.%2frun_1/events")
}

func TestS6Backslash(t *testing.T) {
	serve(t).nowhere("/api/runs/..%5c..%5cetc/events", `/api/runs/..\..\etc/events`, `/api/runs/run_1/files/..\run_1\events.jsonl`, "/api/runs/run_1/files/..%5crun_1%5cevents.jsonl")
}

func TestS7NulAndAbsolute(t *testing.T) {
	serve(t).nowhere("/api/runs/run_1%00/events", "/api/runs/%2Fetc%2Fpasswd/events", "/api/runs//etc/passwd/events", "/api/runs/run_1%0a/events",
		"/api/runs/run_1/files/%2Fetc%2Fpasswd", "/api/runs/run_1/files/events.jsonl%00", "/api/runs/C:%5cx/events",
		"/api/runs/latest/events", "/api/runs/run_/events", "/api/runs/.trash/events", "/api/runs/@/events", "/api/runs/name:n-run_1/events")
}

func TestS8LinkedRun(t *testing.T) {
	s := serve(t)
	artifacts := filepath.Join(s.logs, "run_1", "artifacts")
	if err := os.Symlink("/etc", filepath.Join(s.logs, "run_evil")); err != nil {
		t.Skip("links cannot be made here:", err)
	}
	for name, target := range map[string]string{"passwd": "/etc/passwd", "null": "/dev/null", "deep": "/etc"} {
		if err := os.Symlink(target, filepath.Join(artifacts, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := exec.Command("mkfifo", filepath.Join(artifacts, "fifo")).Run(); err != nil {
		t.Log("mkfifo is not here:", err)
	}
	if os.Geteuid() == 0 {
		if err := exec.Command("mknod", filepath.Join(artifacts, "device"), "c", "1", "5").Run(); err != nil {
			t.Log("no device can be made:", err)
		}
	}
	for _, path := range []string{
		"/api/runs/run_evil", "/api/runs/run_evil/events", "/api/runs/run_evil/files/passwd",
		"/api/runs/run_1/files/artifacts/passwd", "/api/runs/run_1/files/artifacts/null", "/api/runs/run_1/files/artifacts/deep/passwd",
		"/api/runs/run_1/files/artifacts/fifo", "/api/runs/run_1/files/artifacts/device", "/api/runs/run_1/files/artifacts",
	} {
		if a := s.ask("GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d %.100s", path, a.status, a.body)
		}
	}
}

func TestS9CrossSitePost(t *testing.T) {
	s := serve(t)
	for _, header := range []string{"Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:1"} {
		if a := s.ask("POST", "/api/runs/run_1/trash", "", header, s.tokened()); a.status != 403 {
			t.Errorf("%s: %d", header, a.status)
		}
		s.stays()
	}
}

func TestS10NoToken(t *testing.T) {
	s := serve(t)
	for _, header := range []string{"X-None: 1", TokenHeader + ": ", TokenHeader + ": wrong", TokenHeader + ": " + s.token + "x", TokenHeader + ": " + s.token[:20]} {
		if a := s.ask("POST", "/api/runs/run_1/trash", "", header); a.status != 401 {
			t.Errorf("%s: %d", header, a.status)
		}
		s.stays()
	}
}

func TestS11GetChangesNothing(t *testing.T) {
	s := serve(t)
	for _, change := range []string{"trash", "restore", "name", "tag", "note", "pin"} {
		for _, method := range []string{"GET", "HEAD"} {
			if a := s.ask(method, "/api/runs/run_1/"+change, "", s.tokened()); a.status != 405 {
				t.Errorf("%s %s: %d", method, change, a.status)
			}
		}
	}
	s.stays()
}

func TestS12CrossSiteRead(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct {
		path, site, mode, dest string
		status                 int
	}{
		{"/api/runs/run_1/events", "cross-site", "no-cors", "script", 403},
		{"/api/runs/run_1/events", "same-site", "cors", "empty", 403},
		{"/api/runs/run_1/events", "cross-site", "navigate", "document", 403},
		{"/api/live", "cross-site", "cors", "empty", 403},
		{"/api/runs/run_1/files/events.jsonl", "cross-site", "navigate", "document", 403},
		{"/", "cross-site", "navigate", "iframe", 403},
		{"/assets/x.js", "cross-site", "no-cors", "script", 403},
		{"/", "cross-site", "navigate", "document", 200},
		{"/api/runs/run_1/events", "same-origin", "cors", "empty", 200},
		{"/api/runs/run_1/events", "none", "navigate", "document", 200},
	} {
		a := s.ask("GET", tt.path, "", "Sec-Fetch-Site: "+tt.site, "Sec-Fetch-Mode: "+tt.mode, "Sec-Fetch-Dest: "+tt.dest)
		if a.status != tt.status {
			t.Errorf("%+v: %d", tt, a.status)
		}
	}
}

// S13, the part of the server; the browser's part is a test of the page.
func TestS13Attachments(t *testing.T) {
	s := serve(t)
	script := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for _, name := range []string{"a.svg", "a.html", "a.js", "a.xhtml", "a", "a.json", `q"uote<b>.html`, "naïve.txt"} {
		put(t, filepath.Join(s.logs, "run_1", "artifacts", name), script)
		a := s.ask("GET", "/api/runs/run_1/files/artifacts/"+strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E", "ï", "%C3%AF").Replace(name), "")
		kind := a.head.Get("Content-Type")
		if a.status != 200 || a.body != script {
			t.Errorf("%s: %d %q", name, a.status, a.body)
		}
		if kind != "application/octet-stream" && kind != "text/plain; charset=utf-8" {
			t.Errorf("%s is sent as %s", name, kind)
		}
		if !strings.HasPrefix(a.head.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s is sent as %s", name, a.head.Get("Content-Disposition"))
		}
	}
}

func TestS14Headers(t *testing.T) {
	s := serve(t)
	for _, request := range [][2]string{
		{"GET", "/"}, {"GET", "/runs/run_1"}, {"GET", "/compare?runs=a,b"}, {"GET", "/assets/none.js"}, {"GET", "/nothing"}, {"GET", "/api/runs"},
		{"GET", "/api/runs/none"}, {"GET", "/api/runs/run_1/files/events.jsonl"}, {"PUT", "/"}, {"POST", "/api/runs/run_1/pin"}, {"GET", "/api/runs/run_1/pin"}, {"GET", "/%2e%2e/x"},
	} {
		s.checkHeaders(fmt.Sprint(request), s.ask(request[0], request[1], "").head)
	}
	good := "GET /api/runs HTTP/1.1\r\nHost: " + s.hosts()[0] + "\r\n\r\n"
	for _, request := range []string{
		"noise\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: " + s.hosts()[0] + "\r\nExpect: nothing\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: " + s.hosts()[0] + "\r\nConnection: close\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: " + s.hosts()[0] + "\r\nTransfer-Encoding: strange\r\n\r\n", "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 120_000) + "\r\n\r\n",
	} {
		a := s.raw(request)
		if a.status/100 == 2 {
			t.Errorf("%.60q: %d", request, a.status)
		}
		s.checkHeaders(fmt.Sprintf("%.60q", request), a.head)
		// What is no request comes behind a good one on the same connection.
		second := s.second(good + request)
		if second.status != a.status {
			t.Errorf("%.60q behind a good request: %d", request, second.status)
		}
		s.checkHeaders(fmt.Sprintf("%.60q behind a good request", request), second.head)
	}
}

// second sends two requests on one connection and reads the answer to the second.
func (s *served) second(requests string) answer {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.hosts()[0])
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() { _, _ = io.WriteString(conn, requests) }() // the answer may come before all is sent
	r := bufio.NewReader(conn)
	for range 2 {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			s.t.Fatalf("%.200q: %v", requests, err)
		}
		b, _ := io.ReadAll(resp.Body) // cut with the connection
		resp.Body.Close()
		if !strings.HasPrefix(string(b), `{"format":1,`) {
			return answer{resp.StatusCode, resp.Header, string(b)}
		}
	}
	s.t.Fatalf("%.200q: there is no second answer", requests)
	return answer{}
}

// checkHeaders checks what every answer carries.
func (s *served) checkHeaders(request string, h http.Header) {
	s.t.Helper()
	policy := h.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
		s.t.Errorf("%s: policy %q", request, policy)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
	} {
		if h.Get(name) != want {
			s.t.Errorf("%s: %s is %q", request, name, h.Get(name))
		}
	}
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			s.t.Errorf("%s: %s", request, name)
		}
	}
}

func TestS15Methods(t *testing.T) {
	s := serve(t)
	for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"} {
		a := s.ask(method, "/api/runs/run_1", "", "Origin: http://evil.example", "Access-Control-Request-Method: DELETE", s.tokened())
		if a.status != 405 || a.head.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", method, a.status, a.head)
		}
		if strings.Contains(a.body, s.token) {
			t.Errorf("%s answers with the token", method)
		}
	}
	if a := s.ask("OPTIONS", "*", "", "Origin: http://evil.example"); a.status != 405 {
		t.Errorf("OPTIONS *: %d %v", a.status, a.head)
	}
	s.stays()
}

func TestS16LongHeader(t *testing.T) {
	s := serve(t)
	if a := s.ask("GET", "/", "", "X-Long: "+strings.Repeat("x", 120_000)); a.status != 431 {
		t.Errorf("%d", a.status)
	}
}

// 200 connections that send their request, or its body, byte by byte: they are cut
// after the time that is set, though how soon after is up to the machine.
func TestS17SlowClient(t *testing.T) {
	if longest := max(headerTimeout, readTimeout); longest > 10*time.Second {
		t.Errorf("a request may take %v", longest)
	}
	s := serve(t)
	host := "Host: 127.0.0.1:" + strconv.Itoa(s.port) + "\r\n"
	var all sync.WaitGroup
	for i := range 200 {
		begin := "GET / HTTP/1.1\r\n" + host + "X-Slow: "
		if i%2 == 1 {
			begin = "POST /api/runs/run_1/note HTTP/1.1\r\n" + host + s.tokened() + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
		}
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port))
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			defer conn.Close()
			_, _ = conn.Write([]byte(begin))
			go drip(conn)
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("connection %d is still open", i)
			}
		})
	}
	if a := s.ask("GET", "/api/runs/run_1/events", ""); a.status != 200 {
		t.Errorf("others are not served: %d", a.status)
	}
	all.Wait()
}

// drip sends a byte a second until nobody takes it.
func drip(conn net.Conn) {
	for {
		time.Sleep(time.Second)
		if _, err := conn.Write([]byte{'x'}); err != nil {
			return
		}
	}
}

// openFiles counts the descriptors of this process; -1 where nobody tells.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}

// atRest reports whether the server waits for connections, and does nothing else.
func (s *served) atRest() bool {
	s.hub.mu.Lock()
	watched := len(s.hub.watches)
	s.hub.mu.Unlock()
	var stacks strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2) // a Builder takes all
	text := stacks.String()
	return watched == 0 && strings.Count(text, "net/http.(*Server).Serve(") == len(s.listeners) &&
		!strings.Contains(text, "net/http.(*conn") && !strings.Contains(text, "web.(*catalog).warm") && !strings.Contains(text, "web.drip(")
}

// heap is the memory in use once what is not needed has gone.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestS18Followers(t *testing.T) {
	s := serve(t)
	follow := func(n int) {
		conns := make([]net.Conn, n)
		for i := range conns {
			conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port))
			if err != nil {
				t.Fatal(err)
			}
			run := []string{"", "?run=run_1"}[i%2]
			fmt.Fprintf(conn, "GET /api/live%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", run, s.port)
			conns[i] = conn
		}
		for i, conn := range conns {
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			var got []byte
			for b := make([]byte, 1024); !bytes.Contains(got, []byte("\ndata: ")); {
				k, err := conn.Read(b)
				if err != nil {
					t.Fatalf("follower %d: %v after %q", i, err, got)
				}
				got = append(got, b[:k]...)
			}
		}
		for _, conn := range conns {
			conn.Close()
		}
	}
	settle := func(goroutines, files int) {
		t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			at := s.atRest()
			n, open := runtime.NumGoroutine(), openFiles()
			if at && n <= goroutines && open <= files {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d goroutines, %d before; %d descriptors, %d before; at rest: %v", n, goroutines, open, files, at)
			}
		}
	}
	s.ask("GET", "/", "")
	settle(math.MaxInt, math.MaxInt)
	idle := runtime.NumGoroutine()
	follow(20) // what is made once and kept is there after these
	settle(idle, math.MaxInt)
	files, memory := openFiles(), heap()
	follow(500)
	settle(idle, files)
	if grown := heap() - memory; grown > 2<<20 {
		t.Errorf("%d bytes of memory left behind", grown)
	}
}

// Nothing that the server sends holds the token, and nothing of a request is
// logged.
func TestS19TokenKept(t *testing.T) {
	s := serve(t)
	if !strings.Contains(s.StartLink(), "#token="+s.token) || len(s.token) < 40 {
		t.Errorf("start link %s", s.StartLink())
	}
	for _, path := range []string{"/", "/runs/run_1", "/api/about", "/api/runs", "/api/runs/run_1", "/api/runs/run_1/rerun", "/api/runs/" + s.token, "/" + s.token} {
		a := s.ask("GET", path, "", s.tokened())
		if strings.Contains(a.body, s.token) && !strings.Contains(path, s.token) || strings.Contains(fmt.Sprint(a.head), s.token) {
			t.Errorf("%s answers with the token", path)
		}
	}
	other := serve(t)
	if other.token == s.token {
		t.Error("two starts have one token")
	}
}

// S20, the part of the page: statements that would change or reach something are
// refused, one that never ends is stopped, and nothing is written.
func TestS20QueryReadOnly(t *testing.T) {
	s := serve(t)
	before := tree(t, s.logs)
	sql := func(statement string) answer {
		return s.ask("POST", "/api/query", `{"sql":`+strconv.Quote(statement)+`}`)
	}
	outside := filepath.Join(t.TempDir(), "x")
	for _, statement := range []string{
		"DELETE FROM events", "UPDATE runs SET name = 'x'", "ATTACH '" + outside + "' AS x", "VACUUM INTO '" + outside + "'", "COPY runs TO '" + outside + "'",
		"SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT * FROM read_csv('/etc/passwd')", "SELECT writefile('" + outside + "', 'y')", "PRAGMA journal_mode = WAL", "",
	} {
		if a := sql(statement); a.status != 400 || !strings.HasPrefix(a.body, `{"error":"`) {
			t.Errorf("%s: %d %s", statement, a.status, a.body)
		}
	}
	s.sqlTimeout = 200 * time.Millisecond
	if a := sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"); a.status != 400 || !strings.Contains(a.body, "took longer than 200ms") {
		t.Errorf("without an end: %d %s", a.status, a.body)
	}
	s.sqlTimeout = sqlTimeout
	if a := sql("SELECT zeroblob(900000000)"); a.status != 400 || !strings.Contains(a.body, "more memory than one may take") {
		t.Errorf("too large: %d %s", a.status, a.body)
	}
	if a := sql("SELECT sum(amount) AS s FROM events"); a.status != 200 || !strings.Contains(a.body, `{"s":14}`) {
		t.Errorf("a good statement: %d %s", a.status, a.body)
	}
	if after := tree(t, s.logs); after != before {
		t.Errorf("the shelf has changed from\n%sto\n%s", before, after)
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a statement wrote a file")
	}
	for _, header := range []string{"Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"} {
		if a := s.ask("POST", "/api/query", `{"sql":"SELECT 1"}`, header); a.status != 403 {
			t.Errorf("%s: %d", header, a.status)
		}
	}
}

// tree lists the files below a directory with their sizes and times.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, path, info.Size(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
