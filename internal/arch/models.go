package arch

import (
	"go/ast"
	"slices"
	"strings"
)

// checkModels keeps simulated worlds pure, so that the same seed gives the same
// events: no disk, no network, no wall clock, no goroutines, no randomness but
// that of the run's own streams.
func checkModels(t *tree, report reporter) {
	for _, p := range t.packages {
		if p.nested || !inRoom(p.dir, "simulation") {
			continue
		}
		n := t.resolve(p)
		for _, f := range p.sources() {
			for _, spec := range f.syntax.Imports {
				if advice := impure(importPath(spec)); advice != "" {
					report(spec.Pos(), "a model imports "+importPath(spec), advice)
				}
			}
			ast.Inspect(f.syntax, func(node ast.Node) bool {
				checkPurity(n, node, report)
				return true
			})
		}
	}
}

// impure returns what to do instead of importing a package in a model, and ""
// for one that a model may have.
func impure(name string) string {
	switch {
	case name == "math/rand", name == "crypto/rand":
		return "draw from Context.Rand, whose numbers follow from the seed"
	case inRoom(name, "os"), inRoom(name, "net"), name == "syscall", name == "io/ioutil":
		return "a model sees nothing but its context: emit events, and let the runner do the rest"
	}
	return ""
}

// checkPurity reports a node that starts a goroutine or asks the wall clock.
func checkPurity(n *names, node ast.Node, report reporter) {
	switch e := node.(type) {
	case *ast.GoStmt:
		report(e.Pos(), "a model starts a goroutine", "do the work in Step: the order of goroutines is no part of the seed")
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return
		}
		if from, _ := n.imported(id); from == "time" && slices.Contains(clock(), e.Sel.Name) {
			report(e.Pos(), "a model uses time."+e.Sel.Name, "use Context.Now, the virtual clock")
		}
	}
}

// clock returns the names of package time that read or wait for the wall clock.
func clock() []string {
	return strings.Fields("Now Sleep Since Until After AfterFunc Tick NewTicker NewTimer")
}
