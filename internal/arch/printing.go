package arch

import (
	"go/ast"
	"slices"
	"strings"
)

// checkPrinting lets only programs talk: a library that prints cannot be used
// quietly, and its words cannot be tested.
func checkPrinting(t *tree, report reporter) {
	programs := []string{"internal/cli", "cmd", "tools", "examples", "benchmarks"}
	for _, p := range t.packages {
		if slices.ContainsFunc(programs, func(name string) bool { return inRoom(p.dir, name) }) {
			continue
		}
		n := t.resolve(p)
		for _, f := range p.sources() {
			ast.Inspect(f.syntax, func(node ast.Node) bool {
				if what, id := printing(n, node); what != "" {
					report(id.Pos(), what+" is used outside the command line",
						"return the text, or take an io.Writer or a func(string) from the caller")
				}
				return true
			})
		}
	}
}

// printing returns how a node prints, and "" when it does not.
func printing(n *names, node ast.Node) (string, *ast.Ident) {
	switch e := node.(type) {
	case *ast.CallExpr:
		if id, ok := e.Fun.(*ast.Ident); ok && n.builtin(id) && (id.Name == "print" || id.Name == "println") {
			return id.Name, id
		}
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return "", nil
		}
		from, _ := n.imported(id)
		name := from + "." + e.Sel.Name
		switch {
		case from == "fmt" && strings.HasPrefix(e.Sel.Name, "Print"),
			name == "os.Stdout", name == "os.Stderr", from == "log":
			return name, id
		}
	}
	return "", nil
}
