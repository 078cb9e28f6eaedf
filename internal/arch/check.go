package arch

import (
	"fmt"
	"go/token"
)

// rule is one rule of the house: it looks at the whole tree and reports each
// place that breaks it.
type rule struct {
	name  string
	check func(*tree, reporter)
}

// reporter receives one place that breaks a rule, what stands there, and what
// to do about it.
type reporter func(at token.Pos, message, advice string)

// rules returns every rule of the house.
func rules() []rule {
	return []rule{
		{"imports", checkImports},
		{"package comment", checkPackageComments},
		{"documentation", checkDocumentation},
		{"size", checkSizes},
		{"package name", checkPackageNames},
		{"init", checkInit},
		{"state", checkState},
		{"marker", checkMarkers},
		{"printing", checkPrinting},
		{"model", checkModels},
	}
}

// Check reads the source tree at root, which holds the go.mod of the main
// module, and returns every place that breaks a rule, ordered by file and line.
// The error says that the tree could not be read.
func Check(root string) ([]Finding, error) {
	t, err := readTree(root)
	if err != nil {
		return nil, fmt.Errorf("checking the rules of the house: %w", err)
	}
	findings := t.broken
	for _, r := range rules() {
		r.check(t, func(at token.Pos, message, advice string) {
			place := t.fset.Position(at)
			findings = append(findings, Finding{
				File: place.Filename, Line: place.Line,
				Rule: r.name, Message: message, Advice: advice,
			})
		})
	}
	sortFindings(findings)
	return findings, nil
}
