package query

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

// indexedRun is a run with some blocks of events, rare types among them.
func indexedRun(t testing.TB, id string, size int) *shelf.Run {
	t.Helper()
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: id})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i, n := 0, 0; n < size; i++ {
		kind, text := []string{"action", "transfer", "transfer", "q\"<é>"}[r.IntN(4)], strings.Repeat("word ", r.IntN(40))
		if i%900 == 899 {
			kind = "rare"
		}
		l.LogLevel([]slog.Level{slog.LevelInfo, slog.LevelWarn}[r.IntN(2)], kind, slog.Int("i", i), slog.Int("amount", r.IntN(100)), slog.String("text", text))
		n += 120 + len(text)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	makeYounger(t, run)
	return run
}

// makeYounger leaves no doubt that the index was written after the log.
func makeYounger(t testing.TB, run *shelf.Run) { setAge(t, run, -time.Hour) }

// makeOlder makes the index older than the log, as a kill does and a copy may.
func makeOlder(t testing.TB, run *shelf.Run) { setAge(t, run, time.Hour) }

func setAge(t testing.TB, run *shelf.Run, age time.Duration) {
	t.Helper()
	at := time.Now().Add(-age)
	if err := os.Chtimes(filepath.Join(run.Dir, shelf.IndexFile), at, at); err != nil {
		t.Fatal(err)
	}
}

// indexQuestions are filters that the index can help with, and others.
func indexQuestions(t testing.TB, run *shelf.Run) map[string]Filter {
	t.Helper()
	n := run.Manifest.Events.LastSequence
	var middle time.Time
	if _, err := Scan(run, Filter{From: n / 2, To: n / 2}, func(l *Line) error {
		e, err := l.Decode()
		middle = e.Time
		return err
	}); err != nil {
		t.Fatal(err)
	}
	warn := slog.LevelWarn
	all := map[string]Filter{
		"all": {}, "from": {From: n / 3}, "from the end": {From: n}, "beyond": {From: n + 1}, "to": {To: n / 4}, "range": {From: n / 3, To: n/3 + 5},
		"since": {Since: middle}, "later": {Since: middle.Add(time.Hour)}, "rare": {Types: []string{"rare"}}, "none": {Types: []string{"nothing"}},
		"globs": {Types: []string{"ra*", "act*"}, From: 10}, "level": {MinLevel: &warn, Types: []string{"rare"}},
	}
	for _, source := range []string{
		`event_type == "rare"`, `event_type in ["rare", "q\"<é>"]`, `event_type != "transfer"`, `not (event_type == "transfer")`, `event_type startsWith "r"`,
		`sequence > 1500`, `sequence >= 1500 && sequence < 1503`, `1500 < sequence`, `sequence == 1000`, `sequence in [1, 1000]`, `sequence != 3`, `not (sequence == 3)`,
		`not (sequence > 20)`, `sequence == "1000"`, `sequence == 1000.0`, `sequence < 20.5`, `sequence == -1`,
		`timestamp >= "` + middle.UTC().Format("2006-01-02T15:04:05.000000Z") + `"`, `timestamp < "2020"`, `timestamp == "x"`,
		`event_type == "rare" && amount > 50`, `amount == 7 || event_type == "rare"`, `event_type == "rare" && level == "WARN"`,
	} {
		all[source] = filterOf(t, source)
	}
	return all
}

// answersOf are the answers to a question that must not depend on the index.
func answersOf(t testing.TB, run *shelf.Run, f Filter) []string {
	t.Helper()
	var answers []string
	say := func(what string, v any, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		answers = append(answers, fmt.Sprintf("%s: %v", what, v))
	}
	var lines []byte
	take := func(l *Line) error {
		lines = fmt.Appendf(lines, "%d %s\n", l.Offset, l.Bytes)
		return nil
	}
	r, err := Scan(run, f, take)
	say("scan", fmt.Sprintf("%d %d\n%s", r.Matched, r.Broken, lines), err)
	lines = nil
	_, err = Last(run, f, 10, take)
	say("last", string(lines), err)
	n, r, err := Count(run, f)
	say("count", fmt.Sprintf("%d %d", n, r.Broken), err)
	c, r, err := Stats(run, "", f)
	say("stats", fmt.Sprintf("%+v %d %d", *c, r.Matched, r.Broken), err)
	c, _, err = Stats(run, "level", f, "amount")
	say("levels", fmt.Sprintf("%+v", *c), err)
	lines = nil
	_, err = Series(run, SeriesOptions{Y: []string{"amount"}, Points: 50}, f, func(p Point) error {
		lines = fmt.Appendf(lines, "%s %s\n", p.X, p.Y)
		return nil
	})
	say("series", string(lines), err)
	return answers
}

// usesIndex reports whether the index is used for a question.
func usesIndex(t testing.TB, run *shelf.Run, f Filter) bool {
	t.Helper()
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	return planned(run, events, f, outlook{counts: true, ends: true}).base > 0
}

// A45: whatever the index is, the answers are those of the log.
func TestA45IndexWrong(t *testing.T) {
	run, other := indexedRun(t, "a", 600_000), indexedRun(t, "b", 600_000)
	path := filepath.Join(run.Dir, shelf.IndexFile)
	right, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(other.Dir, shelf.IndexFile))
	if err != nil {
		t.Fatal(err)
	}
	questions := indexQuestions(t, run)
	if !usesIndex(t, run, Filter{}) || !usesIndex(t, run, questions["sequence > 1500"]) {
		t.Fatal("the right index is not used")
	}
	wrong := bytes.Replace(right, []byte(`"transfer":`), []byte(`"transfe2":`), 1)
	want := map[string][]string{}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for name, f := range questions {
		want[name] = answersOf(t, run, f)
	}
	for index, content := range map[string][]byte{
		"right": right, "noise": []byte(strings.Repeat("noise\x00{", 3000)), "of another run": foreign, "truncated": right[:len(right)/2],
		"lagging": right[:bytes.IndexByte(right[len(right)/3:], '\n')+len(right)/3+1], "empty": nil, "changed": wrong,
	} {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, age := range []func(testing.TB, *shelf.Run){makeYounger, makeOlder} {
			age(t, run)
			for name, f := range questions {
				if used := index == "right" || index == "lagging"; !used && name != "all" && name != "rare" && name != "from" && name != "sequence == 1000" {
					continue // the log is read then, and it is enough to see that
				}
				for i, got := range answersOf(t, run, f) {
					if got != want[name][i] {
						t.Errorf("with an index that is %s, %s gives\n%.300s\nnot\n%.300s", index, name, got, want[name][i])
					}
				}
			}
		}
	}
}

// Statements give the same rows with the index as without.
func TestIndexUnderSQL(t *testing.T) {
	run := indexedRun(t, "a", 600_000)
	for _, where := range []string{
		"event_type = 'rare'", "event_type IN ('rare', 'nothing')", "event_type > 'm'", "sequence > 1500", "sequence = 1000", "sequence IN (1, 1000)",
		"sequence BETWEEN 1000 AND 1010", "timestamp < '2020'", "sequence = '1000'", "event_type = 'rare' AND amount > 50", "sequence >= 1000.5 AND sequence < 1002",
	} {
		indexAgrees(t, run, "SELECT sequence, event_type, amount FROM events WHERE "+where)
	}
	for _, where := range []string{"run_id = 'a'", "run_id = 'a' AND event_type > 'm'", "event_type IN ('rare', 'nothing')", "run_id = 'b'", "event_type = 7", "sequence > 1500"} {
		indexAgrees(t, run, "SELECT event_type, count(*) FROM events WHERE "+where+" GROUP BY 1")
	}
}

// indexAgrees asks with the index of a run and without it.
func indexAgrees(t *testing.T, run *shelf.Run, statement string) {
	t.Helper()
	path := filepath.Join(run.Dir, shelf.IndexFile)
	with, _, err := ask(t, shelf.New(filepath.Dir(run.Dir)), statement)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+"x"); err != nil {
		t.Fatal(err)
	}
	without, _, err := ask(t, shelf.New(filepath.Dir(run.Dir)), statement)
	if err != nil || !reflect.DeepEqual(with, without) {
		t.Errorf("%s: %v, %.300v and without index %.300v", statement, err, with, without)
	}
	if err := os.Rename(path+"x", path); err != nil {
		t.Fatal(err)
	}
}

// A log that was changed since is read, whatever the index tells.
func TestIndexOlderThanItsLog(t *testing.T) {
	run := indexedRun(t, "a", 600_000)
	path := filepath.Join(run.Dir, shelf.EventsFile)
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _, err := Count(run, Filter{Types: []string{"rare"}})
	if err != nil || before == 0 {
		t.Fatal(before, err)
	}
	log = bytes.Replace(log, []byte(`"event_type":"rare"`), []byte(`"event_type":"rose"`), 1)
	if err := os.WriteFile(path, log, 0o666); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(2 * time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	after, _, err := Count(run, Filter{Types: []string{"rare"}})
	if err != nil || after != before-1 || usesIndex(t, run, Filter{}) {
		t.Errorf("%d, want %d; %v", after, before-1, err)
	}
}

// Times that run backwards are told, and not taken for ascending.
func TestIndexOfTimesThatRunBackwards(t *testing.T) {
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	r, base := rand.New(rand.NewPCG(1, 1)), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for i := range 8000 {
		at := base.Add(time.Duration(r.IntN(1000)+i/4) * time.Second)
		l.LogObjectAt(at, slog.LevelInfo, 0, []string{"a", "b"}[i/100%2], fmt.Appendf(nil, `{"i":%d,"text":"some text of some length"}`, i))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	makeYounger(t, run)
	for _, f := range []Filter{{Since: base.Add(20 * time.Minute)}, {}, {Types: []string{"a"}}} {
		with := answersOf(t, run, f)
		if f.all() && !usesIndex(t, run, Filter{From: 4000}) {
			t.Error("the index is not used")
		}
		path := filepath.Join(run.Dir, shelf.IndexFile)
		if err := os.Rename(path, path+"x"); err != nil {
			t.Fatal(err)
		}
		if without := answersOf(t, run, f); !reflect.DeepEqual(with, without) {
			t.Errorf("%+v: with\n%.500s\nwithout\n%.500s", f, with, without)
		}
		if err := os.Rename(path+"x", path); err != nil {
			t.Fatal(err)
		}
	}
}
