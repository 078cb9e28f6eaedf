package query

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"example.org/runshelf/shelf"
)

// eventColumns are the columns of events that stand for no key of their own, and
// those of the envelope.
var eventColumns = []string{"run_id", "sequence", "timestamp", "level", "event_type", "cause", "data"}

// Places of the columns that are no keys.
const (
	columnRun  = 0
	columnData = 6
)

// runColumns are the columns of runs, and the fields of the manifest they show.
var runColumns = []struct{ name, path string }{
	{"run_id", "run_id"}, {"name", "name"}, {"status", "status"}, {"kind", "kind"}, {"started_at", "started_at"}, {"ended_at", "ended_at"},
	{"duration_s", "duration_s"}, {"events", "events.count"}, {"bytes", "events.bytes"}, {"seed", "seed"}, {"tags", "tags"}, {"config", "config"},
	{"metrics", "metrics"}, {"git_commit", "git.commit"}, {"reason", "reason"}, {"parent", "parent"}, {"program", "program.name"}, {"pinned", "pinned"}, {"dir", "dir"},
}

// registerTables makes the two tables known.
func registerTables(db *sqlite3.Conn, q *sqlQuery) error {
	columns := make([]string, 0, len(runColumns))
	for _, c := range runColumns {
		columns = append(columns, c.name)
	}
	//lint:ignore SA1019 the generic method that replaces it needs a newer Go
	err := sqlite3.CreateModule(db, "runs", nil, func(db *sqlite3.Conn, _, _, _ string, _ ...string) (*runsTable, error) {
		return &runsTable{q}, db.DeclareVTab(declaration(columns, []string{"manifest"}))
	})
	if err != nil {
		return err
	}
	//lint:ignore SA1019 the generic method that replaces it needs a newer Go
	return sqlite3.CreateModule(db, "events", nil, func(db *sqlite3.Conn, _, _, _ string, _ ...string) (*eventsTable, error) {
		hidden := slices.Clone(q.keys)
		if q.count != "" {
			hidden = append(hidden, timesColumn)
		}
		t := &eventsTable{q: q, columns: append(slices.Clone(eventColumns), q.keys...)}
		return t, db.DeclareVTab(declaration(eventColumns, hidden))
	})
}

// declaration declares columns of any type; those that are hidden come last. BLOB
// is SQLite's word for a column that converts nothing.
func declaration(shown, hidden []string) string {
	var columns []string
	for _, name := range shown {
		columns = append(columns, quoteName(name)+" BLOB")
	}
	for _, name := range hidden {
		columns = append(columns, quoteName(name)+" BLOB HIDDEN")
	}
	return "CREATE TABLE t(" + strings.Join(columns, ", ") + ")"
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// runsTable is the table of runs.
type runsTable struct{ q *sqlQuery }

// BestIndex says that all runs are read.
func (t *runsTable) BestIndex(idx *sqlite3.IndexInfo) error {
	idx.EstimatedRows, idx.EstimatedCost = int64(len(t.q.entries)), float64(len(t.q.entries))
	return nil
}

// Open begins a pass.
func (t *runsTable) Open() (sqlite3.VTabCursor, error) {
	c := &runsCursor{q: t.q}
	var keys []string
	for _, column := range runColumns {
		c.fields = append(c.fields, newRef(column.path, &keys))
	}
	c.fields[2].level = false
	c.skim = newSkimmer(keys)
	return c, nil
}

// runsCursor goes through the runs.
type runsCursor struct {
	q      *sqlQuery
	at     int
	fields []*ref
	skim   *skimmer
	read   bool // the present manifest was skimmed
	buf    []byte
}

// Filter begins with the first run.
func (c *runsCursor) Filter(int, string, ...sqlite3.Value) error {
	c.at, c.read = 0, false
	return nil
}

// Next goes to the next run.
func (c *runsCursor) Next() error {
	c.at++
	c.read = false
	return nil
}

// EOF reports whether there is none.
func (c *runsCursor) EOF() bool { return c.at >= len(c.q.entries) }

// RowID numbers the runs.
func (c *runsCursor) RowID() (int64, error) { return int64(c.at), nil }

// Column gives one value.
func (c *runsCursor) Column(ctx sqlite3.Context, n int) error {
	manifest := c.q.entries[c.at].JSON
	if n >= len(c.fields) {
		ctx.ResultText(string(manifest))
		return nil
	}
	if !c.read {
		c.buf = append(append(c.buf[:0], manifest...), make([]byte, pad)...)
		if !c.skim.exact(c.buf, 0, len(manifest)) {
			clear(c.skim.values)
		}
		c.read = true
	}
	result(ctx, c.fields[n].get(c.buf, c.skim.values))
	return nil
}

// eventsTable is the table of events.
type eventsTable struct {
	q       *sqlQuery
	columns []string
}

// pushable are the operators that the scanner can do.
var pushable = map[sqlite3.IndexConstraintOp]string{
	sqlite3.INDEX_CONSTRAINT_EQ: "=", sqlite3.INDEX_CONSTRAINT_GT: ">", sqlite3.INDEX_CONSTRAINT_GE: ">",
	sqlite3.INDEX_CONSTRAINT_LT: "<", sqlite3.INDEX_CONSTRAINT_LE: "<",
}

// BestIndex takes what conditions the scanner can do. What it passes is never too
// little, and SQLite checks again. The plan is told to Filter as text: the
// columns used and those to order by (with a minus where that descends), then for each condition its operator and
// its column.
func (t *eventsTable) BestIndex(idx *sqlite3.IndexInfo) error {
	plan := strconv.FormatUint(idx.ColumnsUsed, 16)
	if order, ok := t.groupOrder(idx); ok {
		idx.OrderByConsumed = true
		for i, column := range order {
			plan += ","
			if idx.OrderBy[i].Desc {
				plan += "-"
			}
			plan += strconv.Itoa(column)
		}
	}
	cost, arguments := 1e9, 0
	for i, c := range idx.Constraint {
		operator := pushable[c.Op]
		if !c.Usable || operator == "" || c.Column < 0 || c.Column == columnData || idx.Collation(i) != "BINARY" {
			continue
		}
		if operator == "=" && idx.In(i, 1) {
			operator = "i"
		}
		arguments++
		idx.ConstraintUsage[i].ArgvIndex = arguments
		plan += " " + operator + strconv.Itoa(c.Column)
		cost /= costFactor(c.Column, operator)
	}
	idx.IdxStr, idx.EstimatedCost, idx.EstimatedRows = plan, cost, max(1, int64(cost/100))
	if len(idx.OrderBy) == 1 && idx.OrderBy[0].Column == columnRun && !idx.OrderBy[0].Desc {
		idx.OrderByConsumed = true
	}
	return nil
}

// costFactor is how many times less a condition leaves to do, as a guess.
func costFactor(column int, operator string) float64 {
	switch {
	case column == columnRun && operator == "=":
		return 1000
	case column == columnRun, operator == "=":
		return 20
	case operator == "i":
		return 5
	}
	return 3
}

// Open begins a pass.
func (t *eventsTable) Open() (sqlite3.VTabCursor, error) { return &eventsCursor{table: t}, nil }

// eventsCursor goes through the wanted events of the wanted runs, those of one
// run after those of another by their ids.
type eventsCursor struct {
	table  *eventsTable
	plan   *eventsPlan
	next   func() (eventRow, bool)
	stop   func()
	row    eventRow
	number int64
	ended  bool
	err    error
}

// eventRow is one event. Its values are those of the plan's keys.
type eventRow struct {
	run    *Entry
	id     int64 // see rowID
	buf    []byte
	lo, hi int
	values []span
	more   int64 // so many more events have these values, of those that are counted first
}

// Filter begins a pass with the given conditions.
func (c *eventsCursor) Filter(_ int, plan string, arguments ...sqlite3.Value) error {
	p, err := newEventsPlan(c.table, plan, arguments)
	if err != nil {
		return err
	}
	_ = c.Close()
	c.plan, c.number, c.ended, c.err = p, 0, false, nil
	if p.order != nil {
		c.next, c.stop = c.grouped(), nil
	} else {
		c.next, c.stop = iter.Pull(c.events)
	}
	return c.Next()
}

// Next goes to the next event.
func (c *eventsCursor) Next() error {
	var ok bool
	c.row, ok = c.next()
	c.number++
	c.ended = !ok
	return c.err
}

// EOF reports whether there is none.
func (c *eventsCursor) EOF() bool { return c.ended }

// RowID tells events apart, and is that of an event in every pass: where conditions
// are joined by OR, SQLite makes a pass for each of them, and drops the rows that it
// has met before. Rows that were counted first have no place, and are numbered.
func (c *eventsCursor) RowID() (int64, error) {
	if c.plan.order != nil {
		return c.number, nil
	}
	return c.row.id, nil
}

// rowID is the id of the event at an offset of the log of the n-th run of the
// statement. There is room for two million runs, and eight terabytes of each.
func rowID(n int, offset int64) int64 {
	const offsetBits = 43
	return int64(n)<<offsetBits | offset&(1<<offsetBits-1)
}

// Close ends a pass.
func (c *eventsCursor) Close() error {
	if c.stop != nil {
		c.stop()
	}
	return nil
}

// Column gives one value.
func (c *eventsCursor) Column(ctx sqlite3.Context, n int) error {
	switch n {
	case columnRun:
		ctx.ResultText(c.row.run.ID)
	case columnData:
		ctx.ResultText(string(c.row.buf[c.row.lo:c.row.hi]))
	case len(c.table.columns):
		ctx.ResultInt64(1 + c.row.more)
	default:
		if key := c.plan.places[n]; key >= 0 {
			result(ctx, valueIn(c.row.buf, c.row.values[key]))
		}
	}
	return nil
}

// events hands out the wanted events one after the other.
func (c *eventsCursor) events(yield func(eventRow) bool) {
	for _, n := range c.plan.runs(c.table.q.entries) {
		if !c.run(n, yield) {
			return
		}
	}
}

// run hands out the events of the n-th run, and reports whether to go on. A run whose
// events cannot be opened has none, which is told unless it was removed meanwhile.
func (c *eventsCursor) run(n int, yield func(eventRow) bool) bool {
	e := &c.table.q.entries[n]
	run, err := shelf.OpenRun(e.Dir)
	if err != nil {
		return true
	}
	ctx := c.table.q.ctx
	events, err := run.WithContext(ctx).OpenEvents()
	if err != nil && ctx.Err() != nil {
		c.err = context.Cause(ctx)
		return false
	}
	if err != nil {
		c.table.q.reports[e.ID] = RunReport{Run: *e, Err: err}
		return true
	}
	defer events.Close()
	screen := newScreen(Filter{CacheDir: c.table.q.cacheDir})
	screen.tests, screen.exact = c.plan.blocks, c.plan.countable()
	if screen.exact {
		for _, t := range c.plan.tests {
			screen.types = append(screen.types, t.pass)
		}
	}
	report, err := c.scan(plannedBy(run, events, screen, outlook{counts: screen.exact}), n, yield)
	if err == nil {
		c.table.q.reports[e.ID] = RunReport{Run: *e, Report: report}
		return true
	}
	if err != ErrStop {
		c.err = fmt.Errorf("reading the events of run %s: %w", e.ID, err)
	}
	return false
}

// scan hands out the events of the file of the n-th run.
func (c *eventsCursor) scan(blocks *blocks, n int, yield func(eventRow) bool) (Report, error) {
	e := &c.table.q.entries[n]
	var report Report
	newWork := func() func(*block, *sqlRows) *sqlRows { return newSQLWorker(c.plan).block }
	err := inOrder(blocks, newWork, func(b *block, r *sqlRows) error {
		if err := c.table.q.ctx.Err(); err != nil {
			return err
		}
		report.add(&r.report)
		if b.known != nil {
			report.Lines += int64(b.known.lines)
			if !b.known.told(e, yield) {
				return ErrStop
			}
		}
		keys := len(c.plan.keys)
		for i, h := range r.hits {
			row := eventRow{run: e, id: rowID(n, b.offset+int64(h.lo)), buf: b.buf, lo: h.lo, hi: h.hi, values: r.values[i*keys : (i+1)*keys]}
			if !yield(row) {
				return ErrStop
			}
		}
		return nil
	})
	return report, err
}
