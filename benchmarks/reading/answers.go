package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// answer is one question that was answered twice.
type answer struct {
	question, by string
	same         bool
}

// compareAnswers asks Runshelf and jq the same about a part of the events, and
// DuckDB about all of them.
func (s settings) compareAnswers(m *maker) ([]answer, error) {
	var all []answer
	if err := m.make(runPart); err != nil {
		return nil, err
	}
	own, err := m.countsOf(runPart)
	if err != nil {
		return nil, err
	}
	if m.jq != "" {
		theirs, err := m.jqCounts()
		if err != nil {
			return nil, err
		}
		all = append(all, answer{"count by type", "jq", reflect.DeepEqual(own, theirs)})
		same, err := m.sameLines(`select(.event_type=="`+rareType+`" and .price > 10)`, `event_type == "`+rareType+`" && price > 10`)
		if err != nil {
			return nil, err
		}
		all = append(all, answer{"filter", "jq", same})
	}
	if m.duckdb != "" {
		theirs, err := m.duckCounts(runPart)
		if err != nil {
			return nil, err
		}
		all = append(all, answer{"count by type", duckdb, reflect.DeepEqual(own, theirs)})
	}
	return all, nil
}

// countsOf asks Runshelf for the counts by type.
func (m *maker) countsOf(run string) (map[string]int, error) {
	out, err := m.ours("stats", m.run(run), "--json").process.text()
	if err != nil {
		return nil, err
	}
	var document struct {
		Groups []struct {
			Value string
			Count int
		}
	}
	if err := json.Unmarshal([]byte(out), &document); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, g := range document.Groups {
		counts[g.Value] = g.Count
	}
	return counts, nil
}

func (m *maker) jqCounts() (counts map[string]int, err error) {
	p := process{path: m.jq, args: []string{"-n", "reduce inputs as $e ({}; .[$e.event_type] += 1)", m.log(runPart)}}
	out, err := p.text()
	if err == nil {
		err = json.Unmarshal([]byte(out), &counts)
	}
	return counts, err
}

func (m *maker) duckCounts(run string) (map[string]int, error) {
	out, err := m.duck(run, "SELECT event_type, count(*) FROM %s GROUP BY 1").process.text()
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for line := range strings.Lines(out) {
		name, count, _ := strings.Cut(strings.TrimSpace(line), ",")
		if counts[name], err = strconv.Atoi(count); err != nil {
			return nil, fmt.Errorf("DuckDB's line %q: %w", line, err)
		}
	}
	return counts, nil
}

// sameLines compares the sequences of the events that a condition is true of.
func (m *maker) sameLines(jq, where string) (bool, error) {
	theirs, err := process{path: m.jq, args: []string{jq + " | .sequence", m.log(runPart)}}.text()
	if err != nil {
		return false, err
	}
	own, err := m.ours("events", m.run(runPart), "--where", where, "--fields", "sequence").process.text()
	return own == theirs && own != "", err
}
