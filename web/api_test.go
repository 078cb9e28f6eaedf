package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// listed is the document of a list.
type listed struct {
	Runs []struct {
		RunID  string `json:"run_id"`
		Config map[string]int
	}
	Truncated         bool
	Total, Generation int
}

func (l *listed) ids() string {
	var ids []string
	for _, r := range l.Runs {
		ids = append(ids, r.RunID)
	}
	return strings.Join(ids, " ")
}

func TestRuns(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for i, id := range []string{"run_a", "run_b", "run_c"} {
		putRun(t, logs, id, 5-i)
	}
	s := serveShelf(t, logs)
	for _, tt := range []struct {
		query, ids string
		truncated  bool
	}{
		{"?sort=config.agents", "run_c run_b run_a", false},
		{"?sort=-config.agents", "run_a run_b run_c", false},
		{"?where=config.agents%3E3&sort=run_id", "run_a run_b", false},
		{"?sort=run_id&offset=1&limit=1", "run_b", true},
		{"?sort=run_id&offset=9", "", true},
		{"?sort=run_id&fields=run_id,config.agents", "run_a run_b run_c", false},
	} {
		var l listed
		s.get("/api/runs"+tt.query, &l)
		if l.ids() != tt.ids || l.Truncated != tt.truncated {
			t.Errorf("%s: %s, truncated %t", tt.query, l.ids(), l.Truncated)
		}
	}
	for _, query := range []string{"?where=(", "?limit=-1", "?limit=x", "?fields=,", "?sort=-"} {
		if a := s.ask("GET", "/api/runs"+query, ""); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"error"`) {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// Who asks for a field that nothing has is told so: it is most likely a text without
// its quotes. What the condition finds need not show it.
func TestUnknownNames(t *testing.T) {
	s := serve(t)
	const runs, events = "/api/runs?where=", "/api/runs/run_1/unknown?where="
	for _, tt := range []struct{ path, where, want string }{
		{runs, `name contains walk`, `"walk"`},
		{runs, `agents > 99 && config.agents > 99`, `"agents"`},
		{runs, `gini > 99 || events > 99`, `"gini"`},
		{runs, `git == walk`, `"git","walk"`},
		{runs, `name contains "x" || status == "x"`, ``},
		{events, `event_type == sale`, `"sale"`},
		{events, `sender == agent_01`, `"sender","agent_01"`},
		{events, `amount > 99 && level == "INFO" && sequence > 1`, ``},
		{events, ``, ``},
	} {
		a := s.ask("GET", tt.path+url.QueryEscape(tt.where), "")
		if want := `"unknown":[` + tt.want + `]}`; a.status != 200 || !strings.HasSuffix(a.body, want+"\n") {
			t.Errorf("%s%s: %d %s; want %s", tt.path, tt.where, a.status, a.body, want)
		}
	}
	if a := s.ask("GET", events+"(", ""); a.status != http.StatusBadRequest {
		t.Errorf("a wrong condition: %d %s", a.status, a.body)
	}
}

// How many events a run without an end has is told by its last one, to who asks.
func TestLastSequence(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for i, n := range []int{3, 70, 0} {
		id := fmt.Sprintf("run_%d", i+1)
		putRun(t, logs, id, n)
		if i > 0 {
			put(t, filepath.Join(logs, id, shelf.ManifestFile), fmt.Sprintf(`{"format":1,"run_id":%q,"status":"running","started_at":"2026-01-15T12:00:0%d.000000Z"}`, id, i))
		}
	}
	s := serveShelf(t, logs)
	want := `{"run_id":"run_3","last_sequence":null},` + "\n" + `{"run_id":"run_2","last_sequence":70},` + "\n" + `{"run_id":"run_1","last_sequence":null}`
	if a := s.ask("GET", "/api/runs?fields=run_id,last_sequence", ""); !strings.Contains(a.body, want) {
		t.Errorf("%s", a.body)
	}
	if a := s.ask("GET", "/api/runs?fields=run_id,events.count", ""); strings.Contains(a.body, `:70}`) {
		t.Errorf("the manifest is not as it is stored: %s", a.body)
	}
}

// The list follows what happens on the shelf: a new run, a changed one, one that
// has gone, a broken one.
func TestRunsFollowTheShelf(t *testing.T) {
	s := serve(t)
	wait := func(what string, good func(*listed) bool) {
		t.Helper()
		var l listed
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			l = listed{}
			s.get("/api/runs", &l)
			if good(&l) {
				return
			}
		}
		t.Fatalf("%s: the list is %+v", what, l)
	}
	wait("one run", func(l *listed) bool { return l.ids() == "run_1" })
	putRun(t, s.logs, "run_2", 7)
	wait("a new run", func(l *listed) bool { return len(l.Runs) == 2 })
	putRun(t, s.logs, "run_2", 8)
	wait("a changed run", func(l *listed) bool {
		return slices.ContainsFunc(l.Runs, func(r struct {
			RunID  string `json:"run_id"`
			Config map[string]int
		}) bool {
			return r.Config["agents"] == 8
		})
	})
	put(t, filepath.Join(s.logs, "run_2", shelf.ManifestFile), "{broken")
	wait("a broken run", func(l *listed) bool { return len(l.Runs) == 2 })
	if err := os.RemoveAll(filepath.Join(s.logs, "run_2")); err != nil {
		t.Fatal(err)
	}
	wait("a run gone", func(l *listed) bool { return l.ids() == "run_1" })
}

// page is the document of events.
type pageOf struct {
	Events     []struct{ Sequence int }
	Cursor     string
	Truncated  bool
	Row, Count int
}

// Whoever has the list of a server that ran before knows that it may be another now.
func TestGenerationOfAnotherServer(t *testing.T) {
	s := serve(t)
	var before, after struct{ Generation uint64 }
	s.get("/api/runs", &before)
	serveShelf(t, s.logs).get("/api/runs", &after)
	if before.Generation == after.Generation {
		t.Errorf("both lists are of generation %d", after.Generation)
	}
}

func TestEvents(t *testing.T) {
	s := serve(t)
	putRun(t, s.logs, "run_2", 1000)
	var all []int
	for cursor, more := "0", true; more; {
		var p pageOf
		s.get("/api/runs/run_2/events?type=bid&limit=70&cursor="+cursor, &p)
		for _, e := range p.Events {
			all = append(all, e.Sequence)
		}
		cursor, more = p.Cursor, p.Truncated
	}
	if len(all) != 500 || all[0] != 2 || all[499] != 1000 || !slices.IsSorted(all) {
		t.Errorf("by cursors: %d events %v", len(all), all)
	}
	for _, tt := range []struct {
		query             string
		row, first, count int
	}{
		{"row=0&limit=3", 0, 1, 0},
		{"row=990", 990, 991, 1000},
		{"row=0", 0, 1, 1000},
		{"row=5000", 5000, 0, 1000},
		{"row=1&limit=0&where=amount%3C0", 1, 0, 0},
		{"at=500", 499, 500, 1000},
		{"at=501&type=bid", 250, 502, 500},
		{"tick=50", 499, 500, 1000},
		{"where=amount==250000&row=0", 0, 500, 0},
	} {
		var p pageOf
		s.get("/api/runs/run_2/events?"+tt.query, &p)
		first := 0
		if len(p.Events) > 0 {
			first = p.Events[0].Sequence
		}
		if p.Row != tt.row || first != tt.first || p.Count != tt.count {
			t.Errorf("%s: row %d of %d begins with %d; want row %d of %d with %d", tt.query, p.Row, p.Count, first, tt.row, tt.count, tt.first)
		}
	}
	for _, query := range []string{"where=(", "type=[", "from=x", "limit=-1", "cursor=x", "row=-1", "at=x", "time=x", "time=2026-01-15T3:00:00Z",
		"tick=x", "tick=NaN", "tick=Inf", "level=loud", "since=x", "since=2026-01-15T12:00:00,5Z"} {
		if a := s.ask("GET", "/api/runs/run_2/events?"+query, ""); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// The events are the stored lines, digit for digit.
func TestEventsAreStoredLines(t *testing.T) {
	s := serve(t)
	line := `{"sequence":1,"x":12345678901234567890.10,"x":1e5,"s":"\u00e9\u001b[2J"}`
	put(t, filepath.Join(s.logs, "run_1", shelf.EventsFile), line+"\nbroken\n")
	a := s.ask("GET", "/api/runs/run_1/events", "")
	if !strings.Contains(a.body, "\n"+line+"\n]") {
		t.Errorf("%s", a.body)
	}
	a = s.ask("GET", "/api/runs/run_1/events?view=rows&row=0", "")
	if !strings.Contains(a.body, `é\\x1b[2J`) {
		t.Errorf("a row holds an escape byte or loses it: %s", a.body)
	}
}

func TestFigures(t *testing.T) {
	s := serve(t)
	putRun(t, s.logs, "run_2", 100)
	for path, want := range map[string]string{
		"/stats?by=event_type":             `{"value":"bid","count":50,"first":2,"last":100`,
		"/stats?by=event_type&of=amount":   `"of":{"amount":{"count":50,`,
		"/series?x=tick&y=amount&type=bid": "[0,4],\n[0,16]",
		"/outline?bars=5":                  `"count":100,"lines":100,"broken":0`,
		"/outline?bars=5&type=bid":         `"types":[{"value":"bid","count":50}]`,
		"/outline?bars=5&over=tick":        `"over":"tick","bars":{"from":0,"to":10,"counts":[19,20,20,20,21]}`,
		"/fields":                          `{"event_type":"bid","path":"amount","numbers":50,"texts":0}`,
		"/files":                           `{"name":"events.jsonl","bytes":`,
		"/rerun":                           `"command":""`,
		"":                                 `"dir":`,
	} {
		if a := s.ask("GET", "/api/runs/run_2"+path, ""); a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	var diff struct {
		Same   bool
		First  struct{ Index int }    `json:"first_divergence"`
		Around struct{ Before []any } `json:"around"`
	}
	s.get("/api/diff?a=run_1&b=run_2", &diff)
	if diff.Same || diff.First.Index != 4 || len(diff.Around.Before) != 3 {
		t.Errorf("%+v", diff)
	}
	put(t, filepath.Join(s.logs, "run_2", shelf.EventsFile), strings.Join([]string{`{"n":1}`, `{"n":2}`, `{"x":1}`, `{"n":3}`, `{"n":4,"k":1}`, `{"n":5}`, `{"n":6}`}, "\n")+"\n")
	put(t, filepath.Join(s.logs, "run_1", shelf.EventsFile), strings.Join([]string{`{"n":1}`, `{"n":2}`, `{"n":3}`, `{"n":4,"k":2}`, `{"n":5}`, `{"n":6}`, `{"y":1}`}, "\n")+"\n")
	want := `"gaps":[` + "\n" + `{"stream":"","a_events":0,"b_events":1,"a":[],"b":[{"x":1}],"fields":[]},` + "\n" +
		`{"stream":"","a_events":1,"b_events":1,"a":[{"n":4,"k":2}],"b":[{"n":4,"k":1}],"fields":[{"path":"k","a":2,"b":1}]}`
	if a := s.ask("GET", "/api/diff?a=run_1&b=run_2&gaps=2&context=0", ""); !strings.Contains(a.body, want) || strings.Contains(a.body, `"y":1`) {
		t.Errorf("gaps: %s", a.body)
	}
	put(t, filepath.Join(s.logs, "run_2", shelf.EventsFile), `{"text":"at 12:00:01"}`+"\n")
	put(t, filepath.Join(s.logs, "run_1", shelf.EventsFile), `{"text":"at 12:00:02"}`+"\n")
	if a := s.ask("GET", "/api/diff?a=run_1&b=run_2", ""); !strings.Contains(a.body, `"text_rules":["text~time"]`) {
		t.Errorf("text_rules: %s", a.body)
	}
	if a := s.ask("GET", "/api/diff?a=run_1&b=run_2&ignore=text~time%2Baddress", ""); !strings.Contains(a.body, `"same": true`) && !strings.Contains(a.body, `"same":true`) {
		t.Errorf("set aside: %s", a.body)
	}
	put(t, filepath.Join(s.logs, "run_2", shelf.EventsFile), `{"text":"at 0x7f58e52c4770"}`+"\n")
	put(t, filepath.Join(s.logs, "run_1", shelf.EventsFile), `{"text":"at 0x7f58e52c4771"}`+"\n")
	for strict, want := range map[string]string{"": `"settled":["text~address"]`, "&strict=1": `"text_rules":["text~address"]`} {
		if a := s.ask("GET", "/api/diff?a=run_1&b=run_2"+strict, ""); !strings.Contains(a.body, want) || strings.Contains(a.body, `"same":true`) != (strict == "") {
			t.Errorf("%q: %s", strict, a.body)
		}
	}
	for _, path := range []string{"/api/diff?a=run_1&b=none", "/api/diff?a=../x&b=run_1"} {
		if a := s.ask("GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for path, want := range map[string]string{
		"/api/diff": "a and b must be", "/api/diff?a=run_1": "a and b must be", "/api/diff?b=run_1": "a and b must be", "/api/diff?a=run_1&b=": "a and b must be",
		"/api/matrix": "runs must be", "/api/matrix?runs=run_1": "runs must be", "/api/matrix?runs=run_1,": "runs must be",
	} {
		if a := s.ask("GET", path, ""); a.status != http.StatusBadRequest || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestQuery(t *testing.T) {
	s := serve(t)
	putRun(t, s.logs, "run_2", 100)
	for _, tt := range []struct{ body, want string }{
		{`{"sql":"SELECT run_id, count(*) AS n FROM events GROUP BY 1 ORDER BY 1"}`, `{"format":1,"columns":["run_id","n"],"rows":[` + "\n" + `{"run_id":"run_1","n":3},` + "\n" + `{"run_id":"run_2","n":100}` + "\n" + `],"truncated":false,"broken":0}`},
		{`{"sql":"SELECT sequence FROM events ORDER BY run_id, sequence","limit":2}`, `"rows":[` + "\n" + `{"sequence":1},` + "\n" + `{"sequence":2}` + "\n" + `],"truncated":true`},
		{`{"sql":"SELECT 1 AS a, 2 AS a, NULL AS b, 9007199254740993 AS c"}`, `{"a":1,"a#2":2,"b":null,"c":9007199254740993}`},
		{`{"sql":"SELECT run_id FROM runs WHERE 0"}`, `"columns":["run_id"],"rows":[],"truncated":false`},
	} {
		if a := s.ask("POST", "/api/query", tt.body); a.status != 200 || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s: %d %s", tt.body, a.status, a.body)
		}
	}
	for _, body := range []string{`{`, `{"sql":1}`, `{}`, `{"sql":"SELECT 1","limit":0}`, `{"sql":"SELECT 1","limit":100000}`, `{"sql":"SELEC 1"}`} {
		if a := s.ask("POST", "/api/query", body); a.status != 400 {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := s.ask("POST", "/api/query", "", "Content-Type: text/plain", "Content-Length: 0"); a.status != 400 {
		t.Errorf("a form is answered: %d", a.status)
	}
	if a := s.ask("GET", "/api/query", ""); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
}

// What is no address of data, or not with this method, is answered as the others are.
func TestNoSuchAddress(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/api", 404, `{"error":"there is nothing at /api"}`},
		{"GET", "/api/", 404, `{"error":"there is nothing at /api/"}`},
		{"GET", "/api/no?such=1", 404, `{"error":"there is nothing at /api/no"}`},
		{"GET", "/api/%22%3Cb%3E", 404, `{"error":"there is nothing at /api/\"<b>"}`},
		{"GET", "/api/runs/run_1/no", 404, `{"error":"there is nothing at /api/runs/run_1/no"}`},
		{"POST", "/api/runs/run_1/no", 404, `{"error":"there is nothing at /api/runs/run_1/no"}`},
		{"GET", "/api/query", 405, `{"error":"/api/query takes POST"}`},
		{"GET", "/api/runs/run_1/pin", 405, `{"error":"/api/runs/run_1/pin takes POST"}`},
		{"POST", "/api/runs", 405, `{"error":"/api/runs takes GET, HEAD"}`},
		{"GET", "/no", 404, `{"error":"there is nothing at /no"}`},
		{"POST", "/", 405, `{"error":"/ takes GET, HEAD"}`},
	} {
		a := s.ask(tt.method, tt.path, "", s.tokened())
		if a.status != tt.status || a.body != tt.want+"\n" || a.head.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s %s: %d %s %v", tt.method, tt.path, a.status, a.body, a.head)
		}
		if allow := a.head.Get("Allow"); (allow != "") != (tt.status == 405) {
			t.Errorf("%s %s: Allow is %q", tt.method, tt.path, allow)
		}
	}
	w := httptest.NewRecorder() // the guard refuses such an address before
	if s.routes().ServeHTTP(w, httptest.NewRequest("GET", "/api/x/../runs", nil)); w.Code/100 != 3 || w.Header().Get("Location") != "/api/runs" {
		t.Errorf("another spelling: %d %v", w.Code, w.Header())
	}
	for path, accept := range map[string]bool{"/no": true, "/no/such/page": true, "/runs/": true, "/no?x=1": false, "/runs": false} {
		header := map[bool]string{true: "Accept: text/html,*/*;q=0.8", false: "Accept: */*"}[accept]
		kind := map[bool]string{true: "text/html; charset=utf-8", false: "application/json; charset=utf-8"}[accept]
		if a := s.ask("GET", path, "", header); a.status != 404 || a.head.Get("Content-Type") != kind || accept && !strings.Contains(a.body, "<title>Runshelf") {
			t.Errorf("%s, %s: %d %v %s", path, header, a.status, a.head, a.body)
		}
	}
}

func TestChanges(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct{ kind, body, want string }{
		{"name", `{"name":"<b>x"}`, `"name":"<b>x"`},
		{"tag", `{"add":["a","t"]}`, `"tags":["t","a"]`},
		{"tag", `{"remove":["t"]}`, `"tags":["a"]`},
		{"note", `{"text":"what was special"}`, `"text":"what was special"`},
		{"note", `{"remove":["what was special"]}`, `"notes":[]`},
		{"pin", `{}`, `"pinned":true`},
		{"pin", `{"pinned":false}`, `"pinned":false`},
		{"pin", `{"pinned":true}`, `"pinned":true`},
	} {
		if a := s.ask("POST", "/api/runs/run_1/"+tt.kind, tt.body, s.tokened()); a.status != 200 || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s %s: %d %s", tt.kind, tt.body, a.status, a.body)
		}
	}
	if a := s.ask("POST", "/api/runs/run_1/trash", "{}", s.tokened()); a.status != 400 {
		t.Errorf("a pinned run goes: %d", a.status)
	}
	s.stays()
	s.ask("POST", "/api/runs/run_1/pin", `{"pinned":false}`, s.tokened())
	if a := s.ask("POST", "/api/runs/run_1/trash", "{}", s.tokened()); a.status != 200 {
		t.Errorf("trash: %d %s", a.status, a.body)
	}
	if a := s.ask("GET", "/api/trash", ""); !strings.Contains(a.body, "run_1") {
		t.Errorf("the trash is %s", a.body)
	}
	if a := s.ask("POST", "/api/runs/run_1/restore", "{}", s.tokened()); a.status != 200 {
		t.Errorf("restore: %d %s", a.status, a.body)
	}
	s.stays()
	for _, tt := range []struct {
		path, body string
		status     int
	}{
		{"run_1/name", `{}`, 400}, {"run_1/tag", `{"add":[""]}`, 400}, {"run_1/note", `{"text":" "}`, 400}, {"run_1/pin", `{"pinned":1}`, 400},
		{"run_1/name", `{"name":"` + strings.Repeat("x", maxBody) + `"}`, 400}, {"none/name", `{"name":"x"}`, 404}, {"..%2fx/trash", "{}", 400}, {"none/trash", "{}", 404},
		{"none/restore", "{}", 404}, {"run_1/restore", "{}", 404},
	} {
		if a := s.ask("POST", "/api/runs/"+tt.path, tt.body, s.tokened()); a.status != tt.status {
			t.Errorf("%s %.40s: %d %s", tt.path, tt.body, a.status, a.body)
		}
	}
	form := s.ask("POST", "/api/runs/run_1/pin", "", s.tokened(), "Content-Type: text/plain", "Content-Length: 0")
	if form.status != 400 {
		t.Errorf("a form changes something: %d", form.status)
	}
}

// What is not there is not there, and every page is the same document.
func TestPages(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/", "/runs/run_1", "/compare", "/query"} {
		if a := s.ask("GET", path, ""); a.status != 200 || a.head.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %s", path, a.status, a.head.Get("Content-Type"))
		}
	}
	if a := s.ask("GET", "/", ""); !Built() && !strings.Contains(a.body, "make build") {
		t.Errorf("the page does not say how to build it: %s", a.body)
	}
	if a := s.ask("GET", fmt.Sprintf("/runs/%s/x", "run_1"), ""); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}
