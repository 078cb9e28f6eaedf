package arch

import (
	"fmt"
	"go/ast"
	"slices"
)

// The limits of size, in lines. They are far above the habit of the house:
// most functions have fewer than 20 lines.
const (
	maxFileLines     = 600
	maxFunctionLines = 60
)

// checkSizes limits the files and functions that are written by hand and are
// no tests.
func checkSizes(t *tree, report reporter) {
	for _, p := range t.packages {
		for _, f := range p.sources() {
			if f.lines > maxFileLines && !f.generated {
				report(f.syntax.Package,
					fmt.Sprintf("the file has %d lines, more than %d", f.lines, maxFileLines),
					"split it: one thing a file")
			}
		}
	}
	for _, m := range t.functions() {
		if m.lines > maxFunctionLines {
			report(m.decl.Pos(),
				fmt.Sprintf("the function %s has %d lines, more than %d", m.decl.Name.Name, m.lines, maxFunctionLines),
				"split it into steps that have names")
		}
	}
}

// measured is one function and its length.
type measured struct {
	decl  *ast.FuncDecl
	lines int
}

// functions returns every function with a body that checkSizes judges.
func (t *tree) functions() []measured {
	var all []measured
	for _, p := range t.packages {
		for _, f := range p.sources() {
			for _, decl := range f.syntax.Decls {
				d, ok := decl.(*ast.FuncDecl)
				if !ok || d.Body == nil || f.generated {
					continue
				}
				lines := t.fset.Position(d.End()).Line - t.fset.Position(d.Pos()).Line + 1
				all = append(all, measured{d, lines})
			}
		}
	}
	return all
}

// Sizes describes how long the functions of a tree are, in lines from the word
// func to the closing brace.
type Sizes struct {
	// Functions is how many there are, tests and generated code aside.
	Functions int
	// Median, P90 and Longest are lines; 0 when there is no function.
	Median, P90, Longest int
}

// Measure returns the sizes of the functions of the tree at root.
func Measure(root string) (Sizes, error) {
	t, err := readTree(root)
	if err != nil {
		return Sizes{}, fmt.Errorf("measuring functions: %w", err)
	}
	var lines []int
	for _, m := range t.functions() {
		lines = append(lines, m.lines)
	}
	if len(lines) == 0 {
		return Sizes{}, nil
	}
	slices.Sort(lines)
	n := len(lines)
	return Sizes{Functions: n, Median: lines[n/2], P90: lines[n*9/10], Longest: lines[n-1]}, nil
}
