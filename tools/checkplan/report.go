package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// The verdicts on one wanted test.
const (
	verdictPassed  = "passed"
	verdictFailed  = "failed"
	verdictSkipped = "skipped"
	verdictMissing = "missing"
	verdictNotRun  = "not run"
)

// result is what became of one wanted test.
type result struct {
	requirement
	// place is where the test stands, as file:line; "" when it was not found.
	place   string
	verdict string
	// elapsed is in seconds.
	elapsed      float64
	skippedParts []string
	// detail says why the test did not pass.
	detail string
}

// passed says whether every result is good.
func passed(results []*result) bool {
	for _, r := range results {
		if r.verdict != verdictPassed {
			return false
		}
	}
	return true
}

// report prints the table and says whether the plan is kept.
func report(w io.Writer, results []result) bool {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VERDICT\tTEST\tPLACE\tSECONDS\tPROVES")
	good := 0
	for _, r := range results {
		if r.verdict == verdictPassed {
			good++
		}
		place := r.place
		if place == "" {
			place = r.pkg
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%.2f\t%s\n", r.verdict, r.test, place, r.elapsed, r.proves)
	}
	table.Flush()
	for _, r := range results {
		if r.verdict != verdictPassed && r.detail != "" {
			fmt.Fprintf(w, "%s: %s: %s\n", r.test, r.verdict, strings.TrimSpace(r.detail))
		}
	}
	fmt.Fprintf(w, "%d of %d required tests ran and passed\n", good, len(results))
	return good == len(results)
}
