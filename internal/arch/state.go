package arch

import (
	"fmt"
	"go/ast"
	"go/token"
)

// checkState forbids changing a variable of a package after its declaration:
// such a variable joins all users of the package with one another, and two
// tests with each other.
func checkState(t *tree, report reporter) {
	for _, p := range t.packages {
		n := t.resolve(p)
		for _, f := range p.sources() {
			ast.Inspect(f.syntax, func(node ast.Node) bool {
				for _, target := range changed(n, node) {
					if id := base(target); id != nil && n.packageVariable(id) {
						report(id.Pos(), fmt.Sprintf("the package variable %s is changed", id.Name),
							"make it a field of the value that needs it")
					}
				}
				return true
			})
		}
	}
}

// changed returns the expressions that a statement gives a new value.
func changed(n *names, node ast.Node) []ast.Expr {
	switch s := node.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			return s.Lhs
		}
	case *ast.RangeStmt:
		if s.Tok == token.ASSIGN {
			return []ast.Expr{s.Key, s.Value}
		}
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	case *ast.CallExpr:
		fn, ok := s.Fun.(*ast.Ident)
		if ok && n.builtin(fn) && (fn.Name == "delete" || fn.Name == "clear") && len(s.Args) > 0 {
			return s.Args[:1]
		}
	}
	return nil
}

// base returns the identifier whose value holds the place that an expression
// names, as far as syntax tells.
func base(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.SelectorExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		default:
			return nil
		}
	}
}
