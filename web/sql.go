package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// Limits of one statement. Two at once is what a machine bears without the page
// becoming slow.
const (
	sqlAtOnce  = 2
	sqlTimeout = 30 * time.Second
	sqlRows    = 1000 // when nobody asks for more or fewer
	maxSQLRows = 10_000
)

// statement is the body of a question in SQL.
type statement struct {
	SQL   string `json:"sql"`
	Limit *int   `json:"limit"`
}

// query answers POST /api/query, whose body is {"sql":"SELECT …","limit":1000}: the
// document of `query --json`, and besides whether rows were left out and how many
// broken lines were met. It changes nothing and so wants no token; other sites
// cannot reach it.
func (s *Server) query(r *http.Request) ([]byte, error) {
	var q statement
	if err := readJSON(r, &q); err != nil {
		return nil, err
	}
	limit := sqlRows
	if q.Limit != nil {
		limit = *q.Limit
	}
	if limit < 1 || limit > maxSQLRows {
		return nil, badf("limit must be a number from 1 to %d", maxSQLRows)
	}
	select {
	case s.statements <- struct{}{}:
		defer func() { <-s.statements }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	t := &sqlTable{b: []byte(`{"format":1,"columns":`), limit: limit}
	o := query.SQLOptions{Timeout: s.sqlTimeout, CacheDir: s.o.CacheDir}
	reports, err := query.SQL(r.Context(), s.o.Shelf, q.SQL, o, t)
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return t.end(reports), nil
}

// errEnough ends a statement that has more rows than were asked for.
var errEnough = errors.New("enough rows")

// sqlTable collects an answer.
type sqlTable struct {
	b         []byte
	keys      []string
	rows      int
	limit     int
	truncated bool
}

// Columns takes the names.
func (t *sqlTable) Columns(names []string) error {
	t.keys = query.SQLNames(names)
	t.b = append(event.AppendValue(t.b, t.keys), `,"rows":[`...)
	return nil
}

// Row takes a row, until there are enough.
func (t *sqlTable) Row(values []any) error {
	if t.rows == t.limit || len(t.b) > maxAnswer {
		t.truncated = true
		return errEnough
	}
	t.b = append(t.b, ",\n"[1-min(t.rows, 1):]...)
	t.b = query.AppendSQLRow(t.b, t.keys, values)
	t.rows++
	return nil
}

// end ends the document.
func (t *sqlTable) end(reports []query.RunReport) []byte {
	var broken int64
	for i := range reports {
		broken += reports[i].Report.Broken
	}
	t.b = append(t.b, "\n"[:min(1, t.rows)]...)
	return fmt.Appendf(t.b, "],\"truncated\":%t,\"broken\":%d}\n", t.truncated, broken)
}

// maxBody bounds the body of a request, in bytes.
const maxBody = 64 << 10

// readJSON reads the body of a request. A form, which any site may send, is none.
func readJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return badf("the body must be sent as application/json")
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(b) > maxBody {
		return badf("the body may have %d bytes at most", maxBody)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return badf("the body is not what it should be: %w", err)
	}
	return nil
}
