package web

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// reportOn writes a report about runs of a shelf.
func reportOn(t *testing.T, logs string, ids ...string) string {
	t.Helper()
	var runs []*shelf.Run
	for _, id := range ids {
		run, err := shelf.OpenRun(filepath.Join(logs, id))
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	var b bytes.Buffer
	if err := WriteReport(&b, runs, time.Unix(0, 0), func(*shelf.Run) string { return "runshelf sim <again>" }, []string{"volatile<"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReport(t *testing.T) {
	logs := t.TempDir()
	putRun(t, logs, "run_a", 500)
	putRun(t, logs, "run_b", 400)
	one := reportOn(t, logs, "run_a")
	for _, want := range []string{"run_a", "500 events", "300 events between", "<polyline", "runshelf sim &lt;again&gt;", "n-run_a"} {
		if !strings.Contains(one, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
	two := reportOn(t, logs, "run_a", "run_b")
	for _, want := range []string{"They part at event 401", "the log has ended", "what differs", "Set aside where events are compared: <code>volatile&lt;</code>", `<th scope="row">agents</th><td class="n">500</td><td class="n">400</td>`} {
		if !strings.Contains(two, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
	if same := reportOn(t, logs, "run_a", "run_a"); !strings.Contains(same, "The same: all 500 events.") {
		t.Error("a run is not the same as itself")
	}
}

// Three runs have their curves over each other, a band and a matrix; who acted has
// lanes.
func TestReportOfSeveral(t *testing.T) {
	logs := t.TempDir()
	for i, id := range []string{"run_a", "run_b", "run_c"} {
		putRun(t, logs, id, 3)
		var b strings.Builder
		for k := range 40 {
			fmt.Fprintf(&b, `{"sequence":%d,"event_type":"tick","tick":%d,"gini":%d}`+"\n", k+1, k, k*(i+1))
		}
		fmt.Fprintf(&b, `{"sequence":41,"event_type":"transfer","tick":40,"sender":"agent_2","recipient":"agent_10","amount":5}`+"\n")
		put(t, filepath.Join(logs, id, shelf.EventsFile), b.String())
	}
	page := reportOn(t, logs, "run_a", "run_b", "run_c")
	for _, want := range []string{
		`<polygon class="band c0"`, `<polyline class="c2"`, "tick gini", "0 to 117, over tick 0 to 39", `<th scope="row">run_b</th><td class="n">1</td><td class="n">·</td><td class="n">1</td>`,
		"<title>#41 transfer agent_2 → agent_10</title>", ">tick 40</text>", `<line x1="138" x2="138" y1="36" y2="57"/>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
}

// A report needs nothing else, and what a run holds is text in it.
func TestReportIsClosed(t *testing.T) {
	logs := t.TempDir()
	attack := `<img src=x onerror=alert(1)></script><script>alert(1)</script>` + "\\u001b[2J\\u202e"
	putRun(t, logs, "run_a", 3)
	put(t, filepath.Join(logs, "run_a", shelf.EventsFile), `{"sequence":1,"event_type":"`+attack+`","`+attack+`":1}`+"\n"+`{"sequence":2,"event_type":"`+attack+`","`+attack+`":2,"sender":"`+attack+`","recipient":"`+attack+`2","tick":"`+attack+`"}`+"\n")
	put(t, filepath.Join(logs, "run_a", shelf.ManifestFile), `{"format":1,"run_id":"run_a","name":"`+attack+`","tags":["`+attack+`"],"config":{"`+attack+`":"`+attack+`"},"program":{"name":"`+attack+`"}}`)
	page := reportOn(t, logs, "run_a", "run_a")
	for _, never := range []string{"<script", "<img", "http://", "https://", "src=\"", "<link", "@import", "url(", "\x1b", "\u202e"} {
		if strings.Contains(page, never) {
			t.Errorf("the report holds %q", never)
		}
	}
	if !strings.Contains(page, "&lt;img src=x") {
		t.Error("the report leaves out what it should show")
	}
}
