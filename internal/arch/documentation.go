package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// checkPackageComments wants one comment that says what the package is for.
func checkPackageComments(t *tree, report reporter) {
	for _, p := range t.packages {
		sources := p.sources()
		if len(sources) == 0 {
			continue
		}
		documented := false
		for _, f := range sources {
			documented = documented || written(f.syntax.Doc)
		}
		if !documented {
			report(sources[0].syntax.Package,
				fmt.Sprintf("package %s has no package comment", sources[0].syntax.Name.Name),
				"say above the package clause of one file what the package is for")
		}
	}
}

// checkDocumentation wants a comment at every exported name of a library.
func checkDocumentation(t *tree, report reporter) {
	for _, p := range t.packages {
		for _, f := range p.sources() {
			if f.generated || f.syntax.Name.Name == "main" {
				continue
			}
			for _, decl := range f.syntax.Decls {
				checkDeclaration(decl, report)
			}
		}
	}
}

// checkDeclaration looks at one declaration of a file.
func checkDeclaration(decl ast.Decl, report reporter) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && exportedReceiver(d) && !written(d.Doc) {
			undocumented(d.Name, report)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			checkSpec(d, spec, report)
		}
	}
}

// checkSpec looks at one name, or one line of names, of a declaration. The
// comment of a group stands for its constants and variables, since these are
// often one list; a type in a group needs its own.
func checkSpec(group *ast.GenDecl, spec ast.Spec, report reporter) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		if written(group.Doc) || written(s.Doc) || written(s.Comment) {
			return
		}
		for _, name := range s.Names {
			if name.IsExported() {
				undocumented(name, report)
			}
		}
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return
		}
		alone := !group.Lparen.IsValid()
		if !written(s.Doc) && !written(s.Comment) && !(alone && written(group.Doc)) {
			undocumented(s.Name, report)
		}
	}
}

// exportedReceiver says whether a function is no method, or one of an exported
// type: the methods of other types are seen through an interface that is
// documented itself.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	expr := d.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return true
		}
	}
}

// written says whether a comment holds text: directives alone are none.
func written(c *ast.CommentGroup) bool {
	return c != nil && strings.TrimSpace(c.Text()) != ""
}

func undocumented(name *ast.Ident, report func(token.Pos, string, string)) {
	report(name.Pos(), fmt.Sprintf("exported name %s has no comment", name.Name),
		"say what it is, with units, errors and concurrency where they matter, or do not export it")
}
