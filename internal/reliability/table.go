package reliability

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// tableHead begins the table of counts.
	tableHead = "| row | what was played | times |\n|---|---|---:|\n"
	// placeHead begins the line that says when and where all was played.
	placeHead = "Last played: "
)

// entry is one row of the table of counts.
type entry struct{ row, what, times string }

// line is the row as it stands in the document.
func (e entry) line() string { return fmt.Sprintf("| %s | %s | %s |\n", e.row, e.what, e.times) }

// parseEntry reads a row of the document.
func parseEntry(line string) (entry, bool) {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	if len(cells) != 3 {
		return entry{}, false
	}
	return entry{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])}, true
}

// enter puts an entry into the table of a document, in place of an earlier one of
// the same words, and says where it was played.
func enter(text string, e entry, played string) (string, error) {
	before, table, found := strings.Cut(text, tableHead)
	if !found {
		return "", errors.New("there is no table of counts")
	}
	entries := []entry{e}
	for strings.HasPrefix(table, "|") {
		line, rest, _ := strings.Cut(table, "\n")
		if old, ok := parseEntry(line); ok && old.what != e.what {
			entries = append(entries, old)
		}
		table = rest
	}
	slices.SortFunc(entries, compareEntries)
	var b strings.Builder
	b.WriteString(setPlace(before, played) + tableHead)
	for _, e := range entries {
		b.WriteString(e.line())
	}
	return b.String() + table, nil
}

// setPlace replaces the line that says when and where all was played.
func setPlace(text, played string) string {
	before, after, found := strings.Cut(text, placeHead)
	if !found {
		return text
	}
	_, rest, _ := strings.Cut(after, "\n")
	return before + placeHead + played + ".\n" + rest
}

// compareEntries orders by the number of the row, then by the words.
func compareEntries(a, b entry) int {
	return cmp.Or(cmp.Compare(kind(a.row), kind(b.row)), cmp.Compare(number(a.row), number(b.row)), strings.Compare(a.what, b.what))
}

func kind(row string) string { return strings.TrimRight(row, "0123456789") }

func number(row string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(row, kind(row)))
	return n
}
