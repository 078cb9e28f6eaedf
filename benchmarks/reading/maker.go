package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maker makes the files that the questions are about, each once and only when it
// is asked for.
type maker struct {
	settings
	tools
	events map[string]uint64 // of each file, by the name of its run
}

// The runs that questions are about. Each is a directory by itself.
const (
	runThird   = "third"   // event_type is the third key
	runLast    = "last"    // event_type is the last key
	runIndexed = "indexed" // as the first, imported, and so with an index
	runLarge   = "large"   // as the first, and larger
	runPart    = "part"    // the beginning of the first
)

func (m *maker) run(name string) string { return filepath.Join(m.dir, "logs", name) }

func (m *maker) log(name string) string { return filepath.Join(m.run(name), "events.jsonl") }

// leftAlone is longer than a log must have been left alone for an index of it to be kept.
const leftAlone = 3 * time.Second

// make makes a run unless it is there.
func (m *maker) make(name string) error {
	if _, made := m.events[name]; made {
		return nil
	}
	if m.events == nil {
		m.events = map[string]uint64{}
	}
	m.say("making the run %s", name)
	if name == runIndexed {
		return m.importRun()
	}
	size := map[string]float64{runThird: m.bytes, runLast: m.bytes, runLarge: m.large, runPart: min(m.bytes, 20e6)}[name]
	if err := os.MkdirAll(m.run(name), 0o777); err != nil {
		return err
	}
	n, err := writeLog(m.log(name), int64(size), name == runLast)
	m.events[name] = n
	if name == runLarge {
		time.Sleep(leftAlone)
	}
	return err
}

// importRun makes the run that has an index.
func (m *maker) importRun() error {
	if err := m.make(runThird); err != nil {
		return err
	}
	p := process{path: m.runshelf, args: []string{"import", m.log(runThird), "--logs-dir", filepath.Join(m.dir, "logs"), "--run-id", runIndexed}}
	if _, err := p.text(); err != nil {
		return err
	}
	m.events[runIndexed] = m.events[runThird]
	return os.RemoveAll(filepath.Join(m.run(runIndexed), "artifacts")) // a copy of the whole file
}

// shelfOf makes a shelf of many runs, all like one real run.
func (m *maker) shelfOf(runs int) (string, error) {
	dir := filepath.Join(m.dir, fmt.Sprintf("shelf-%d", runs))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	m.say("making a shelf of %d runs", runs)
	first := "run_20260101_000000"
	p := process{path: m.runshelf, args: []string{"sim", "exchange", "--ticks", "2", "--seed", "1", "--quiet", "--logs-dir", dir, "--run-id", first}}
	if _, err := p.text(); err != nil {
		return "", err
	}
	manifest, err := os.ReadFile(filepath.Join(dir, first, "run.json"))
	if err != nil {
		return "", err
	}
	events, err := os.ReadFile(filepath.Join(dir, first, "events.jsonl"))
	if err != nil {
		return "", err
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 1; i < runs; i++ {
		id := at.Add(time.Duration(i) * time.Second).Format("run_20060102_150405")
		if err := os.Mkdir(filepath.Join(dir, id), 0o777); err != nil {
			return "", err
		}
		own := bytes.ReplaceAll(manifest, []byte(first), []byte(id))
		own = []byte(strings.Replace(string(own), `"seed": 1`, fmt.Sprintf(`"seed": %d`, i), 1))
		for name, b := range map[string][]byte{"run.json": own, "events.jsonl": events} {
			if err := os.WriteFile(filepath.Join(dir, id, name), b, 0o666); err != nil {
				return "", err
			}
		}
	}
	time.Sleep(settled)
	return dir, nil
}

// settled is how long a shelf is left alone before it is listed. Of a run that was
// changed in the last two seconds nothing is kept, since it may change once more within
// one step of the clock; a shelf that people list is older.
const settled = 3 * time.Second
