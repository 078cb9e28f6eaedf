package cli

import (
	"strconv"

	"github.com/clipperhouse/displaywidth"
)

// shownColumns is how many columns the terminal that data goes to has: COLUMNS, or what
// the terminal says. 0 is any number: there is no terminal, or nobody knows.
func (a *app) shownColumns() int {
	if !a.stdoutTerminal() {
		return 0
	}
	if n, err := strconv.Atoi(a.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return terminalColumns(a.stdout)
}

// yield is what a column of a table gives up when there is no room.
type yield struct {
	column int
	least  int // it is made as narrow as this; 0: it is left out
}

// fit makes the table fit into so many columns of a terminal, 0 for any number. The first
// yield is asked first.
func (t *table) fit(columns int, yields []yield) {
	if columns <= 0 {
		return
	}
	t.least = map[int]int{}
	widths := t.widths()
	excess := sum(widths) + len(gap)*(len(widths)-1) - columns
	for _, y := range yields {
		if excess <= 0 {
			return
		}
		saved := widths[y.column] - y.least
		if saved <= 0 {
			continue
		}
		if y.least > 0 {
			saved = min(saved, excess)
		}
		widths[y.column] -= saved
		t.least[y.column] = widths[y.column]
		if excess -= saved; y.least == 0 {
			excess -= len(gap)
		}
	}
}

// widths are those of the columns when there is room.
func (t *table) widths() (widths []int) {
	for _, part := range t.parts {
		for i, width := range part.widths {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width)
		}
	}
	return widths
}

// narrowed is a text that takes no more than so many columns of a terminal.
func narrowed(text []byte, width int) []byte {
	return displaywidth.TruncateBytes(text, width, []byte("…"))
}

// lsYields is what the columns of the table of runs give up, the least important first:
// what nobody has filled in, then long texts, then the rest from the right to the left. What
// people use to name a run stays longest.
func lsYields(columns []string, usual bool, filled func(column int) bool) (yields []yield) {
	if usual {
		at := map[string]int{}
		for i := len(columns) - 1; i > 0; i-- {
			if at[columns[i]] = i; !filled(i) {
				yields = append(yields, yield{i, 0})
			}
		}
		const short = 12
		for _, c := range []string{"tags", "program", "name"} {
			yields = append(yields, yield{at[c], short})
		}
		for _, c := range []string{"tags", "seed", "program", "events", "name", "duration", "started", "status"} {
			yields = append(yields, yield{at[c], 0})
		}
		return append(yields, yield{0, 1})
	}
	for _, least := range []int{12, 6, 0} {
		for i := len(columns) - 1; i > 0; i-- {
			yields = append(yields, yield{i, least})
		}
	}
	return append(yields, yield{0, 1})
}

// groupYields is what the columns of the table of groups give up: figures that no run has,
// long names, the last figures and their spread, and then the values that runs are grouped by. There are by
// columns of these in front, then that of the number of runs, then the figures, whose
// numbers, as wide as filled, are never cut.
func groupYields(by int, filled []int) (yields []yield) {
	const usual, short = 12, 6
	last := len(filled) - 1
	for i := last; i > by; i-- {
		if filled[i] == 0 {
			yields = append(yields, yield{i, 0})
		}
	}
	for i := last; i > by; i-- {
		yields = append(yields, yield{i, max(usual, filled[i])})
	}
	for i := by - 1; i >= 0; i-- {
		yields = append(yields, yield{i, usual})
	}
	for i := last; i > by; i-- {
		yields = append(yields, yield{i, 0})
	}
	for i := by - 1; i > 0; i-- {
		yields = append(yields, yield{i, short})
	}
	for i := by; i > 0; i-- {
		yields = append(yields, yield{i, 0})
	}
	return append(yields, yield{0, 1})
}
