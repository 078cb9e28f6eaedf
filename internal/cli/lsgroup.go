package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// runGroup is the runs that have equal values of some fields.
type runGroup struct {
	values []any
	ids    []string
	of     []query.Summary
}

// lsGroups prints one row for each group of runs, with the mean and the spread of
// figures over them.
func (a *app) lsGroups(entries []query.Entry, o *lsOptions, limited bool) error {
	figures := o.columns
	if figures == nil {
		figures = metricsOf(entries)
	}
	groups := groupRuns(entries, o.groupBy, figures)
	total := len(groups)
	if limited {
		groups = groups[:min(o.limit, total)]
	}
	if o.json.on() {
		return a.groupsJSON(groups, o.groupBy, figures, len(groups) < total)
	}
	t := table{right: map[int]bool{len(o.groupBy): true}}
	var names []string
	for _, key := range append(slices.Clone(o.groupBy), "runs") {
		names = append(names, safe(key))
	}
	for _, figure := range figures {
		t.right[len(names)], t.right[len(names)+1] = true, true
		names = append(names, safe(figure), "±")
	}
	t.header(names...)
	t.parts = append(t.parts, &rows{widths: make([]int, len(names))})
	for i := range groups {
		t.add(groupCells(&groups[i])...)
	}
	data := table{parts: t.parts[1:]}
	t.fit(a.shownColumns(), groupYields(len(o.groupBy), data.widths()))
	return t.write(a.out(), a.stdoutColor(), "")
}

// metricsOf lists the metrics that the runs have, sorted.
func metricsOf(entries []query.Entry) []string {
	var names []string
	for i := range entries {
		o, err := decodeObject(entries[i].JSON)
		if err != nil {
			continue
		}
		metrics, _ := lookup(o, "metrics").(event.Object)
		for _, m := range metrics {
			names = append(names, "metrics."+m.Key)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// groupRuns puts runs with equal values together, in the order of the values.
func groupRuns(entries []query.Entry, by, figures []string) []runGroup {
	var groups []runGroup
	places := map[string]int{}
	for i := range entries {
		o, err := decodeObject(entries[i].JSON)
		if err != nil {
			continue
		}
		var values []any
		for _, key := range by {
			values = append(values, lookup(o, query.RunColumn(key)))
		}
		key := string(event.AppendValue(nil, values))
		at, known := places[key]
		if !known {
			at = len(groups)
			places[key] = at
			groups = append(groups, runGroup{values: values, of: make([]query.Summary, len(figures))})
		}
		groups[at].add(entries[i].ID, o, figures)
	}
	slices.SortStableFunc(groups, func(a, b runGroup) int { return slices.CompareFunc(a.values, b.values, compareValues) })
	return groups
}

// add counts a run.
func (g *runGroup) add(id string, o event.Object, figures []string) {
	g.ids = append(g.ids, id)
	for i, figure := range figures {
		n, _ := lookup(o, query.RunColumn(figure)).(json.Number)
		if x, err := n.Float64(); err == nil {
			g.of[i].Add(x)
		}
	}
}

// groupCells is one group as a row.
func groupCells(g *runGroup) []cell {
	var row []cell
	for _, v := range g.values {
		text := ""
		if v != nil {
			text = valueText(v)
		}
		row = append(row, cell{clip(safe(text), valueWidth), colorBold})
	}
	row = append(row, cell{text: grouped(uint64(len(g.ids)))})
	for i := range g.of {
		row = append(row, cell{text: orNothing(g.of[i].Mean())}, cell{orNothing(spread(&g.of[i])), colorFaint})
	}
	return row
}

// spread is the standard deviation, NaN for a single run.
func spread(s *query.Summary) float64 {
	if s.Count < 2 {
		return math.NaN()
	}
	return s.Deviation()
}

// groupsJSON prints one document with a line for each group.
func (a *app) groupsJSON(groups []runGroup, by, figures []string, truncated bool) error {
	out, terminal := a.out(), a.stdoutTerminal()
	b := fmt.Appendf(nil, `{"format":1,"as_of":"%s","group_by":`, a.now().UTC().Format(event.TimeLayout))
	b = appendNames(b, by)
	b = append(b, `,"groups":[`...)
	for i := range groups {
		g := &groups[i]
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = event.AppendValue(append(b, `{"values":`...), g.values)
		b = fmt.Appendf(b, `,"runs":%d,"run_ids":`, len(g.ids))
		b = appendNames(b, g.ids)
		if len(figures) > 0 {
			b = query.AppendSummaries(append(b, `,"of":`...), figures, g.of)
		}
		b = append(b, '}')
	}
	b = append(b, "\n"[:min(len(groups), 1)]...)
	b = fmt.Appendf(b, "],\"truncated\":%t}\n", truncated)
	_, err := out.Write(appendJSON(nil, b, terminal))
	return err
}

// appendNames appends a list of texts.
func appendNames(b []byte, names []string) []byte {
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return event.AppendValue(b, list)
}

// columnFields are the fields of the manifest that columns show.
func columnFields(columns []string) []string {
	var fields []string
	for _, c := range columns {
		fields = append(fields, query.RunColumn(strings.TrimSpace(c)))
	}
	return fields
}
