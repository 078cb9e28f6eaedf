package cli

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// lsColumns are the columns of the table when nobody asks for others.
var lsColumns = []string{"id", "name", "status", "started", "duration", "events", "program", "seed", "tags"}

// rightColumns are those that hold numbers.
var rightColumns = map[string]bool{"duration": true, "events": true, "seed": true, "size": true}

// lsTable prints one row for each run.
func (a *app) lsTable(entries []query.Entry, columns []string, total int) error {
	if columns == nil {
		columns = lsColumns
	}
	t := table{right: map[int]bool{}}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = safe(c)
		t.right[i] = rightColumns[c] || strings.HasPrefix(c, "metrics.")
	}
	t.header(names...)
	for i := range entries {
		t.add(a.lsRow(&entries[i], columns)...)
	}
	if err := t.write(a.out(), a.stdoutColor(), ""); err != nil {
		return err
	}
	if len(entries) < total && a.stderrTerminal() {
		a.say(fmt.Sprintf("%d of %s; --all lists all", len(entries), plural(int64(total), "run")))
	}
	return nil
}

// lsRow is one run. A field that nobody knows is "?", one that a run does not
// have is empty.
func (a *app) lsRow(e *query.Entry, columns []string) []cell {
	o, err := decodeObject(e.JSON)
	if err != nil {
		o = nil // never: the list has read it
	}
	row := make([]cell, len(columns))
	for i, c := range columns {
		row[i] = a.lsCell(e, o, c)
	}
	return row
}

// lsCell is one column of one run.
func (a *app) lsCell(e *query.Entry, o event.Object, column string) cell {
	switch column {
	case "id", "run_id":
		return cell{safe(e.ID), colorBold}
	case "status":
		return cell{string(e.Status), statusColor(e.Status)}
	case "name":
		return cell{text: clip(safe(textAt(o, "name")), nameWidth)}
	case "started":
		return cell{text: startedAt(e, o)}
	case "ended":
		return cell{text: timeAt(o, columnPath(column))}
	case "duration":
		return cell{text: a.durationAt(e, o)}
	case "events":
		return cell{text: a.countAt(e, o)}
	case "program":
		return cell{text: clip(orUnknown(textAt(o, "program.name")), nameWidth)}
	case "seed":
		return cell{text: seedAt(o)}
	case "tags":
		return cell{text: clip(safe(strings.Join(tagsAt(o), ",")), valueWidth)}
	}
	v := lookup(o, columnPath(column))
	if v == nil {
		return cell{}
	}
	return cell{text: clip(safe(valueText(v)), valueWidth)}
}

// textAt is a text of a manifest; anything else there is as good as none.
func textAt(o event.Object, path string) string {
	s, _ := lookup(o, path).(string)
	return s
}

// momentAt is a time of a manifest, zero when there is none.
func momentAt(o event.Object, path string) time.Time {
	t, err := time.Parse(time.RFC3339, textAt(o, path))
	if err != nil {
		return time.Time{}
	}
	return t
}

// timeAt is a time of a manifest as a person here reads it, "" without one.
func timeAt(o event.Object, path string) string {
	t := momentAt(o, path)
	if t.IsZero() {
		return ""
	}
	return localTime(t)
}

// startedAt is when a run started. Without a manifest that says so it is the
// time that the run is listed by, of its id or its directory.
func startedAt(e *query.Entry, o event.Object) string {
	if text := timeAt(o, "started_at"); text != "" || e.Start.IsZero() {
		return orUnknown(text)
	}
	return localTime(e.Start)
}

// durationAt is how long a run took, or has been taking.
func (a *app) durationAt(e *query.Entry, o event.Object) string {
	started, ended := momentAt(o, "started_at"), momentAt(o, "ended_at")
	switch {
	case e.Status == shelf.StatusRunning && !started.IsZero():
		return shortDuration(a.now().Sub(started))
	case ended.IsZero():
		return unknown
	}
	n, _ := lookup(o, "duration_s").(json.Number)
	seconds, err := n.Float64()
	if err != nil {
		seconds = 0
	}
	return shortDuration(time.Duration(seconds * float64(time.Second)))
}

// countAt is how many events a run has. One that has not ended does not say; the
// sequence of its last event stands in.
func (a *app) countAt(e *query.Entry, o event.Object) string {
	if !momentAt(o, "ended_at").IsZero() {
		n, _ := lookup(o, "events.count").(json.Number)
		count, err := strconv.ParseUint(string(n), 10, 64)
		if err != nil {
			count = 0
		}
		return strconv.FormatUint(count, 10)
	}
	run, err := shelf.OpenRun(e.Dir)
	if err != nil {
		return unknown
	}
	if n, ok := eventCount(run); ok {
		return strconv.FormatUint(n, 10)
	}
	return unknown
}

// seedAt is the seed of a run, nothing when it has none that is a number.
func seedAt(o event.Object) string {
	n, _ := lookup(o, "seed").(json.Number)
	if _, err := strconv.ParseUint(string(n), 10, 64); err != nil {
		return ""
	}
	return string(n)
}

// tagsAt are the tags of a run.
func tagsAt(o event.Object) []string {
	list, _ := lookup(o, "tags").([]any)
	var tags []string
	for _, v := range list {
		tag, isText := v.(string)
		if !isText {
			return nil
		}
		tags = append(tags, tag)
	}
	return tags
}
