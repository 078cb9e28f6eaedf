package query_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// newShelf makes a shelf with one run, as files, and what removes it.
func newShelf() (s *shelf.Shelf, run *shelf.Run, remove func()) {
	dir, err := os.MkdirTemp("", "runshelf")
	if err != nil {
		log.Fatal(err)
	}
	events := `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"bid","tick":1,"agent":"alpha","amount":5}
{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":2,"event_type":"bid","tick":1,"agent":"beta","amount":7}
{"timestamp":"2026-01-15T12:00:02.000000Z","sequence":3,"event_type":"sale","cause":2,"tick":2,"agent":"beta","price":5}
{"timestamp":"2026-01-15T12:00:03.000000Z","sequence":4,"event_type":"bid","tick":3,"agent":"alpha","amount":9}
`
	manifest := `{"format":1,"run_id":"auction","name":"first","status":"completed","started_at":"2026-01-15T12:00:00.000000Z","ended_at":"2026-01-15T12:00:03.000000Z","config":{"agents":2},"metrics":{"price":5}}`
	if err := os.Mkdir(filepath.Join(dir, "auction"), 0o777); err != nil {
		log.Fatal(err)
	}
	for name, content := range map[string]string{shelf.EventsFile: events, shelf.ManifestFile: manifest} {
		if err := os.WriteFile(filepath.Join(dir, "auction", name), []byte(content), 0o666); err != nil {
			log.Fatal(err)
		}
	}
	s = shelf.New(dir)
	if run, err = s.Find("name:first"); err != nil {
		log.Fatal(err)
	}
	return s, run, func() { _ = os.RemoveAll(dir) }
}

// A scan hands out the events that a filter wants, in their order.
func ExampleScan() {
	_, run, remove := newShelf()
	defer remove()

	where, err := query.CompileWhere(`agent == "alpha" && amount > 4`, query.AboutEvents)
	if err != nil {
		log.Fatal(err)
	}
	report, err := query.Scan(run, query.Filter{Types: []string{"bid"}, Where: where}, func(l *query.Line) error {
		e, err := l.Decode()
		if err != nil {
			return err
		}
		amount, _ := query.Field(&e, "amount")
		fmt.Println(e.Sequence, e.Type, amount)
		return nil // query.ErrStop would end it here
	})
	fmt.Println(report.Matched, "matched,", report.Broken, "broken,", err)
	// Output:
	// 1 bid 5
	// 4 bid 9
	// 2 matched, 0 broken, <nil>
}

// A question can be ended: the run is asked with a context.
func ExampleScan_context() {
	_, run, remove := newShelf()
	defer remove()

	ctx, cancel := context.WithCancel(context.Background())
	_, err := query.Scan(run.WithContext(ctx), query.Filter{}, func(l *query.Line) error {
		fmt.Println("an event at byte", l.Offset)
		cancel() // somebody else would do this
		return nil
	})
	fmt.Println(errors.Is(err, context.Canceled))
	// Output:
	// an event at byte 0
	// true
}

// The last events are read from the end, however long the log is.
func ExampleLast() {
	_, run, remove := newShelf()
	defer remove()

	_, err := query.Last(run, query.Filter{}, 1, func(l *query.Line) error {
		fmt.Printf("%s\n", l.Bytes)
		return nil
	})
	fmt.Println(err)
	// Output:
	// {"timestamp":"2026-01-15T12:00:03.000000Z","sequence":4,"event_type":"bid","tick":3,"agent":"alpha","amount":9}
	// <nil>
}

// Events are counted by any field, and numbers of each group summed up.
func ExampleStats() {
	_, run, remove := newShelf()
	defer remove()

	counts, _, err := query.Stats(run, "agent", query.Filter{Types: []string{"bid"}}, "amount")
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range counts.Groups {
		fmt.Println(g.Value, g.Count, g.Of[0].Mean())
	}
	// Output:
	// alpha 2 7
	// beta 1 7
}

// A series is a field along another one.
func ExampleSeries() {
	_, run, remove := newShelf()
	defer remove()

	o := query.SeriesOptions{X: query.KeyTick, Y: []string{"amount"}}
	_, err := query.Series(run, o, query.Filter{}, func(p query.Point) error {
		fmt.Printf("%s %s\n", p.X, p.Y[0])
		return nil
	})
	fmt.Println(err)
	// Output:
	// 1 5
	// 1 7
	// 3 9
	// <nil>
}

// Following a run ends with it; one that has ended is read to its end.
func ExampleFollow() {
	_, run, remove := newShelf()
	defer remove()

	_, err := query.Follow(context.Background(), run, query.Filter{From: 3}, func(l *query.Line) error {
		e, err := l.Decode()
		fmt.Println(e.Sequence, e.Type)
		return err
	}, query.FollowOptions{})
	fmt.Println(err)
	// Output:
	// 3 sale
	// 4 bid
	// <nil>
}

// The same language chooses runs.
func ExampleWhereMatcher_MatchRun() {
	s, _, remove := newShelf()
	defer remove()

	where, err := query.CompileWhere(`status == "completed" && config.agents < 5`, query.AboutRuns)
	if err != nil {
		log.Fatal(err)
	}
	runs, err := s.Runs()
	if err != nil {
		log.Fatal(err)
	}
	matcher := where.Matcher()
	for _, run := range runs {
		ok, err := matcher.MatchRun(run)
		fmt.Println(run.ID, ok, err)
	}
	// Output:
	// auction true <nil>
}

// A wrong expression says where.
func ExampleCompileWhere() {
	_, err := query.CompileWhere(`amount > 3 && agent = "alpha"`, query.AboutEvents)
	fmt.Println(err)
	// Output:
	// the filter is wrong at character 21: equal is written ==
}

// printer prints the answer to a statement.
type printer struct{}

func (printer) Columns(names []string) error {
	fmt.Println(strings.Join(names, " "))
	return nil
}

func (printer) Row(values []any) error {
	fmt.Println(values...)
	return nil
}

func ExampleSQL() {
	s, _, remove := newShelf()
	defer remove()

	_, err := query.SQL(context.Background(), s, `SELECT agent, sum(amount) AS bids FROM events WHERE event_type = 'bid' GROUP BY 1 ORDER BY 2`, query.SQLOptions{}, printer{})
	fmt.Println(err)
	// Output:
	// agent bids
	// beta 7
	// alpha 14
	// <nil>
}
