// Command duckdb runs one statement in DuckDB and prints the rows as CSV. It is
// the peer of the measurement of reading, in a module of its own because DuckDB
// is 60 MB of C++ that nothing else here needs.
//
//	go run . "SELECT event_type, count(*) FROM read_json('events.jsonl', format = 'newline_delimited') GROUP BY 1"
package main

import (
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"os"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(1)
	}
}

func run(args []string) (err error) {
	if len(args) != 1 {
		return errors.New("one statement is wanted")
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.Query(args[0])
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	return printRows(rows, len(columns))
}

// printRows prints what the statement gives.
func printRows(rows *sql.Rows, columns int) error {
	values, places, cells := make([]any, columns), make([]any, columns), make([]string, columns)
	for i := range values {
		places[i] = &values[i]
	}
	w := csv.NewWriter(os.Stdout)
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, v := range values {
			cells[i] = fmt.Sprint(v)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(rows.Err(), w.Error())
}
