package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// requirement is one row of a plan: a test that must exist, run and pass.
type requirement struct {
	test string
	// pkg is the folder of the package, with slashes; "." is the root.
	pkg    string
	proves string
	// line is where the plan asks for it, from 1.
	line int
}

// planFile returns the name of the plan with the given number.
func planFile(dir string, number int) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "docs", "plans", "[0-9]*-*.md"))
	if err != nil {
		return "", fmt.Errorf("looking for plan %d: %w", number, err)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		digits, _, _ := strings.Cut(filepath.Base(name), "-")
		n, err := strconv.Atoi(digits)
		return err != nil || n != number
	})
	switch len(names) {
	case 1:
		return names[0], nil
	case 0:
		return "", fmt.Errorf("no plan %d: there is no docs/plans/%03d-*.md in %s", number, number, dir)
	}
	return "", fmt.Errorf("two plans have the number %d: %s", number, strings.Join(names, ", "))
}

// readPlan returns what the tables of a plan ask for, in its order.
func readPlan(name string) ([]requirement, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	wanted, err := parsePlan(string(content))
	if err != nil {
		return nil, fmt.Errorf("reading the plan %s: %w", name, err)
	}
	return wanted, nil
}

// parsePlan reads the tables of required tests in a Markdown text. Tables with
// other columns, and tables inside a fenced block, are left alone.
func parsePlan(text string) ([]requirement, error) {
	var wanted []requirement
	inTable, fenced := false, false
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		cells := cellsOf(line)
		switch {
		case fenced || cells == nil:
			inTable = false
		case isHeader(cells):
			inTable = true
		case inTable && !isRuler(cells):
			w, err := requirementOf(cells, number)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			wanted = append(wanted, w)
		}
	}
	return wanted, checkRows(wanted)
}

// checkRows refuses a plan that asks for nothing, or for one thing twice.
func checkRows(wanted []requirement) error {
	if len(wanted) == 0 {
		return errors.New("it has no table of tests (columns: test, package, what it proves)")
	}
	for i, w := range wanted {
		same := func(o requirement) bool { return o.test == w.test && o.pkg == w.pkg }
		if first := slices.IndexFunc(wanted, same); first < i {
			return fmt.Errorf("line %d asks for %s in %s, as line %d does", w.line, w.test, w.pkg, wanted[first].line)
		}
	}
	return nil
}

// cellsOf splits a row of a table; nil when the line is none.
func cellsOf(line string) []string {
	if !strings.HasPrefix(line, "|") {
		return nil
	}
	cells := strings.Split(strings.TrimSuffix(line[1:], "|"), "|")
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	return cells
}

// isHeader says whether a row heads a table of required tests.
func isHeader(cells []string) bool {
	return len(cells) >= 2 && strings.EqualFold(cells[0], "test") && strings.EqualFold(cells[1], "package")
}

// isRuler says whether a row is the line between head and body.
func isRuler(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.Trim(cell, ":- ") != "" })
}

// requirementOf reads one row of the body.
func requirementOf(cells []string, line int) (requirement, error) {
	w := requirement{test: strings.Trim(cells[0], "`"), line: line}
	if len(cells) < 3 || cells[2] == "" {
		return w, fmt.Errorf("the row of %q does not say what it proves", w.test)
	}
	if !regexp.MustCompile(`^Test\w*$`).MatchString(w.test) {
		return w, fmt.Errorf("%q is not the name of a test function", w.test)
	}
	pkg := strings.Trim(cells[1], "`")
	if pkg == "" {
		return w, fmt.Errorf("the row of %q names no package: write . for the root", w.test)
	}
	w.pkg, w.proves = path.Clean(pkg), cells[2]
	if !filepath.IsLocal(filepath.FromSlash(w.pkg)) {
		return w, fmt.Errorf("the package %q is not below the root", pkg)
	}
	return w, nil
}
