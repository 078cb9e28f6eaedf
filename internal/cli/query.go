package cli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// queryOptions are the flags of query.
type queryOptions struct {
	form    string
	json    bool
	timeout time.Duration
}

func newQueryCommand(a *app) *cobra.Command {
	var o queryOptions
	cmd := &cobra.Command{
		Use:   "query SQL",
		Short: "ask runs and events in SQL",
		Long: `Runs one SELECT (SQLite's SQL) over the tables runs and events of the shelf. Every key of an
event is a column of events, and data is its whole line; config and metrics of runs are
JSON (config->>'agents'). Nothing is imported, and nothing can be changed. With - the
statement is read from standard input.`,
		Example: `  runshelf query "SELECT run_id, status, events FROM runs WHERE config->>'agents' > 5"
  runshelf query "SELECT event_type, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC"
  runshelf query "SELECT sender, sum(amount) FROM events WHERE event_type = 'transfer' GROUP BY 1" -o csv
  runshelf query "SELECT * FROM events" -o parquet > events.parquet
  runshelf query - -o json < question.sql`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return withHint(usageErrorf("query takes one statement"), `runshelf query "SELECT * FROM runs"`)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.query(cmd, args[0], &o)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.form, "output", "o", formTable, "table, csv, json or parquet")
	flags.BoolVar(&o.json, "json", false, "short for -o json")
	flags.DurationVar(&o.timeout, "timeout", query.SQLTimeout, "stop a statement that takes longer")
	cmd.MarkFlagsMutuallyExclusive("output", "json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{formTable, formCSV, formJSON, formParquet}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// query runs one statement.
func (a *app) query(cmd *cobra.Command, statement string, o *queryOptions) error {
	out, err := a.queryOutput(o)
	if err != nil {
		return err
	}
	if p, ok := out.(*parquetOutput); ok {
		defer p.discard()
	}
	if o.timeout <= 0 {
		return usageErrorf("--timeout is %v, and must be more than 0", o.timeout)
	}
	if statement == "-" {
		text, err := io.ReadAll(a.stdin)
		if err != nil {
			return fmt.Errorf("reading the statement: %w", err)
		}
		statement = string(text)
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	ctx, stop := a.interruptible(cmd.Context())
	defer stop()
	reports, err := query.SQL(ctx, s, statement, query.SQLOptions{Timeout: o.timeout, CacheDir: a.cacheDir()}, out)
	if err == nil {
		err = out.close()
	}
	for _, r := range reports {
		if r.Err != nil {
			a.warn(r.Err.Error() + "; they are left out")
		}
		a.broken(&shelf.Run{ID: r.Run.ID, Dir: r.Run.Dir, Status: r.Run.Status}, r.Report)
	}
	var wrong *query.SQLError
	if errors.As(err, &wrong) && wrong.Stopped {
		return withHint(err, "--timeout allows more")
	}
	if wrong != nil && wrong.TooLarge {
		return withHint(err, "ask for less at once: fewer rows, or shorter values")
	}
	if errors.As(err, &wrong) {
		return withHint(asUsage(err), "the tables are runs and events; docs/sql.md lists their columns")
	}
	return err
}

// queryOutput is one form of an answer.
type queryOutput interface {
	query.SQLOutput
	close() error
}

// queryOutput returns the form that the flags ask for.
func (a *app) queryOutput(o *queryOptions) (queryOutput, error) {
	if o.json {
		o.form = formJSON
	}
	switch o.form {
	case formTable:
		return &tableOutput{app: a}, nil
	case formCSV:
		return &csvOutput{w: csv.NewWriter(a.out()), terminal: a.stdoutTerminal()}, nil
	case formJSON:
		return &jsonOutput{w: a.out(), terminal: a.stdoutTerminal()}, nil
	case formParquet:
		if a.stdoutTerminal() {
			return nil, withHint(usageErrorf("a Parquet file is nothing for a terminal"), "-o parquet > answer.parquet")
		}
		return &parquetOutput{w: a.out()}, nil
	}
	return nil, usageErrorf("-o is %q, and must be table, csv, json or parquet", o.form)
}

// tableRows is how many rows are aligned with each other: so many fit into memory
// whatever the answer, and nobody sees more of them at once.
const tableRows = 1000

// tableOutput prints aligned columns.
type tableOutput struct {
	app     *app
	names   []string
	table   table
	waiting int
}

// Columns takes the names.
func (t *tableOutput) Columns(names []string) error {
	t.names = names
	t.begin()
	return nil
}

// begin starts an aligned part.
func (t *tableOutput) begin() {
	t.table, t.waiting = table{right: map[int]bool{}}, 0
	names := make([]string, len(t.names))
	for i, name := range t.names {
		names[i] = safe(name)
	}
	t.table.header(names...)
}

// Row takes a row.
func (t *tableOutput) Row(values []any) error {
	row := make([]cell, len(values))
	for i, v := range values {
		switch v.(type) {
		case int64, float64:
			t.table.right[i] = true
		}
		row[i] = cell{text: clip(safe(sqlText(v)), valueWidth)}
		if v == nil {
			row[i] = cell{"NULL", colorFaint}
		}
	}
	t.table.add(row...)
	if t.waiting++; t.waiting < tableRows {
		return nil
	}
	if err := t.close(); err != nil {
		return err
	}
	t.begin()
	return nil
}

// close prints what waits.
func (t *tableOutput) close() error {
	return t.table.write(t.app.out(), t.app.stdoutColor(), "")
}

// csvOutput prints CSV (RFC 4180); NULL is nothing.
type csvOutput struct {
	w        *csv.Writer
	terminal bool
}

// Columns prints the names.
func (c *csvOutput) Columns(names []string) error { return c.write(names) }

// Row prints a row.
func (c *csvOutput) Row(values []any) error {
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = sqlText(v)
	}
	return c.write(row)
}

func (c *csvOutput) write(row []string) error {
	if c.terminal {
		shown := make([]string, len(row))
		for i, text := range row {
			shown[i] = safe(text)
		}
		row = shown
	}
	return c.w.Write(row)
}

func (c *csvOutput) close() error {
	c.w.Flush()
	return c.w.Error()
}

// jsonOutput prints one document with a line for each row.
type jsonOutput struct {
	w        *bufio.Writer
	terminal bool
	names    []string
	rows     int
	buf      []byte
}

// Columns prints the names. Of equal names all but the first get a number.
func (j *jsonOutput) Columns(names []string) error {
	j.names = query.SQLNames(names)
	j.buf = appendNames([]byte(`{"format":1,"columns":`), j.names)
	return j.write(append(j.buf, `,"rows":[`...))
}

// Row prints a row as an object.
func (j *jsonOutput) Row(values []any) error {
	j.buf = append(j.buf[:0], ",\n"[1-min(j.rows, 1):]...)
	j.rows++
	j.buf = query.AppendSQLRow(j.buf, j.names, values)
	return j.write(j.buf)
}

func (j *jsonOutput) write(b []byte) error {
	_, err := j.w.Write(appendJSON(nil, b, j.terminal))
	return err
}

func (j *jsonOutput) close() error {
	_, err := j.w.WriteString("\n"[:min(j.rows, 1)] + "]}\n")
	return err
}

// sqlText is a value as text; NULL is nothing.
func sqlText(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		text := plainFloat(x)
		if !strings.ContainsAny(text, ".eIN") {
			text += ".0" // a real, also when it is whole
		}
		return text
	case []byte:
		return string(x)
	}
	return fmt.Sprint(v)
}
