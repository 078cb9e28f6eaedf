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
	usual := columns == nil
	if usual {
		columns = lsColumns
	}
	t := table{right: map[int]bool{}}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = safe(c)
		t.right[i] = rightColumns[c] || strings.HasPrefix(c, "metrics.")
	}
	t.header(names...)
	t.parts = append(t.parts, a.lsRows(entries, columns)...)
	data := table{parts: t.parts[1:]}
	widths := data.widths()
	t.fit(a.shownColumns(), lsYields(columns, usual, func(i int) bool { return i < len(widths) && widths[i] > 0 }))
	if err := t.write(a.out(), a.stdoutColor(), ""); err != nil {
		return err
	}
	if len(entries) < total && a.stderrTerminal() {
		a.say(fmt.Sprintf("%d of %s; --all lists all", len(entries), plural(int64(total), "run")))
	}
	return nil
}

// lsRows makes the rows, those of a long list with all processors.
func (a *app) lsRows(entries []query.Entry, columns []string) []*rows {
	const worth = 512 // rows that take longer than a goroutine
	part := max(worth, (len(entries)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	parts := make([]*rows, (len(entries)+part-1)/part)
	var beside sync.WaitGroup
	for i := range parts {
		beside.Go(func() { parts[i] = a.newRowReader(columns).read(entries[i*part : min((i+1)*part, len(entries))]) })
	}
	beside.Wait()
	return parts
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
	makers  []cellMaker
	needs   [][]int  // of each column, places among the fields
	names   []string // of the fields
	brief   []int    // of each field, the place in a brief list
	get     *query.Getter
	fields  [][]byte // of a brief list, for the next row
	found   [][]byte
	asked   []byte // what moment was asked the last time, and what it told
	told    time.Time
	newest  newestRead // of the row
}

// values are the stored values of the fields of a column.
type values [3][]byte

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
		r.needs, r.makers = append(r.needs, places), append(r.makers, makerOf(c))
	}
	r.get, r.found = query.NewGetter(r.names...), make([][]byte, len(r.names))
	return r
}

// read makes the rows of some runs. A field that nobody knows is "?", one that a run does
// not have is empty.
func (r *rowReader) read(entries []query.Entry) *rows {
	const usual = 9 // bytes of a cell
	made := &rows{cells: make([]place, 0, len(entries)*len(r.columns)), text: make([]byte, 0, len(entries)*len(r.columns)*usual)}
	for i := range entries {
		r.row(made, &entries[i])
	}
	return made
}

// row is one run.
func (r *rowReader) row(made *rows, e *query.Entry) {
	if e.Brief == nil {
		copy(r.found, r.get.Get(e.JSON))
	} else {
		r.fields = e.Brief.Fields(r.fields[:0])
		for i, at := range r.brief {
			r.found[i] = r.fields[at]
		}
	}
	var v values
	color := colorNone
	for i, make := range r.makers {
		for k, at := range r.needs[i] {
			v[k] = r.found[at]
		}
		made.text, color = make(r, made.text, e, &v)
		made.end(color)
	}
	made.endRow()
}

// cellMaker appends one column of one run, made from the values of its fields.
type cellMaker func(r *rowReader, b []byte, e *query.Entry, v *values) (text []byte, color string)

// makerOf is what makes a column.
func makerOf(column string) cellMaker {
	switch column {
	case "id", "run_id":
		return (*rowReader).id
	case "status":
		return (*rowReader).status
	case "name":
		return (*rowReader).name
	case "started":
		return (*rowReader).started
	case "ended":
		return (*rowReader).ended
	case "duration":
		return (*rowReader).duration
	case "events":
		return (*rowReader).events
	case "program":
		return (*rowReader).program
	case "seed":
		return (*rowReader).seed
	case "tags":
		return (*rowReader).tags
	}
	return (*rowReader).other
}

func (r *rowReader) id(b []byte, e *query.Entry, _ *values) ([]byte, string) {
	return append(b, safe(e.ID)...), colorBold
}

func (r *rowReader) status(b []byte, e *query.Entry, _ *values) ([]byte, string) {
	return append(b, e.Status...), statusColor(e.Status)
}

func (r *rowReader) name(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	return appendStored(b, v[0], nameWidth), colorNone
}

// started is what the manifest says, when it does.
func (r *rowReader) started(b []byte, e *query.Entry, _ *values) ([]byte, string) {
	if e.Start.IsZero() {
		return append(b, unknown...), colorNone
	}
	return appendLocalTime(b, e.Start), colorNone
}

func (r *rowReader) ended(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	if t := r.moment(v[0]); !t.IsZero() {
		b = appendLocalTime(b, t)
	}
	return b, colorNone
}

func (r *rowReader) program(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	from := len(b)
	if b = appendStored(b, v[0], nameWidth); len(b) == from {
		b = append(b, unknown...)
	}
	return b, colorNone
}

func (r *rowReader) tags(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	return append(b, clip(safe(storedTags(v[0])), valueWidth)...), colorNone
}

// seed is the seed of a run, nothing when it has none that is a number.
func (r *rowReader) seed(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	if _, err := strconv.ParseUint(string(v[0]), 10, 64); err != nil {
		return b, colorNone
	}
	return append(b, v[0]...), colorNone
}

// other is any field of run.json.
func (r *rowReader) other(b []byte, _ *query.Entry, v *values) ([]byte, string) {
	if v[0] == nil {
		return b, colorNone
	}
	value, err := event.DecodeValue(v[0])
	if err != nil || value == nil {
		return b, colorNone
	}
	return append(b, clip(safe(valueText(value)), valueWidth)...), colorNone
}

// appendStored appends a stored text, safe and clipped; anything else is as good as none.
func appendStored(b, stored []byte, limit int) []byte {
	if n := len(stored) - len(`""`); n >= 0 && n <= limit && stored[0] == '"' {
		if inside := stored[1 : n+1]; isPlainText(inside) && bytes.IndexByte(inside, '\\') < 0 {
			return append(b, inside...)
		}
	}
	return append(b, clip(safe(storedString(stored)), limit)...)
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
	if len(stored) < len(`""`) || stored[0] != '"' {
		return time.Time{}
	}
	if inside := stored[1 : len(stored)-1]; plain(inside) {
		t, _ := time.Parse(time.RFC3339, string(inside))
		return t
	}
	t, _ := time.Parse(time.RFC3339, storedString(stored))
	return t
}

// duration is how long a run took, or has been taking.
func (r *rowReader) duration(b []byte, e *query.Entry, v *values) ([]byte, string) {
	began, ended, stored := v[0], v[1], v[2]
	if e.Status == shelf.StatusRunning {
		if started := momentOf(began); !started.IsZero() {
			return appendDuration(b, r.a.now().Sub(started)), colorNone
		}
	}
	if r.moment(ended).IsZero() {
		if newest := r.newestOf(e); newest.ok {
			if d, ok := leastDuration(&newest.run.Manifest, newest.event); ok {
				return appendDuration(append(b, atLeast...), d), colorNone
			}
		}
		return append(b, unknown...), colorNone
	}
	seconds, err := strconv.ParseFloat(string(stored), 64)
	if err != nil {
		seconds = 0 // also for what is no number
	}
	return appendDuration(b, time.Duration(seconds*float64(time.Second))), colorNone
}

// moment is momentOf, which it need not ask twice for two columns of a row.
func (r *rowReader) moment(stored []byte) time.Time {
	if r.asked == nil || !bytes.Equal(r.asked, stored) {
		r.asked, r.told = stored, momentOf(stored)
	}
	return r.told
}

// events is how many events a run has. One that has not ended does not say; the
// sequence of its last event stands in.
func (r *rowReader) events(b []byte, e *query.Entry, v *values) ([]byte, string) {
	if ended := v[0]; !r.moment(ended).IsZero() {
		count, err := strconv.ParseUint(string(v[1]), 10, 64)
		if err != nil {
			count = 0
		}
		return strconv.AppendUint(b, count, 10), colorNone
	}
	if newest := r.newestOf(e); newest.ok {
		return strconv.AppendUint(b, newest.event.Sequence, 10), colorNone
	}
	return append(b, unknown...), colorNone
}

// newestRead is the last event of a run, if there is one.
type newestRead struct {
	of    *query.Entry
	run   *shelf.Run
	event event.Event
	ok    bool
}

// newestOf returns the last event of a run, which is read once for all columns of a row.
func (r *rowReader) newestOf(e *query.Entry) *newestRead {
	if r.newest.of != e {
		r.newest = newestRead{of: e}
		var err error
		if r.newest.run, err = shelf.OpenRun(e.Dir); err == nil {
			r.newest.event, r.newest.ok = newestEvent(r.newest.run)
		}
	}
	return &r.newest
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
