package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// reportEvents is how many events of each run are shown at the beginning, and as
// many at the end.
const reportEvents = 100

// report is what the template shows.
type report struct {
	Made    string
	Runs    []reportRun
	Config  []reportRow // what differs
	Metrics []reportRow
	Curves  []reportCurve // of all runs, overlaid
	Parting *reportParting
	Common  [][]string // how many events each two begin with
	Aside   []string   // what is set aside where events are compared
	aside   []string   // the same, as it was given
}

// reportRun is one run.
type reportRun struct {
	ID, Name, Status, Started, Program, Seed, Rerun, Problem string
	Tags                                                     []string
	Config, Metrics                                          []reportPair
	Types                                                    []query.Facet
	Events, Skipped, Broken                                  int64
	First, Last                                              []reportEvent
	Curves                                                   []reportCurve
	Lanes                                                    *reportLanes
}

type reportPair struct{ Name, Value string }

// reportRow is one name with the value of each run.
type reportRow struct {
	Name   string
	Values []string
}

type reportEvent struct {
	Sequence   uint64
	Time, Text string
}

// reportParting is where two runs part.
type reportParting struct {
	Same                    bool
	Index, Equal            int64
	Added, Removed, Changed int64
	A, B                    string
	Fields                  []reportDifference
}

type reportDifference struct{ Path, A, B string }

// WriteReport writes one HTML document about runs, which needs nothing else: no
// script, no other file, no network. It shows each run, and of several what
// differs, their curves over each other and how many events they have in common;
// of exactly two also where their events part. rerun gives the command that would
// make a run again; nil is none. ignore is what is set aside where events are
// compared, as [compare.Options] has it.
func WriteReport(w io.Writer, runs []*shelf.Run, now time.Time, rerun func(*shelf.Run) string, ignore []string) error {
	r := report{Made: now.UTC().Format(time.RFC3339), aside: ignore}
	for _, run := range runs {
		part, err := reportOf(run)
		if err != nil {
			return fmt.Errorf("reporting run %s: %w", run.ID, err)
		}
		if rerun != nil {
			part.Rerun = safeText(rerun(run))
		}
		r.Runs = append(r.Runs, part)
	}
	r.Config = rowsOf(runs, func(m *shelf.Manifest) []byte { return m.Config }, true)
	r.Metrics = rowsOf(runs, metricsOf, false)
	if err := r.compare(runs); err != nil {
		return err
	}
	page, err := template.ParseFS(assets, "assets/report.html")
	if err != nil {
		return err
	}
	return page.Execute(w, r)
}

// compare takes in what is shown of several runs.
func (r *report) compare(runs []*shelf.Run) (err error) {
	if len(runs) < 2 {
		return nil
	}
	for _, rule := range r.aside {
		r.Aside = append(r.Aside, safeText(rule))
	}
	if r.Curves, err = curvesOf(runs); err != nil {
		return err
	}
	if len(runs) == 2 {
		r.Parting, err = partingOf(runs[0], runs[1], r.aside)
		return err
	}
	r.Common, err = commonOf(runs, r.aside)
	return err
}

// reportOf gathers what is shown of a run.
func reportOf(run *shelf.Run) (reportRun, error) {
	m := &run.Manifest
	p := reportRun{
		ID: run.ID, Name: safeText(m.Name), Status: string(run.Status), Program: safeText(m.Program.Name),
		Config: pairsOf(m.Config), Metrics: pairsOf(metricsOf(m)),
	}
	for _, tag := range m.Tags {
		p.Tags = append(p.Tags, safeText(tag))
	}
	if !m.StartedAt.IsZero() {
		p.Started = m.StartedAt.UTC().Format(time.RFC3339)
	}
	if m.Seed != nil {
		p.Seed = strconv.FormatUint(*m.Seed, 10)
	}
	if run.Problem != nil {
		p.Problem = safeText(run.Problem.Error())
	}
	return p, p.readEvents(run)
}

// readEvents takes in the events: counts, the first and last of them, curves.
func (p *reportRun) readEvents(run *shelf.Run) error {
	o := query.NewOutline(query.Filter{})
	if err := o.Extend(run); err != nil {
		return err
	}
	p.Events, p.Broken, p.Types = o.Count(), o.Report().Broken, o.Types()
	for i := range p.Types {
		p.Types[i].Value = safeText(p.Types[i].Value)
	}
	if err := o.Rows(run, 0, reportEvents, appendTo(&p.First)); err != nil {
		return err
	}
	from := max(reportEvents, o.Count()-reportEvents)
	p.Skipped = max(0, from-reportEvents)
	if err := o.Rows(run, from, reportEvents, appendTo(&p.Last)); err != nil {
		return err
	}
	var err error
	if p.Curves, err = curvesOf([]*shelf.Run{run}); err != nil {
		return err
	}
	p.Lanes, err = lanesOf(run)
	return err
}

// appendTo collects events as text.
func appendTo(list *[]reportEvent) func(*query.Line) error {
	return func(l *query.Line) error {
		e, _ := l.Decode() // it was read before
		*list = append(*list, reportEvent{e.Sequence, safeText(e.Timestamp), string(clip(event.AppendText(nil, e)))})
		return nil
	}
}

// escapeGlob makes a pattern that fits exactly one type.
func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// metricsOf are the metrics as a JSON object.
func metricsOf(m *shelf.Manifest) []byte { return m.MetricsJSON() }

// pairsOf are the members of an object.
func pairsOf(object []byte) []reportPair {
	o, _ := objectOf(object) // what is no object has no members
	var pairs []reportPair
	for _, m := range o {
		pairs = append(pairs, reportPair{safeText(m.Key), valueText(m.Value)})
	}
	return pairs
}

// rowsOf are the members of an object of each run beside each other; with
// differing only those that are not the same in all.
func rowsOf(runs []*shelf.Run, of func(*shelf.Manifest) []byte, differing bool) []reportRow {
	if len(runs) < 2 {
		return nil
	}
	values := map[string][]string{}
	for i, run := range runs {
		for _, p := range pairsOf(of(&run.Manifest)) {
			if values[p.Name] == nil {
				values[p.Name] = make([]string, len(runs))
			}
			values[p.Name][i] = p.Value
		}
	}
	var rows []reportRow
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !differing || len(slices.Compact(slices.Clone(values[name]))) > 1 {
			rows = append(rows, reportRow{name, values[name]})
		}
	}
	return rows
}

// partingOf compares the events of two runs.
func partingOf(a, b *shelf.Run, ignore []string) (*reportParting, error) {
	logA, err := compare.OpenRun(a)
	if err != nil {
		return nil, err
	}
	defer logA.Close()
	logB, err := compare.OpenRun(b)
	if err != nil {
		return nil, err
	}
	defer logB.Close()
	r, err := compare.Events(logA, logB, compare.Options{Ignore: ignore})
	if err != nil {
		return nil, err
	}
	p := &reportParting{Same: r.Same, Equal: r.Equal, Added: r.Added, Removed: r.Removed, Changed: r.Changed}
	if d := r.First; d != nil {
		p.Index, p.A, p.B = d.Index, storedText(d.A), storedText(d.B)
		for _, f := range d.Fields {
			p.Fields = append(p.Fields, reportDifference{safeText(f.Path), valueText(f.A), valueText(f.B)})
		}
	}
	return p, nil
}

// commonOf is the matrix of common beginnings, as text.
func commonOf(runs []*shelf.Run, ignore []string) ([][]string, error) {
	var logs []*compare.Log
	for _, run := range runs[:min(len(runs), maxMatrix)] {
		log, err := compare.OpenRun(run)
		if err != nil {
			return nil, err
		}
		defer log.Close()
		logs = append(logs, log)
	}
	m, err := compare.Pairwise(logs, compare.Options{Ignore: ignore})
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for i := range m.Names {
		row := []string{runs[i].ID}
		for j := range m.Names {
			text := strconv.FormatInt(m.Prefix[i][j], 10)
			switch {
			case i == j:
				text = "·"
			case m.Same[i][j]:
				text = "all " + text
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// storedText is a stored event, or that there is none.
func storedText(e *compare.Event) string {
	if e == nil {
		return "the log has ended"
	}
	return string(clip(event.AppendSafe(nil, string(e.Stored))))
}

// valueText is a text itself, and anything else as JSON.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return safeText(v)
	case json.Number:
		return v.String()
	case nil:
		return ""
	}
	return safeText(string(bytes.TrimSpace(event.AppendValue(nil, v))))
}

// safeText shows what is invisible or turns text around. The template does the
// rest.
func safeText(s string) string { return string(event.AppendSafe(nil, s)) }
