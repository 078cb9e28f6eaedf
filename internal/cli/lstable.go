package cli

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	t.rows = append(t.rows, a.lsRows(entries, columns)...)
	if err := t.write(a.out(), a.stdoutColor(), ""); err != nil {
		return err
	}
	if len(entries) < total && a.stderrTerminal() {
		a.say(fmt.Sprintf("%d of %s; --all lists all", len(entries), plural(int64(total), "run")))
	}
	return nil
}

// lsRows makes the rows, those of a long list with all processors.
func (a *app) lsRows(entries []query.Entry, columns []string) [][]cell {
	const worth = 512 // rows that take longer than a goroutine
	rows := make([][]cell, len(entries))
	part := max(worth, (len(rows)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var parts sync.WaitGroup
	for from := 0; from < len(rows); from += part {
		parts.Go(func() {
			r := a.newRowReader(columns)
			for i := from; i < min(from+part, len(rows)); i++ {
				rows[i] = r.row(&entries[i])
			}
		})
	}
	parts.Wait()
	return rows
}

// columnNeeds are the fields of run.json from which columns are made, those of each
// column one after the other.
func columnNeeds(columns []string) (fields []string) {
	for _, c := range columns {
		fields = append(fields, needsOf(c)...)
	}
	return fields
}

// needsOf are the fields from which one column is made.
func needsOf(column string) []string {
	switch column {
	case "id", "run_id", "status":
		return nil // the list itself has them
	case "duration":
		return []string{"started_at", "ended_at", "duration_s"}
	case "events":
		return []string{"ended_at", "events.count"}
	}
	return []string{query.RunColumn(column)}
}

// notBrief reports whether a brief list does not tell a field.
func notBrief(field string) bool { return !slices.Contains(query.BriefFields, field) }

// rowReader makes the rows of the table.
type rowReader struct {
	a       *app
	columns []string
	needs   [][]int  // of each column, places among the fields
	names   []string // of the fields
	brief   []int    // of each field, the place in a brief list
	get     *query.Getter
	fields  [][]byte // of a brief list, for the next row
	found   [][]byte
	cells   []cell // for the next rows
	asked   []byte // what moment was asked the last time, and what it told
	told    time.Time
}

func (a *app) newRowReader(columns []string) *rowReader {
	r := &rowReader{a: a, columns: columns}
	for _, c := range columns {
		var places []int
		for _, field := range needsOf(c) {
			at := slices.Index(r.names, field)
			if at < 0 {
				at = len(r.names)
				r.names = append(r.names, field)
				r.brief = append(r.brief, slices.Index(query.BriefFields, field))
			}
			places = append(places, at)
		}
		r.needs = append(r.needs, places)
	}
	r.get, r.found = query.NewGetter(r.names...), make([][]byte, len(r.names))
	return r
}

// row is one run. A field that nobody knows is "?", one that a run does not have is
// empty.
func (r *rowReader) row(e *query.Entry) []cell {
	if n := len(r.columns); len(r.cells) < n {
		r.cells = make([]cell, 256*n)
	}
	row := r.cells[:len(r.columns):len(r.columns)]
	r.cells = r.cells[len(row):]
	if e.Brief == nil {
		copy(r.found, r.get.Get(e.JSON))
	} else {
		r.fields = e.Brief.Fields(r.fields[:0])
		for i, at := range r.brief {
			r.found[i] = r.fields[at]
		}
	}
	var values [3][]byte
	for i, c := range r.columns {
		for k, at := range r.needs[i] {
			values[k] = r.found[at]
		}
		row[i] = r.cell(e, c, &values)
	}
	return row
}

// cell is one column of one run, made from the values of its fields.
func (r *rowReader) cell(e *query.Entry, column string, v *[3][]byte) cell {
	switch column {
	case "id", "run_id":
		return cell{safe(e.ID), colorBold}
	case "status":
		return cell{string(e.Status), statusColor(e.Status)}
	case "name":
		return cell{text: clip(safe(storedString(v[0])), nameWidth)}
	case "started":
		return cell{text: orUnknown(localOrNone(e.Start))} // what the manifest says, when it does
	case "ended":
		return cell{text: localOrNone(r.moment(v[0]))}
	case "duration":
		return cell{text: r.duration(e, v[0], v[1], v[2])}
	case "events":
		return cell{text: r.count(e, r.moment(v[0]), v[1])}
	case "program":
		return cell{text: clip(orUnknown(storedString(v[0])), nameWidth)}
	case "seed":
		return cell{text: storedSeed(v[0])}
	case "tags":
		return cell{text: clip(safe(storedTags(v[0])), valueWidth)}
	}
	if v[0] == nil {
		return cell{}
	}
	value, err := event.DecodeValue(v[0])
	if err != nil || value == nil {
		return cell{}
	}
	return cell{text: clip(safe(valueText(value)), valueWidth)}
}

// storedString is a stored text; anything else is as good as none.
func storedString(stored []byte) string {
	if len(stored) < 2 || stored[0] != '"' {
		return ""
	}
	if inside := stored[1 : len(stored)-1]; plain(inside) {
		return string(inside)
	}
	v, _ := event.DecodeValue(stored)
	text, _ := v.(string)
	return text
}

// plain reports whether the inside of a stored text is the text itself.
func plain(inside []byte) bool {
	for _, c := range inside {
		if c == '\\' || c >= 0x7f {
			return false
		}
	}
	return true
}

// momentOf is a stored time, zero when there is none.
func momentOf(stored []byte) time.Time {
	if stored == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, storedString(stored))
	if err != nil {
		return time.Time{}
	}
	return t
}

// localOrNone is localTime, "" without a time.
func localOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return localTime(t)
}

// duration is how long a run took, or has been taking.
func (r *rowReader) duration(e *query.Entry, began, ended, stored []byte) string {
	if e.Status == shelf.StatusRunning {
		if started := momentOf(began); !started.IsZero() {
			return shortDuration(r.a.now().Sub(started))
		}
	}
	if r.moment(ended).IsZero() {
		return unknown
	}
	seconds, err := strconv.ParseFloat(string(stored), 64)
	if err != nil {
		seconds = 0 // also for what is no number
	}
	return shortDuration(time.Duration(seconds * float64(time.Second)))
}

// moment is momentOf, which it need not ask twice for two columns of a row.
func (r *rowReader) moment(stored []byte) time.Time {
	if r.asked == nil || !bytes.Equal(r.asked, stored) {
		r.asked, r.told = stored, momentOf(stored)
	}
	return r.told
}

// count is how many events a run has. One that has not ended does not say; the
// sequence of its last event stands in.
func (r *rowReader) count(e *query.Entry, ended time.Time, stored []byte) string {
	if !ended.IsZero() {
		count, err := strconv.ParseUint(string(stored), 10, 64)
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

// storedSeed is the seed of a run, nothing when it has none that is a number.
func storedSeed(stored []byte) string {
	if _, err := strconv.ParseUint(string(stored), 10, 64); err != nil {
		return ""
	}
	return string(stored)
}

// storedTags are the tags of a run.
func storedTags(stored []byte) string {
	if len(stored) <= len("[]") {
		return ""
	}
	v, _ := event.DecodeValue(stored)
	list, _ := v.([]any)
	var tags []string
	for _, v := range list {
		tag, isText := v.(string)
		if !isText {
			return ""
		}
		tags = append(tags, tag)
	}
	return strings.Join(tags, ",")
}
