package query

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"example.org/runshelf/shelf"
)

// SQLTimeout is how long a statement may take when nobody says otherwise.
const SQLTimeout = 60 * time.Second

// sqlHeap bounds the memory of one statement, in bytes.
const sqlHeap = 1 << 30

// SQLOptions says how a statement is run. The zero value is useful.
type SQLOptions struct {
	// Timeout ends a statement that takes longer; 0 means SQLTimeout.
	Timeout time.Duration
	// CacheDir is that of [ListOptions].
	CacheDir string
}

// SQLOutput receives the answer: first the names of the columns, then each row.
// A value is nil, int64, float64, string or []byte, and valid during the call.
type SQLOutput interface {
	Columns(names []string) error
	Row(values []any) error
}

// SQLError is a statement that was refused, wrong or stopped.
type SQLError struct {
	// Message says what is wrong, in SQLite's words or ours.
	Message string
	// Stopped reports that the time was over.
	Stopped bool
	// TooLarge reports that the statement needed more memory than one may take.
	TooLarge bool
}

// Error returns the message.
func (e *SQLError) Error() string { return e.Message }

// RunReport is what a statement met in the events of one run.
type RunReport struct {
	Run    Entry
	Report Report
	// Err is why the events could not be opened; they are not in the answer then.
	Err error
}

// SQL runs one SELECT over the tables runs and events of a shelf. SQLite answers
// it, over virtual tables that read the files themselves: nothing is imported,
// and nothing can be written or reached besides these tables. The reports are
// those of the runs with broken lines, or without events that can be opened.
//
// The end of ctx stops the statement and is returned as its cause. Errors of the
// statement are [*SQLError].
func SQL(ctx context.Context, s *shelf.Shelf, statement string, o SQLOptions, out SQLOutput) ([]RunReport, error) {
	entries, err := List(s, ListOptions{CacheDir: o.CacheDir})
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = SQLTimeout
	}
	over := &SQLError{Message: fmt.Sprintf("the statement took longer than %v and was stopped", o.Timeout), Stopped: true}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, over)
	defer cancel()
	if !asks(statement) {
		return nil, errReadOnly
	}
	words := sqlWords(statement)
	keys := sampleKeys(ctx, entries, words)
	for {
		q := &sqlQuery{ctx: ctx, entries: entries, keys: keys, reports: map[string]RunReport{}, cacheDir: o.CacheDir}
		rewritten := rewriteData(statement, keys)
		if len(keys) < maxTimesKeys {
			rewritten, q.count = rewriteCount(rewritten)
		}
		err := q.run(rewritten, out)
		missing := missingColumn(err)
		if missing == "" || !q.addKey(missing) {
			return q.broken(), q.explain(err)
		}
		keys = q.keys
	}
}

// sqlQuery is one statement at work.
type sqlQuery struct {
	ctx      context.Context
	entries  []Entry
	keys     []string // columns of events besides those of the envelope
	reports  map[string]RunReport
	few      map[string]bool // keys that have few values
	count    string          // how count(*) was spelt, when it was rewritten
	cacheDir string
}

// run prepares and runs the statement.
func (q *sqlQuery) run(statement string, out SQLOutput) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = outOfMemory(fault)
		}
	}()
	db, err := q.open()
	if err != nil {
		return err
	}
	defer db.Close()
	stmt, tail, err := db.Prepare(statement)
	if err != nil {
		return err
	}
	if stmt == nil {
		return &SQLError{Message: "there is no statement"}
	}
	defer stmt.Close()
	if len(sqlTokens(tail)) > 0 {
		return &SQLError{Message: "only one statement can be run at a time"}
	}
	if !stmt.ReadOnly() {
		return errReadOnly
	}
	return q.rows(stmt, out)
}

// outOfMemory returns the error of a statement that needed more memory than SQLite gives
// to one, which its binding says by a panic. Any other panic goes on.
func outOfMemory(fault any) error {
	if err, ok := fault.(error); !ok || err.Error() != "sqlite3: out of memory" {
		panic(fault)
	}
	return &SQLError{Message: "the statement needs more memory than one may take", TooLarge: true}
}

// The errors of statements that are no questions, and of questions about anything else
// than the two tables.
var (
	errReadOnly   = &SQLError{Message: "only SELECT statements are allowed: a query reads and never writes"}
	errOutOfReach = &SQLError{Message: "a query reaches the tables runs and events, and nothing else"}
)

// open makes a database that has our two tables and nothing else.
func (q *sqlQuery) open() (*sqlite3.Conn, error) {
	db, err := sqlite3.OpenFlags(":memory:", sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE|sqlite3.OPEN_MEMORY)
	if err != nil {
		return nil, fmt.Errorf("opening SQLite: %w", err)
	}
	if err := q.prepare(db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("preparing SQLite: %w", err)
	}
	return db, nil
}

// prepare adds the tables and takes all rights to change or reach anything. What
// does not fit into a little memory is sorted in a temporary file of the system,
// which is gone when the statement ends.
func (q *sqlQuery) prepare(db *sqlite3.Conn) error {
	if err := db.Exec(`PRAGMA temp_store = FILE; PRAGMA trusted_schema = OFF`); err != nil {
		return err
	}
	for option, on := range map[sqlite3.DBConfig]bool{
		sqlite3.DBCONFIG_DEFENSIVE: true, sqlite3.DBCONFIG_TRUSTED_SCHEMA: false, sqlite3.DBCONFIG_DQS_DML: false,
		sqlite3.DBCONFIG_DQS_DDL: false, sqlite3.DBCONFIG_ENABLE_TRIGGER: false, sqlite3.DBCONFIG_ENABLE_VIEW: false,
	} {
		if _, err := db.Config(option, on); err != nil {
			return err
		}
	}
	db.Limit(sqlite3.LIMIT_ATTACHED, 0)
	db.HardHeapLimit(sqlHeap)
	if err := registerTables(db, q); err != nil {
		return err
	}
	db.SetInterrupt(q.ctx)
	return db.SetAuthorizer(authorize)
}

// authorize allows to read, to call functions but those that reach outside, and
// to recurse; nothing else.
func authorize(action sqlite3.AuthorizerActionCode, _, name, _, _ string) sqlite3.AuthorizerReturnCode {
	switch action {
	case sqlite3.AUTH_SELECT, sqlite3.AUTH_READ, sqlite3.AUTH_RECURSIVE:
		return sqlite3.AUTH_OK
	case sqlite3.AUTH_FUNCTION:
		if !strings.EqualFold(name, "load_extension") {
			return sqlite3.AUTH_OK
		}
	}
	return sqlite3.AUTH_DENY
}

// rows hands out the answer.
func (q *sqlQuery) rows(stmt *sqlite3.Stmt, out SQLOutput) error {
	names := make([]string, stmt.ColumnCount())
	for i := range names {
		names[i] = stmt.ColumnName(i)
		if q.count != "" {
			names[i] = strings.ReplaceAll(names[i], sumOfTimes, q.count)
		}
	}
	said := false
	values := make([]any, len(names))
	for stmt.Step() {
		if !said {
			said = true
			if err := out.Columns(names); err != nil {
				return err
			}
		}
		for i := range values {
			values[i] = columnValue(stmt, i)
		}
		if err := out.Row(values); err != nil {
			return err
		}
	}
	if err := stmt.Err(); err != nil || said {
		return err
	}
	return out.Columns(names)
}

// columnValue returns one value of the present row.
func columnValue(stmt *sqlite3.Stmt, i int) any {
	switch stmt.ColumnType(i) {
	case sqlite3.INTEGER:
		return stmt.ColumnInt64(i)
	case sqlite3.FLOAT:
		return stmt.ColumnFloat(i)
	case sqlite3.TEXT:
		return stmt.ColumnText(i)
	case sqlite3.BLOB:
		return stmt.ColumnBlob(i, nil)
	}
	return nil
}

// explain turns an error of SQLite into ours.
func (q *sqlQuery) explain(err error) error {
	var ours *SQLError
	var theirs *sqlite3.Error
	switch {
	case err == nil, errors.As(err, &ours):
		return err
	case q.ctx.Err() != nil:
		return context.Cause(q.ctx)
	case errors.Is(err, sqlite3.AUTH):
		return errOutOfReach
	case errors.Is(err, sqlite3.TOOBIG):
		return &SQLError{Message: "a value is longer than one may be", TooLarge: true}
	case errors.As(err, &theirs):
		return &SQLError{Message: strings.TrimPrefix(strings.TrimPrefix(err.Error(), "sqlite3: "), "SQL logic error: ")}
	}
	return err
}

// missingColumn returns the column that a statement speaks of and no table has.
func missingColumn(err error) string {
	if err == nil {
		return ""
	}
	_, name, found := strings.Cut(err.Error(), "no such column: ")
	if !found {
		return ""
	}
	name, _, _ = strings.Cut(name, "\n")
	if _, column, qualified := strings.Cut(name, "."); qualified {
		name = column
	}
	return strings.Trim(name, "\"` ")
}

// addKey adds a column for a key when an event of any run has it. Most keys are
// found in the samples; only one that is not is looked for in all events.
func (q *sqlQuery) addKey(name string) bool {
	for _, known := range append(q.keys, eventColumns...) {
		if strings.EqualFold(known, name) {
			return false
		}
	}
	for i := range q.entries {
		found := ""
		run, err := shelf.OpenRun(q.entries[i].Dir)
		if err != nil {
			continue
		}
		events, err := run.WithContext(q.ctx).OpenEvents()
		if err != nil {
			continue
		}
		_ = inOrder(newBlocks(events, events.Size()), keyFinder(name), func(_ *block, key string) error {
			if found = key; found != "" {
				return ErrStop
			}
			return q.ctx.Err()
		})
		_ = events.Close()
		if found != "" {
			q.keys = append(q.keys, found)
			return true
		}
	}
	return false
}

// broken lists the runs with broken lines, and those whose events were not there.
func (q *sqlQuery) broken() []RunReport {
	var reports []RunReport
	for i := range q.entries {
		if r, met := q.reports[q.entries[i].ID]; met && (r.Report.Broken > 0 || r.Err != nil) {
			reports = append(reports, r)
		}
	}
	return reports
}

// result gives a stored value to SQLite: text, integer and real as such, true and
// false as 1 and 0, an integer beyond 64 bits as the text of its digits, an object
// or a list as JSON, null and what is missing as NULL.
func result(ctx sqlite3.Context, stored []byte) {
	switch v := sqlValue(stored).(type) {
	case nil:
		ctx.ResultNull()
	case int64:
		ctx.ResultInt64(v)
	case float64:
		ctx.ResultFloat(v)
	case string:
		ctx.ResultText(v)
	}
}

// sqlValue is a stored value as SQLite has it.
func sqlValue(stored []byte) any {
	if len(stored) == 0 {
		return nil
	}
	switch c := stored[0]; {
	case c == '"':
		text, _ := stringOf(stored)
		return text
	case c == 'n':
		return nil
	case c == 't':
		return int64(1)
	case c == 'f':
		return int64(0)
	case c == '-' || isDigit(c):
		return sqlNumber(stored)
	}
	return string(stored)
}

func sqlNumber(stored []byte) any {
	switch n := numberOf(stored).(type) {
	case int:
		return int64(n)
	case float64:
		return n
	}
	x, exact := floatOf(stored)
	if !strings.ContainsAny(string(stored), ".eE") || !exact || math.IsInf(x, 0) {
		return string(stored)
	}
	return x
}
