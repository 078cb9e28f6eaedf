package web

import (
	"bytes"
	"cmp"
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

// What a report shows of each run at most.
const (
	reportCurves = 6
	reportPoints = 400
	reportEvents = 100 // at the beginning, and as many at the end
)

// report is what the template shows.
type report struct {
	Made    string
	Runs    []reportRun
	Config  []reportRow // what differs
	Metrics []reportRow
	Parting *reportParting
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

// reportCurve is a polyline in a box of 600 by 120.
type reportCurve struct{ Name, Points, From, To, Least, Most string }

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
// differs; of exactly two also where their events part. rerun gives the command
// that would make a run again; nil is none.
func WriteReport(w io.Writer, runs []*shelf.Run, now time.Time, rerun func(*shelf.Run) string) error {
	r := report{Made: now.UTC().Format(time.RFC3339)}
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
	if len(runs) == 2 {
		var err error
		if r.Parting, err = partingOf(runs[0], runs[1]); err != nil {
			return err
		}
	}
	page, err := template.ParseFS(assets, "assets/report.html")
	if err != nil {
		return err
	}
	return page.Execute(w, r)
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
	return p.readCurves(run)
}

// appendTo collects events as text.
func appendTo(list *[]reportEvent) func(*query.Line) error {
	return func(l *query.Line) error {
		e, _ := l.Decode() // it was read before
		*list = append(*list, reportEvent{e.Sequence, safeText(e.Timestamp), string(clip(event.AppendText(nil, e)))})
		return nil
	}
}

// readCurves draws the fields of numbers that a simulation states each tick, or
// of whatever type comes first.
func (p *reportRun) readCurves(run *shelf.Run) error {
	fields, err := fieldsOf(run)
	if err != nil {
		return err
	}
	fields = slices.DeleteFunc(fields, func(f *fieldSeen) bool { return f.numbers < 2 || f.path == query.KeyTick })
	slices.SortStableFunc(fields, func(a, b *fieldSeen) int { return cmp.Compare(rank(a), rank(b)) })
	for _, f := range fields[:min(reportCurves, len(fields))] {
		c, err := curveOf(run, f)
		if err != nil {
			return err
		}
		if c.Points != "" {
			p.Curves = append(p.Curves, c)
		}
	}
	return nil
}

// rank puts what is stated each tick first.
func rank(f *fieldSeen) int {
	if f.eventType == query.KeyTick && !strings.Contains(f.path, ".") {
		return 0
	}
	return 1
}

// curveOf draws one field over the sequence.
func curveOf(run *shelf.Run, f *fieldSeen) (reportCurve, error) {
	var xs, ys []float64
	filter := query.Filter{Types: []string{escapeGlob(f.eventType)}}
	_, err := query.Series(run, query.SeriesOptions{Y: []string{f.path}, Points: reportPoints}, filter, func(p query.Point) error {
		x, err := strconv.ParseFloat(string(p.X), 64)
		y, err2 := strconv.ParseFloat(string(p.Y[0]), 64)
		if err == nil && err2 == nil {
			xs, ys = append(xs, x), append(ys, y)
		}
		return nil
	})
	if err != nil || len(xs) < 2 {
		return reportCurve{}, err
	}
	least, most, from, to := slices.Min(ys), slices.Max(ys), slices.Min(xs), slices.Max(xs)
	var b strings.Builder
	for i := range xs {
		fmt.Fprintf(&b, "%.1f,%.1f ", 600*share(xs[i], from, to), 118-116*share(ys[i], least, most))
	}
	return reportCurve{
		Name: safeText(f.eventType + " " + f.path), Points: b.String(),
		From: jsonFloat(from), To: jsonFloat(to), Least: jsonFloat(least), Most: jsonFloat(most),
	}, nil
}

// share is where a number lies between two others, from 0 to 1.
func share(x, from, to float64) float64 {
	if to == from {
		return 0.5
	}
	return (x - from) / (to - from)
}

// escapeGlob makes a pattern that fits exactly one type.
func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// metricsOf are the metrics as a JSON object.
func metricsOf(m *shelf.Manifest) []byte { return event.AppendValue(nil, m.Metrics) }

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
func partingOf(a, b *shelf.Run) (*reportParting, error) {
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
	r, err := compare.Events(logA, logB, compare.Options{})
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
