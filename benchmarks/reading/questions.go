package main

import (
	"fmt"
	"os"
	"strconv"
)

// contender is one that answers a question. A peer that is not installed has no
// process.
type contender struct {
	name    string
	process process
	before  func() error // what is done before each life, not measured
}

// Names of contenders.
const (
	ours     = "Runshelf"
	newlines = "counting line ends"
	ripgrep  = "ripgrep"
	duckdb   = "DuckDB"
)

// bound is what is aimed at: a ratio to a peer, or a time.
type bound struct {
	peer    string  // "" is a time
	atMost  float64 // ours over theirs; or milliseconds
	atLeast float64 // theirs over ours
}

// question is something that all contenders answer.
type question struct {
	name   string
	run    string // that it is about, "" for none
	ask    func(m *maker) ([]contender, error)
	bounds []bound
	needs  func(s settings) bool
}

// questions are all, in the order in which they are asked.
func questions() []question {
	scan := func(atMost float64) []bound {
		return []bound{{peer: newlines, atMost: atMost}, {peer: duckdb, atLeast: 2.5}}
	}
	filter := func(atMost float64) []bound { return append(scan(atMost), bound{peer: ripgrep, atMost: 1}) }
	quick := []bound{{atMost: 50}}
	large := func(s settings) bool { return s.large > 0 }
	return []question{
		{name: "count by type", run: runThird, ask: countByType(runThird), bounds: scan(2.2)},
		{name: "count by type, the type last", run: runLast, ask: countByType(runLast), bounds: scan(4)},
		{name: "filter 2 %", run: runThird, ask: filterRare(runThird), bounds: filter(2.2)},
		{name: "filter 2 %, the type last", run: runLast, ask: filterRare(runLast), bounds: filter(4)},
		{name: "count by type, with the index", run: runIndexed, ask: countByType(runIndexed), bounds: []bound{{peer: duckdb, atLeast: 10}}},
		{name: "SQL: count by type", run: runThird, ask: countBySQL},
		{name: "events --last 10", run: runThird, ask: alone(runThird, "--last", "10"), bounds: quick},
		{name: "events --from N, with the index", run: runIndexed, ask: from(runIndexed), bounds: quick},
		{name: "events --from N, without one", run: runThird, ask: from(runThird)},
		{name: "events --last 10, the large file", run: runLarge, ask: alone(runLarge, "--last", "10"), bounds: quick, needs: large},
		{name: "events --from N, the large file, counted before", run: runLarge, ask: countedBefore(runLarge, from(runLarge)), bounds: quick, needs: large},
		{name: "ls of all runs, without a cache", ask: list(0, true), bounds: []bound{{atMost: 200}}},
		{name: "ls of all runs, with the cache", ask: list(0, false), bounds: quick},
		{name: "ls of 1,000 runs, without a cache", ask: list(1000, true), bounds: quick},
	}
}

// peers leaves out the contenders that are not installed.
func peers(all ...contender) (there []contender) {
	for _, c := range all {
		if c.process.path != "" {
			there = append(there, c)
		}
	}
	return there
}

func (m *maker) newlines(run string) contender {
	return contender{name: newlines, process: process{path: m.self, args: []string{newlinesCommand, m.log(run)}}}
}

// duck asks DuckDB about a file, which stands in the statement as %s.
func (m *maker) duck(run, statement string) contender {
	source := fmt.Sprintf("read_json('%s', format = 'newline_delimited')", m.log(run))
	return contender{name: duckdb, process: process{path: m.duckdb, args: []string{fmt.Sprintf(statement, source)}}}
}

// ours is Runshelf without what it has kept of earlier questions: a count would be
// answered by the index that the one before left in the cache.
func (m *maker) ours(args ...string) contender {
	return contender{
		name: ours, process: process{path: m.runshelf, args: args},
		before: func() error { return os.RemoveAll(m.cacheDir()) },
	}
}

func countByType(run string) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		return peers(m.ours("stats", m.run(run)), m.newlines(run),
			m.duck(run, "SELECT event_type, count(*) FROM %s GROUP BY 1 ORDER BY 2 DESC")), nil
	}
}

func filterRare(run string) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		return peers(m.ours("events", m.run(run), "--where", `event_type == "`+rareType+`"`, "--json"), m.newlines(run),
			contender{name: ripgrep, process: process{path: m.ripgrep, args: []string{"--no-mmap", `"event_type":"` + rareType + `"`, m.log(run)}}},
			m.duck(run, "SELECT sequence, winner, price FROM %s WHERE event_type = '"+rareType+"'")), nil
	}
}

func countBySQL(m *maker) ([]contender, error) {
	statement := "SELECT event_type, count(*) FROM %s GROUP BY 1 ORDER BY 2 DESC"
	own := "SELECT event_type, count(*) FROM events WHERE run_id = '" + runThird + "' GROUP BY 1 ORDER BY 2 DESC"
	return peers(m.ours("query", own, "--logs-dir", m.dir+"/logs"), m.duck(runThird, statement)), nil
}

// alone asks nobody else.
func alone(run string, flags ...string) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		return peers(m.ours(append([]string{"events", m.run(run), "--json"}, flags...)...)), nil
	}
}

// from asks for ten events behind the middle of the file.
func from(run string) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		sequence := strconv.FormatUint(m.events[run]*6/10, 10)
		return alone(run, "--from", sequence, "--first", "10")(m)
	}
}

// countedBefore asks with what a count of the run leaves, which reads all of it.
func countedBefore(run string, ask func(m *maker) ([]contender, error)) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		count := process{path: m.runshelf, args: []string{"stats", m.run(run)}}
		if _, err := count.text(); err != nil {
			return nil, err
		}
		all, err := ask(m)
		for i := range all {
			all[i].before = nil
		}
		return all, err
	}
}

// list lists the runs of a shelf; without a number, of the longest one.
func list(runs int, cold bool) func(m *maker) ([]contender, error) {
	return func(m *maker) ([]contender, error) {
		if runs == 0 || runs > m.runs {
			runs = m.runs
		}
		dir, err := m.shelfOf(runs)
		if err != nil {
			return nil, err
		}
		c := m.ours("ls", "--all", "--logs-dir", dir)
		if !cold {
			c.before = nil
		}
		return peers(c), nil
	}
}
