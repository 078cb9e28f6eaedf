package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// diffMatrix compares several runs pair by pair.
func (a *app) diffMatrix(names []string, o *diffOptions) error {
	if err := a.ignoreMore(o); err != nil {
		return err
	}
	var logs []*compare.Log
	for _, name := range names {
		log, err := a.openLog(name)
		if err != nil {
			return err
		}
		defer log.Close()
		logs = append(logs, log)
	}
	m, err := compare.Pairwise(logs, o.compare)
	if err != nil {
		return err
	}
	if o.json {
		err = a.matrixJSON(m)
	} else {
		err = a.matrixTable(m)
	}
	if err == nil && slices.ContainsFunc(m.Same[0], func(same bool) bool { return !same }) {
		return &exitError{code: exitFailed}
	}
	return err
}

// matrixJSON prints the lengths of the common beginnings and the clusters.
func (a *app) matrixJSON(m *compare.Matrix) error { return a.document(m.Object()) }

// document prints one JSON document.
func (a *app) document(o event.Object) error {
	b := appendJSON(nil, indented(event.AppendValue(nil, o)), a.stdoutTerminal())
	_, err := a.out().Write(append(b, '\n'))
	return err
}

// matrixTable prints the matrix; runs that are the same have a sign of their own.
func (a *app) matrixTable(m *compare.Matrix) error {
	p := &page{out: a.out(), colored: a.stdoutColor()}
	t := &table{right: map[int]bool{}}
	head := []string{"common beginning"}
	for i := range m.Names {
		head = append(head, strconv.Itoa(i+1))
		t.right[i+1] = true
	}
	t.header(head...)
	for i, name := range m.Names {
		row := []cell{{text: fmt.Sprintf("%d  %s", i+1, clip(safe(name), valueWidth))}}
		for j := range m.Names {
			row = append(row, matrixCell(m, i, j))
		}
		t.add(row...)
	}
	p.table(t)
	if len(m.Clusters) > 0 {
		p.heading("Clusters")
	}
	for _, c := range m.Clusters {
		what := fmt.Sprintf("begin with the same %s", plural(c.Prefix, "event"))
		if c.Same {
			what = "are the same, " + plural(c.Prefix, "event")
		}
		p.line("  " + safe(joinOr(m.Members(c), "")) + ": " + what)
	}
	return p.err
}

func matrixCell(m *compare.Matrix, i, j int) cell {
	switch {
	case i == j:
		return cell{"-", colorFaint}
	case m.Same[i][j]:
		return cell{"= " + grouped(uint64(m.Prefix[i][j])), colorGreen}
	}
	return cell{text: grouped(uint64(m.Prefix[i][j]))}
}

// groupsOf returns the runs of two tags, when both names are tags and at least one
// is borne by several runs. Otherwise the names mean one run each.
func (a *app) groupsOf(nameA, nameB string) (x, y []*shelf.Run, ok bool, err error) {
	tagA, isTagA := strings.CutPrefix(nameA, "tag:")
	tagB, isTagB := strings.CutPrefix(nameB, "tag:")
	if !isTagA || !isTagB {
		return nil, nil, false, nil
	}
	s, err := a.shelf()
	if err != nil {
		return nil, nil, false, err
	}
	runs, err := s.Runs()
	if err != nil {
		return nil, nil, false, err
	}
	for _, run := range runs {
		if slices.Contains(run.Manifest.Tags, tagA) {
			x = append(x, run)
		}
		if slices.Contains(run.Manifest.Tags, tagB) {
			y = append(y, run)
		}
	}
	return x, y, len(x) > 0 && len(y) > 0 && len(x)+len(y) > 2, nil
}

// diffGroups compares the metrics of two groups of runs.
func (a *app) diffGroups(nameA, nameB string, x, y []*shelf.Run, o *diffOptions) error {
	changes := compare.Groups(x, y)
	var err error
	if o.json {
		err = a.groupDiffJSON(x, y, changes)
	} else {
		err = a.groupDiffTable(nameA, nameB, len(x), len(y), changes)
	}
	if err == nil && slices.ContainsFunc(changes, func(m compare.MetricChange) bool { return m.Different() }) {
		return &exitError{code: exitFailed}
	}
	return err
}

// groupDiffTable prints one row for each metric.
func (a *app) groupDiffTable(nameA, nameB string, nA, nB int, changes []compare.MetricChange) error {
	p := &page{out: a.out(), colored: a.stdoutColor()}
	p.line(fmt.Sprintf("A  %s  %s", safe(nameA), plural(int64(nA), "run")))
	p.line(fmt.Sprintf("B  %s  %s", safe(nameB), plural(int64(nB), "run")))
	if len(changes) == 0 {
		p.line("they have no metric in common")
		return p.err
	}
	p.line("")
	t := &table{right: map[int]bool{1: true, 2: true, 3: true, 4: true}}
	t.header("metric", "mean of A", "mean of B", "change", "95% interval", "")
	for i := range changes {
		t.add(changeRow(&changes[i])...)
	}
	p.table(t)
	p.line("")
	p.line("mean ± standard deviation; intervals by Welch's method, * where it does not hold zero")
	return p.err
}

func changeRow(m *compare.MetricChange) []cell {
	interval, mark := "?", ""
	if !math.IsNaN(m.Low) {
		interval = "[" + metric(m.Low) + ", " + metric(m.High) + "]"
	}
	if m.Different() {
		mark = "*"
	}
	return []cell{
		{text: clip(safe(m.Name), valueWidth)}, {text: sampleText(m.A)}, {text: sampleText(m.B)},
		{text: metric(m.Change)}, {text: interval}, {mark, colorYellow},
	}
}

func sampleText(s compare.Sample) string {
	if math.IsNaN(s.Deviation) {
		return metric(s.Mean)
	}
	return metric(s.Mean) + " ± " + metric(s.Deviation)
}

// groupDiffJSON prints the groups; what is not known is null.
func (a *app) groupDiffJSON(x, y []*shelf.Run, changes []compare.MetricChange) error {
	list := make([]any, 0, len(changes))
	for i := range changes {
		m := &changes[i]
		list = append(list, event.Object{
			{Key: "path", Value: m.Name}, {Key: "a", Value: sampleObject(m.A)}, {Key: "b", Value: sampleObject(m.B)},
			{Key: "change", Value: m.Change}, {Key: "low", Value: known(m.Low)}, {Key: "high", Value: known(m.High)},
			{Key: "different", Value: m.Different()},
		})
	}
	return a.document(event.Object{
		{Key: "a", Value: texts(runIDs(x))}, {Key: "b", Value: texts(runIDs(y))}, {Key: "metrics", Value: list},
	})
}

func sampleObject(s compare.Sample) event.Object {
	return event.Object{{Key: "n", Value: s.N}, {Key: "mean", Value: s.Mean}, {Key: "deviation", Value: known(s.Deviation)}}
}

// known is a figure, or null for one that nobody knows.
func known(v float64) any {
	if math.IsNaN(v) {
		return nil
	}
	return v
}

func runIDs(runs []*shelf.Run) []string {
	var ids []string
	for _, run := range runs {
		ids = append(ids, run.ID)
	}
	return ids
}
