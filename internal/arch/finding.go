package arch

import (
	"cmp"
	"fmt"
	"slices"
)

// Finding is one place where the tree breaks a rule.
type Finding struct {
	// File is the path below the root of the tree, with slashes.
	File string
	// Line counts from 1.
	Line int
	// Rule is the short name of the rule.
	Rule string
	// Message says what stands there.
	Message string
	// Advice says what to do about it.
	Advice string
}

// String returns the finding on one line, in the form editors can follow.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s; %s", f.File, f.Line, f.Rule, f.Message, f.Advice)
}

// sortFindings orders by place, so that two checks of one tree read the same.
func sortFindings(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
