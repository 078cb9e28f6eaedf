package query

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/shelf"
)

// TestSQLGroups asks for groups that are counted before SQLite sees them, and in
// a form in which SQLite sorts the events itself.
func TestSQLGroups(t *testing.T) {
	s := shelfOf(t, map[string]string{"run_a": `{"run_id":"run_a"}`, "run_b": `{"run_id":"run_b"}`})
	line := rapid.SampledFrom([]string{
		`{"event_type":"a","n":5,"level":"WARN"}`, `{"event_type":"\u0061","n":5.0}`, `{"event_type":"b","n":5e0}`, `{"event_type":"b","n":"5"}`, `{"event_type":null,"n":true}`,
		`{"n":1}`, `{"event_type":7,"n":9007199254740993}`, `{"event_type":"B","n":9007199254740994.0}`, `{"event_type":"é","n":9007199254740992}`, `{"event_type":{"x":1},"n":null}`,
		`{"event_type":"","n":12345678901234567890}`, `broken`, `{"event_type":"b","event_type":"c","n":-1}`,
	})
	forms := []string{
		`SELECT %[1]s, count(*) FROM events GROUP BY %[2]s ORDER BY 1, 2`, `SELECT DISTINCT %[1]s FROM events ORDER BY %[2]s`,
		`SELECT %[1]s FROM events ORDER BY %[2]s`, `SELECT %[1]s FROM events ORDER BY %[2]s DESC`, `SELECT count(*), %[1]s FROM events GROUP BY %[2]s ORDER BY %[2]s DESC`, `SELECT %[1]s, count(*) FROM events WHERE n > 4 GROUP BY %[2]s ORDER BY 1, 2`,
		`SELECT %[1]s, count(*) FROM events WHERE event_type IN ('a','b') GROUP BY %[2]s`,
		`SELECT %[1]s, count(*) AS c, min(n), max(event_type) FROM events GROUP BY %[2]s HAVING count(*) > 1 ORDER BY c DESC, %[2]s`,
		`SELECT count(*)*2, %[1]s FROM events WHERE (n > 1) OR event_type IN ('a') GROUP BY %[2]s ORDER BY count(*), %[2]s`, `SELECT %[1]s, count(*), sum(n), count(n) FROM events GROUP BY %[2]s ORDER BY %[2]s`,
		`SELECT %[1]s, count(*) FROM events WHERE run_id = 'run_b' GROUP BY %[2]s`, `SELECT %[1]s, run_id FROM events WHERE run_id = 'run_a' ORDER BY %[2]s`,
		`SELECT %[1]s, min(run_id) FROM events WHERE run_id = 'run_b' AND n > 1 GROUP BY %[2]s`, `SELECT %[1]s FROM events WHERE run_id = 'run_b' AND run_id > 'run_c' ORDER BY %[2]s`,
		`SELECT %[1]s, count(*) FROM events WHERE run_id IN ('run_a','run_b') GROUP BY %[2]s`, `SELECT %[1]s, r.status FROM runs r JOIN events e ON e.run_id = r.run_id ORDER BY %[2]s`,
	}
	rapid.Check(t, func(rt *rapid.T) {
		for _, run := range []string{"run_a", "run_b"} {
			log := strings.Join(rapid.SliceOfN(line, 0, 12).Draw(rt, "lines"), "\n") + "\n{\"n\":1}\n"
			writeOld(t, filepath.Join(s.Dir(), run, shelf.EventsFile), log)
		}
		column := rapid.SampledFrom([]string{"event_type", "n", "level", "event_type, n", "n, level"}).Draw(rt, "column")
		hidden := "+" + strings.ReplaceAll(column, ", ", ", +")
		form := rapid.SampledFrom(forms).Draw(rt, "form")
		got, _, err := ask(t, s, fmt.Sprintf(form, column, column))
		if err != nil {
			rt.Fatal(err)
		}
		want, _, err := ask(t, s, fmt.Sprintf(form, hidden, hidden))
		if err != nil || !slices.Equal(got[1:], want[1:]) {
			rt.Fatalf("%s by %s: %q, %v, want %q", form, column, got, err, want)
		}
	})
}

// TestGroupPasses has more groups than may be held at once.
func TestGroupPasses(t *testing.T) {
	var events []string
	for i := range 500 {
		events = append(events, fmt.Sprint(i*7919%101))
	}
	scans := 0
	scan := func(add func(eventRow) bool) bool {
		scans++
		for _, n := range events {
			add(eventRow{buf: []byte(" " + n), values: []span{{1, 1 + len(n)}}})
		}
		return true
	}
	var got []string
	passes := &groupPasses{order: []int{0}, down: []bool{false}, limit: 8, scan: scan}
	for r, ok := passes.next(); ok; r, ok = passes.next() {
		got = append(got, string(valueIn(r.buf, r.values[0])))
	}
	slices.SortFunc(events, func(a, b string) int { return compareSQL(sqlValue([]byte(a)), sqlValue([]byte(b))) })
	if !slices.Equal(got, events) || scans < 6 {
		t.Errorf("%d events in %d scans: %v", len(got), scans, got)
	}
}

func TestRewriteCount(t *testing.T) {
	for _, test := range []struct {
		statement string
		counts    int
	}{
		{"SELECT event_type, count(*) FROM events GROUP BY 1", 1},
		{"select event_type, Count( * ) from events where a = 'count(*)' group by 1 having Count( * ) > 5;", 2},
		{"SELECT event_type, count(*), min(n), max(n) FROM events WHERE (n > 1) AND n IN (1, 2) GROUP BY 1 ORDER BY count(*) DESC", 2},
		{"SELECT count(*) FROM events", 0},
		{"SELECT count(*), sum(n) FROM events GROUP BY n", 0},
		{"SELECT count(*), count(n) FROM events GROUP BY n", 0},
		{"SELECT count(*), COUNT(*) FROM events GROUP BY n", 0},
		{"SELECT count(*) FROM events WHERE count(*) > 1 GROUP BY n", 0},
		{"SELECT count(*) FROM events e GROUP BY n", 0},
		{"SELECT count(*) FROM events, runs GROUP BY n", 0},
		{"SELECT count(*) OVER (PARTITION BY n) FROM events GROUP BY n", 0},
		{"SELECT count(*) FILTER (WHERE n) FROM events GROUP BY n", 0},
		{"SELECT count(*) FROM events GROUP BY n UNION SELECT 1", 0},
		{"SELECT count(*) FROM events WHERE n IN (SELECT 1) GROUP BY n", 0},
		{"WITH x AS (SELECT 1) SELECT count(*) FROM events GROUP BY n", 0},
		{"EXPLAIN SELECT count(*) FROM events GROUP BY n", 0},
		{`SELECT count(*), "events of this row" FROM events GROUP BY n`, 0},
	} {
		got, spelling := rewriteCount(test.statement)
		if n := strings.Count(got, sumOfTimes); n != test.counts || (spelling != "") != (n > 0) || strings.ReplaceAll(got, sumOfTimes, spelling) != test.statement {
			t.Errorf("%s: got %s, %q", test.statement, got, spelling)
		}
	}
}
