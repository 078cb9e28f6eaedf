package figures

import (
	"fmt"
	"io"
	"strings"
)

// Table is a table in Markdown. All columns but the first are aligned right.
type Table struct{ lines [][]string }

// NewTable begins a table.
func NewTable(heading ...string) *Table { return &Table{lines: [][]string{heading}} }

// Add adds a line.
func (t *Table) Add(cells ...string) { t.lines = append(t.lines, cells) }

// Write writes the table.
func (t *Table) Write(w io.Writer) {
	for i, cells := range t.lines {
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
		if i == 0 {
			fmt.Fprintf(w, "|---|%s\n", strings.Repeat("---:|", len(cells)-1))
		}
	}
}

// Duration shows nanoseconds with three digits.
func Duration(ns float64) string {
	switch {
	case ns >= 999.5e3:
		return Number(ns/1e6) + " ms"
	case ns >= 999.5:
		return Number(ns/1e3) + " µs"
	}
	return Number(ns) + " ns"
}

// Number shows three digits, and none behind the point from 100 on.
func Number(v float64) string {
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// Times shows a ratio.
func Times(v float64) string { return fmt.Sprintf("%.3f×", v) }
