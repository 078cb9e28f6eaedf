package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
	"example.org/runshelf/web"
)

// document decodes a JSON document, numbers digit for digit.
func document(t *testing.T, text []byte) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
	return o
}

// typed is what a command prints.
func typed(t *testing.T, logs string, args ...string) []byte {
	t.Helper()
	var out, talk bytes.Buffer
	env := append(os.Environ(), "RUNSHELF_LOGS_DIR="+logs)
	if code := Main(args, strings.NewReader(""), &out, &talk, env); code != 0 && args[0] != "diff" {
		t.Fatalf("%q: exit code %d: %s", args, code, &talk)
	}
	return out.Bytes()
}

// The page's data have the shapes of --json: each member that a command prints is
// in the answer, and the same.
func TestPageAnswersLikeTheCommands(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	for id, seed := range map[string]string{"run_a": "1", "run_b": "2", "run_c": "1"} {
		typed(t, logs, "sim", "--run-id", id, "--seed", seed, "--ticks", "12", "--quiet")
	}
	server, err := web.New(web.Options{Shelf: shelf.New(logs)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	const sql = "SELECT run_id, count(*) AS n, avg(amount) AS mean FROM events GROUP BY 1 ORDER BY 1"
	for _, tt := range []struct {
		path string
		args []string
	}{
		{"/api/runs", []string{"ls", "--json"}},
		{"/api/runs?where=seed==2&sort=run_id", []string{"ls", "--where", "seed==2", "--sort", "run_id", "--json"}},
		{"/api/runs?fields=run_id,config.agents", []string{"ls", "--json", "run_id,config.agents"}},
		{"/api/runs/run_a", []string{"show", "run_a", "--json"}},
		{"/api/runs/run_a/stats", []string{"stats", "run_a", "--json"}},
		{"/api/runs/run_a/stats?by=principal&type=resource_spent&of=amount", []string{"stats", "run_a", "--by", "principal", "--type", "resource_spent", "--of", "amount", "--json"}},
		{"/api/runs/run_a/series?x=tick&y=escrow&type=tick", []string{"series", "run_a", "--x", "tick", "--y", "escrow", "--type", "tick", "-o", "json"}},
		{"/api/diff?a=run_a&b=run_b", []string{"diff", "run_a", "run_b", "--json"}},
		{"/api/diff?a=run_a&b=run_a", []string{"diff", "run_a", "run_a", "--json"}},
		{"/api/matrix?runs=run_a,run_b,run_c", []string{"diff", "--matrix", "run_a", "run_b", "run_c", "--json"}},
		{"/api/query", []string{"query", sql, "--json"}},
	} {
		var resp *http.Response
		if tt.path == "/api/query" {
			resp, err = http.Post(server.Address()+tt.path, "application/json", strings.NewReader(`{"sql":"`+sql+`"}`))
		} else {
			resp, err = http.Get(server.Address() + tt.path)
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s %v", tt.path, resp.StatusCode, body, err)
		}
		got, want := document(t, body), document(t, typed(t, logs, tt.args...))
		for key, value := range want {
			if key != "as_of" && !reflect.DeepEqual(got[key], value) {
				t.Errorf("%s: %s is %.300v; %q says %.300v", tt.path, key, got[key], tt.args, value)
			}
		}
		if _, has := got["as_of"]; strings.HasPrefix(tt.path, "/api/runs?") && !has {
			t.Errorf("%s: as_of is missing", tt.path)
		}
	}
}

// A port that is taken is told of with what to do.
func TestPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	code := Main([]string{"ui", "--no-open", "--port", port}, strings.NewReader(""), &out, &talk, nil)
	if code != 1 || out.Len() > 0 || !strings.Contains(talk.String(), "hint: without --port a free one is taken\n") {
		t.Errorf("exit code %d, %q, %q", code, out.String(), talk.String())
	}
}
