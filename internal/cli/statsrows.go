package cli

import (
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"example.org/runshelf/query"
)

// statsRows prints the groups for other programs: figures in full, and rows
// without a value for what is in no group.
func (a *app) statsRows(form string, c *query.Counts) error {
	rows := [][]string{statsHeader(c)}
	for i := range c.Groups {
		rows = append(rows, statsRow(&c.Groups[i], c))
	}
	for _, rest := range []uint64{c.Missing, c.Other} {
		if rest > 0 {
			row := make([]string, len(rows[0]))
			row[1] = strconv.FormatUint(rest, 10)
			rows = append(rows, row)
		}
	}
	for _, row := range rows {
		for i := range row {
			if a.stdoutTerminal() || form == formMarkdown {
				row[i] = safe(row[i])
			}
		}
	}
	if form == formMarkdown {
		return a.markdown(rows)
	}
	w := csv.NewWriter(a.out())
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return w.Error()
}

// statsHeader names the columns.
func statsHeader(c *query.Counts) []string {
	header := []string{c.By, "count", "per_second", "first", "last"}
	for _, field := range c.Of {
		for _, f := range new(query.Summary).Figures() {
			header = append(header, field+"_"+f.Name)
		}
	}
	return header
}

// statsRow is one group.
func statsRow(g *query.Group, c *query.Counts) []string {
	rate := ""
	if s := c.Seconds(); s > 0 {
		rate = plainFloat(float64(g.Count) / s)
	}
	row := []string{g.Value, strconv.FormatUint(g.Count, 10), rate, strconv.FormatUint(g.First, 10), strconv.FormatUint(g.Last, 10)}
	for i := range g.Of {
		for _, f := range g.Of[i].Figures() {
			if math.IsNaN(f.Value) {
				row = append(row, "")
				continue
			}
			row = append(row, plainFloat(f.Value))
		}
	}
	return row
}

// markdown prints a table in Markdown, numbers to the right.
func (a *app) markdown(rows [][]string) error {
	for i, row := range rows {
		if err := a.markdownRow(row, i == 0); err != nil {
			return err
		}
	}
	return nil
}

// markdownRow prints one row of a table, and the line below the first, which names the
// columns.
func (a *app) markdownRow(row []string, names bool) error {
	escape := strings.NewReplacer("|", `\|`, `\`, `\\`)
	cells := make([]string, len(row))
	for k, text := range row {
		cells[k] = escape.Replace(text)
	}
	_, err := fmt.Fprintf(a.out(), "| %s |\n", strings.Join(cells, " | "))
	if names && err == nil {
		_, err = fmt.Fprintf(a.out(), "|---|%s\n", strings.Repeat("---:|", len(row)-1))
	}
	return err
}
