package query

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// sqlAnswer collects an answer as text, one row a line.
type sqlAnswer struct{ rows []string }

func (r *sqlAnswer) Columns(names []string) error {
	r.rows = append(r.rows, strings.Join(names, "|"))
	return nil
}

func (r *sqlAnswer) Row(values []any) error {
	var cells []string
	for _, v := range values {
		cells = append(cells, fmt.Sprintf("%v", v))
	}
	r.rows = append(r.rows, strings.Join(cells, "|"))
	return nil
}

// sqlShelf is a shelf of two runs with events, odd ones among them.
func sqlShelf(t testing.TB) *shelf.Shelf {
	s := shelfOf(t, map[string]string{
		"run_a": `{"run_id":"run_a","status":"completed","started_at":"2026-01-15T12:00:00.000000Z","seed":18446744073709551615,"config":{"agents":5},"tags":["x"],"events":{"count":6},"pinned":true}`,
		"run_b": `{"run_id":"run_b","status":"failed","started_at":"2026-01-15T13:00:00.000000Z","seed":7,"config":{"agents":9}}`,
	})
	a := `{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":1,"event_type":"transfer","amount":5,"o":{"k":[1,2]},"Mixed":1}
{"timestamp":"2026-01-15T12:00:00.000002Z","sequence":2,"event_type":"transfer","level":"WARN","amount":"5","ok":true}
{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":3,"event_type":"tick","amount":12345678901234567890,"ok":null}
broken "amount":5
{"sequence":4,"event_type":"transfer","amount":9007199254740993}
{"sequence":5,"event_type":"tick","amount":5.5,"cause":1}
{"sequence":6,"event_type":"a'b","it's":1}
{"sequence":7,"event_type":"transfer","amount":5,"torn`
	writeOld(t, filepath.Join(s.Dir(), "run_a", shelf.EventsFile), a)
	writeOld(t, filepath.Join(s.Dir(), "run_b", shelf.EventsFile), sample(30)+`{"sequence":31,"event_type":"rare","only_here":1}`+"\n")
	return s
}

func ask(t testing.TB, s *shelf.Shelf, statement string) ([]string, []RunReport, error) {
	t.Helper()
	var r sqlAnswer
	reports, err := SQL(t.Context(), s, statement, SQLOptions{}, &r)
	return r.rows, reports, err
}

func TestSQL(t *testing.T) {
	s := sqlShelf(t)
	tests := []struct {
		statement string
		want      []string
	}{
		{`SELECT run_id, count(*) AS n FROM events GROUP BY run_id ORDER BY run_id`, []string{"run_id|n", "run_a|6", "run_b|31"}},
		{`SELECT sequence, amount FROM events WHERE run_id = 'run_a' AND event_type = 'transfer'`, []string{"sequence|amount", "1|5", "2|5", "4|9007199254740993"}},
		{`SELECT sequence, typeof(amount) FROM events WHERE run_id='run_a' ORDER BY sequence`, []string{"sequence|typeof(amount)", "1|integer", "2|text", "3|text", "4|integer", "5|real", "6|null"}},
		{`SELECT sequence FROM events WHERE amount = 5`, []string{"sequence", "1"}},
		{`SELECT sequence FROM events WHERE amount = '5'`, []string{"sequence", "2"}},
		{`SELECT sequence FROM events WHERE amount = CAST('5' AS INTEGER)`, []string{"sequence", "1", "2"}},
		{`SELECT sequence FROM events WHERE amount > 5 AND amount < 6`, []string{"sequence", "5"}},
		{`SELECT sequence FROM events WHERE amount > 100 ORDER BY sequence`, []string{"sequence", "2", "3", "4"}},
		{`SELECT amount FROM events WHERE sequence = 3 AND run_id = 'run_a'`, []string{"amount", "12345678901234567890"}},
		{`SELECT sequence FROM events WHERE event_type IN ('tick', 'nothing') AND run_id IN ('run_a')`, []string{"sequence", "3", "5"}},
		{`SELECT sequence FROM events WHERE EVENT_TYPE = 'TICK' COLLATE NOCASE AND run_id = 'run_a'`, []string{"sequence", "3", "5"}},
		{`SELECT e.data->>'amount', data->>'$.o', data->>'none' FROM events e WHERE sequence = 1 AND run_id = 'run_a'`, []string{`"amount"|data->>'$.o'|data->>'none'`, `5|{"k":[1,2]}|<nil>`}},
		{`SELECT data->'o'->'k' AS k FROM events WHERE sequence = 1 AND run_id='run_a'`, []string{"k", "[1,2]"}},
		{`SELECT sequence, ok FROM events WHERE run_id = 'run_a' AND sequence <= 3`, []string{"sequence|ok", "1|<nil>", "2|1", "3|<nil>"}},
		{`SELECT level, count(*) FROM events WHERE run_id = 'run_a' GROUP BY level`, []string{"level|count(*)", "<nil>|5", "WARN|1"}},
		{`SELECT coalesce(level, 'INFO') AS l, count(*) FROM events WHERE run_id = 'run_a' GROUP BY l`, []string{"l|count(*)", "INFO|5", "WARN|1"}},
		{`SELECT count(*) FROM events WHERE run_id = 'run_a' AND level = 'INFO'`, []string{"count(*)", "0"}},
		{`SELECT count(*) FROM events WHERE run_id = 'run_a' AND level IS NULL`, []string{"count(*)", "5"}},
		{`SELECT mixed FROM events WHERE mixed IS NOT NULL`, []string{"Mixed", "1"}},
		{`SELECT only_here, run_id FROM events WHERE only_here = 1`, []string{"only_here|run_id", "1|run_b"}},
		{`SELECT "it's" FROM events WHERE event_type = 'a''b' -- and a comment`, []string{"it's", "1"}},
		{`SELECT run_id, status, events, config->>'agents' AS agents, seed, pinned, tags FROM runs ORDER BY run_id;`, []string{"run_id|status|events|agents|seed|pinned|tags", `run_a|completed|6|5|18446744073709551615|1|["x"]`, "run_b|failed|<nil>|9|7|<nil>|<nil>"}},
		{`SELECT r.run_id, max(e.tick) FROM runs r JOIN events e USING (run_id) WHERE r.status = 'failed' GROUP BY 1`, []string{"run_id|max(e.tick)", "run_b|15"}},
		{`SELECT count(*) FROM events WHERE timestamp >= '2026-01-15T12:00:20' AND run_id = 'run_b'`, []string{"count(*)", "11"}},
		{`SELECT DISTINCT run_id FROM events ORDER BY run_id`, []string{"run_id", "run_a", "run_b"}},
		{`SELECT sequence FROM events WHERE amount IS NULL AND run_id = 'run_a' LIMIT 5`, []string{"sequence", "6"}},
		{`SELECT event_type FROM events WHERE sequence = NULL`, []string{"event_type"}},
		{`SELECT json_extract(manifest, '$.config.agents') AS a FROM runs WHERE run_id = 'run_b'`, []string{"a", "9"}},
		{`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT group_concat(i) AS g FROM n`, []string{"g", "1,2,3"}},
		{`SELECT * FROM events WHERE run_id = 'run_a' AND sequence = 5`, []string{"run_id|sequence|timestamp|level|event_type|cause|data", `run_a|5|<nil>|<nil>|tick|1|{"sequence":5,"event_type":"tick","amount":5.5,"cause":1}`}},
	}
	for _, tt := range tests {
		rows, _, err := ask(t, s, tt.statement)
		if len(rows) > 0 && len(tt.want) > 0 {
			rows[0], tt.want[0] = "", "" // SQLite names columns as it likes
		}
		if err != nil || !slices.Equal(rows, tt.want) {
			t.Errorf("%s\n got %q, %v\nwant %q", tt.statement, rows, err, tt.want)
		}
	}
}

// TestSQLReportsBroken: broken lines are skipped in each question, and told.
func TestSQLReportsBroken(t *testing.T) {
	_, reports, err := ask(t, sqlShelf(t), `SELECT count(*) FROM events WHERE amount = 5`)
	if err != nil || len(reports) != 1 || reports[0].Run.ID != "run_a" || reports[0].Report.Broken != 2 || !reports[0].Report.Torn {
		t.Errorf("%+v, %v", reports, err)
	}
}

// A run whose events are not there is missing from the answer, and that is told; one
// that is not asked for is not.
func TestSQLReportsWhatItCouldNotRead(t *testing.T) {
	s := sqlShelf(t)
	if err := os.Remove(filepath.Join(s.Dir(), "run_b", shelf.EventsFile)); err != nil {
		t.Fatal(err)
	}
	for statement, want := range map[string]string{
		`SELECT count(*) FROM events`: "run_a run_b", `SELECT event_type, count(*) FROM events GROUP BY 1`: "run_a run_b", `SELECT sequence FROM events`: "run_a run_b",
		`SELECT sequence FROM events WHERE run_id = 'run_a'`: "run_a", `SELECT count(*) FROM runs`: "",
	} {
		_, reports, err := ask(t, s, statement)
		var told []string
		for _, r := range reports {
			told = append(told, r.Run.ID)
			if (r.Err != nil) != (r.Run.ID == "run_b") {
				t.Errorf("%s: %s: %v", statement, r.Run.ID, r.Err)
			}
		}
		slices.Sort(told)
		if err != nil || strings.Join(told, " ") != want {
			t.Errorf("%s: %q, %v", statement, told, err)
		}
	}
}

// S20 query_read_only.
func TestSQLReadsOnly(t *testing.T) {
	s := sqlShelf(t)
	before, err := os.ReadDir(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`DELETE FROM events`, `INSERT INTO runs(run_id) VALUES ('x')`, `UPDATE runs SET name = 'x'`, `DROP TABLE runs`, `CREATE TABLE t(x)`, `CREATE TEMP TABLE t(x)`,
		`CREATE VIEW v AS SELECT 1`, `ATTACH '/tmp/x.db' AS x`, `ATTACH ':memory:' AS x`, `DETACH main`, `PRAGMA journal_mode = WAL`, `PRAGMA writable_schema = 1`, `PRAGMA table_info(runs)`, `VACUUM INTO '/tmp/x.db'`,
		`COPY runs TO '/tmp/x'`, `SELECT load_extension('x')`, `SELECT readfile('/etc/passwd')`, `SELECT writefile('/tmp/x', 'y')`, `SELECT * FROM pragma_database_list`,
		`BEGIN`, `SAVEPOINT x`, `ANALYZE`, `REINDEX`, `SELECT 1; SELECT 2`, `SELECT 1; DELETE FROM events`, ``, ` -- nothing`, `SELECT * FROM nowhere`, `SELECT nokey FROM events`, `SELEC`, `SELECT "nothing" FROM runs`,
		`CREATE VIRTUAL TABLE x USING events`, `EXPLAIN DELETE FROM runs`,
	} {
		rows, _, err := ask(t, s, statement)
		var wrong *SQLError
		if !errors.As(err, &wrong) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q, %v", statement, rows, err)
		}
	}
	for statement, want := range map[string]*SQLError{
		`DELETE FROM events`: errReadOnly, `PRAGMA table_info(runs)`: errReadOnly, `SELECT * FROM pragma_database_list`: errOutOfReach,
	} {
		if _, _, err := ask(t, s, statement); err != want {
			t.Errorf("%q: %v, want %v", statement, err, want)
		}
	}
	if after, err := os.ReadDir(s.Dir()); err != nil || len(after) != len(before) {
		t.Errorf("%d entries, there were %d: %v", len(after), len(before), err)
	}
}

func TestSQLStops(t *testing.T) {
	s := sqlShelf(t)
	endless := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`
	_, err := SQL(t.Context(), s, endless, SQLOptions{Timeout: 100 * time.Millisecond}, &sqlAnswer{})
	var stopped *SQLError
	if !errors.As(err, &stopped) || !stopped.Stopped {
		t.Errorf("after the time limit: %v", err)
	}
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(reason) })
	if _, err := SQL(ctx, s, endless, SQLOptions{}, &sqlAnswer{}); err != reason {
		t.Errorf("after the end of the context: %v", err)
	}
	own := errors.New("own")
	if _, err := SQL(t.Context(), s, `SELECT * FROM events`, SQLOptions{}, failingOutput{own}); !errors.Is(err, own) {
		t.Errorf("after an error of the output: %v", err)
	}
}

type failingOutput struct{ err error }

func (f failingOutput) Columns([]string) error { return nil }
func (f failingOutput) Row([]any) error        { return f.err }

// S20: a statement that wants more memory than one may take gets an error, in the middle of
// an answer too, and the next statement is answered as ever.
func TestS20SQLTooLarge(t *testing.T) {
	s := sqlShelf(t)
	for _, statement := range []string{
		`SELECT zeroblob(900000000)`, `SELECT hex(zeroblob(300000000)) FROM events`, `SELECT length(randomblob(900000000)) FROM runs ORDER BY 1`,
		`SELECT 1 UNION ALL SELECT hex(zeroblob(300000000))`, `SELECT zeroblob(100000000000)`,
	} {
		var wrong *SQLError
		if _, _, err := ask(t, s, statement); !errors.As(err, &wrong) || !wrong.TooLarge {
			t.Errorf("%s: %v", statement, err)
		}
		if rows, _, err := ask(t, s, `SELECT count(*) FROM runs`); err != nil || len(rows) != 2 || rows[1] != "2" {
			t.Errorf("after %s: %q, %v", statement, rows, err)
		}
	}
}

func TestRewriteData(t *testing.T) {
	keys := []string{"amount", "it's", "Case", "data.level"}
	for statement, want := range map[string]string{
		`SELECT data->>'amount' FROM events`:               `SELECT "amount" FROM events`,
		`SELECT e.data ->> '$.amount'`:                     `SELECT e."amount"`,
		`SELECT data->>'it''s'`:                            `SELECT "it's"`,
		`SELECT data->>'case', data->'amount'`:             `SELECT data->>'case', data->'amount'`,
		`SELECT 'data->>''amount''' /* data->>'amount' */`: `SELECT 'data->>''amount''' /* data->>'amount' */`,
		`SELECT "data"->>'sequence' -- data->>'amount'`:    `SELECT "sequence" -- data->>'amount'`,
		`SELECT 'unfinished`:                               `SELECT 'unfinished`,
		`SELECT data->>'data.level'`:                       `SELECT "data.level"`,
		`SELECT data->>'$.data.level'`:                     `SELECT data->>'$.data.level'`,

		// What a part of a statement hands on is no event any more.
		`SELECT data->>'amount' FROM (SELECT data FROM events)`:                                         ``,
		`SELECT data->>'amount' FROM (SELECT e.*, 1 AS one FROM events e)`:                              ``,
		`WITH t(data) AS (SELECT config FROM runs) SELECT data->>'amount' FROM t`:                       ``,
		`SELECT json_object('amount', 1) AS data ORDER BY data->>'amount'`:                              ``,
		`SELECT -amount AS amount FROM events ORDER BY data->>'amount'`:                                 ``,
		`SELECT -amount amount FROM events ORDER BY data->>'amount'`:                                    ``,
		`SELECT count(*) FROM events WHERE data->>'amount' > (SELECT avg(data->>'amount') FROM events)`: `SELECT count(*) FROM events WHERE "amount" > (SELECT avg("amount") FROM events)`,
		`SELECT a FROM (SELECT data->>'amount' a, data->'amount' FROM events)`:                          `SELECT a FROM (SELECT "amount" a, data->'amount' FROM events)`,
		`SELECT data, data->>'amount' * 2 FROM events`:                                                  `SELECT data, "amount" * 2 FROM events`,
	} {
		want = cmp.Or(want, statement)
		if got := rewriteData(statement, keys); got != want {
			t.Errorf("%s becomes %s, want %s", statement, got, want)
		}
	}
}

// FuzzSQLText shows that no statement makes the reading of its words fail, and
// that rewriting keeps what it does not know.
func FuzzSQLText(f *testing.F) {
	f.Add(`SELECT data->>'a' FROM "events" -- x`)
	f.Fuzz(func(t *testing.T, statement string) {
		at := 0
		for _, token := range sqlTokens(statement) {
			if token.lo < at || token.hi <= token.lo || token.hi > len(statement) {
				t.Fatalf("%q: token %+v after %d", statement, token, at)
			}
			at = token.hi
		}
		if got := rewriteData(statement, nil); got != statement && !strings.Contains(statement, "data") {
			t.Errorf("%q becomes %q", statement, got)
		}
	})
}

// TestSQLOr joins conditions by OR. SQLite then makes a pass for each of them and
// must know events again that it has met before, also those of another run. A
// condition on +x is one that it checks by itself, event by event.
func TestSQLOr(t *testing.T) {
	s := sqlShelf(t)
	conditions := []string{
		`%ssequence IN (1, 5, 30)`, `%ssequence BETWEEN 3 AND 7`, `%ssequence > 28`, `%sevent_type = 'transfer'`, `%sevent_type IN ('tick', 'rare')`,
		`%stimestamp <= '2026-01-15T12:00:00.000002Z'`, `%samount = 5`, `%srun_id = 'run_b'`,
	}
	for i, first := range conditions {
		for _, second := range conditions[i+1:] {
			form := `SELECT run_id, sequence, amount FROM events WHERE ` + first + ` OR ` + second + ` ORDER BY 1, 2`
			got, _, err := ask(t, s, fmt.Sprintf(form, "", ""))
			if err != nil {
				t.Fatal(err)
			}
			want, _, err := ask(t, s, fmt.Sprintf(form, "+", "+"))
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %q, %v, want %q", form, got, err, want)
			}
		}
	}
}
