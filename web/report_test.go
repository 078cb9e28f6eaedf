package web

import (
	"bytes"
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
	if err := WriteReport(&b, runs, time.Unix(0, 0), func(*shelf.Run) string { return "runshelf sim <again>" }); err != nil {
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
	for _, want := range []string{"They part at event 401", "the log has ended", "what differs", `<th scope="row">agents</th><td class="n">500</td><td class="n">400</td>`} {
		if !strings.Contains(two, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
	if same := reportOn(t, logs, "run_a", "run_a"); !strings.Contains(same, "The same: all 500 events.") {
		t.Error("a run is not the same as itself")
	}
}

// A report needs nothing else, and what a run holds is text in it.
func TestReportIsClosed(t *testing.T) {
	logs := t.TempDir()
	attack := `<img src=x onerror=alert(1)></script><script>alert(1)</script>` + "\\u001b[2J\\u202e"
	putRun(t, logs, "run_a", 3)
	put(t, filepath.Join(logs, "run_a", shelf.EventsFile), `{"sequence":1,"event_type":"`+attack+`","`+attack+`":1}`+"\n"+`{"sequence":2,"event_type":"`+attack+`","`+attack+`":2}`+"\n")
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
