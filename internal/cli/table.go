package cli

import (
	"bufio"
	"bytes"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"example.org/runshelf/shelf"
)

// The colours of a terminal (ECMA-48 SGR), so that a person's own theme decides
// what they look like.
const (
	colorNone   = ""
	colorBold   = "1"
	colorFaint  = "2"
	colorRed    = "31"
	colorGreen  = "32"
	colorYellow = "33"
	colorBlue   = "34"
	colorPurple = "35"
)

// paint colours a text when on says so.
func paint(on bool, color, text string) string {
	if !on || color == colorNone || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// statusColor is the colour in which a status is seen at a glance.
func statusColor(s shelf.Status) string {
	switch s {
	case shelf.StatusCompleted:
		return colorGreen
	case shelf.StatusFailed, shelf.StatusCrashed:
		return colorRed
	case shelf.StatusInterrupted:
		return colorYellow
	case shelf.StatusRunning:
		return colorBlue
	}
	return colorPurple
}

// cell is one field of a table. Its text is safe for a terminal.
type cell struct {
	text  string
	color string
}

// table aligns columns by the width that their text takes on a terminal.
type table struct {
	rows  [][]cell
	right map[int]bool // columns aligned to the right: numbers
}

// header adds a row of column names.
func (t *table) header(names ...string) {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i] = cell{strings.ToUpper(name), colorFaint}
	}
	t.rows = append(t.rows, row)
}

// add adds a row.
func (t *table) add(cells ...cell) { t.rows = append(t.rows, cells) }

// write prints the table, each row with an indent in front.
func (t *table) write(w *bufio.Writer, colored bool, indent string) error {
	widths := t.widths()
	right := make([]bool, len(widths))
	for i := range right {
		right[i] = t.right[i]
	}
	var line []byte
	for _, row := range t.rows {
		line = append(line[:0], indent...)
		for i, c := range row {
			pad := widths[i] - textWidth(c.text)
			if right[i] {
				line = appendBlanks(line, pad)
			}
			line = append(line, paint(colored, c.color, c.text)...)
			if i == len(row)-1 {
				break
			}
			if !right[i] {
				line = appendBlanks(line, pad)
			}
			line = append(line, "  "...)
		}
		if _, err := w.Write(append(bytes.TrimRight(line, " "), '\n')); err != nil {
			return err
		}
	}
	return nil
}

func appendBlanks(line []byte, n int) []byte {
	for range n {
		line = append(line, ' ')
	}
	return line
}

// textWidth is how many columns of a terminal a text takes.
func textWidth(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return displaywidth.String(s)
		}
	}
	return len(s)
}

// widths measures the columns.
func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], textWidth(c.text))
		}
	}
	return widths
}

// valueWidth is the longest text that a column of free text shows whole.
const valueWidth = 60

// clip shortens a text to a number of characters.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
