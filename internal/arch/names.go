package arch

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

// checkPackageNames forbids names that say nothing about what is inside: such a
// package takes in whatever has no home.
func checkPackageNames(t *tree, report reporter) {
	forbidden := []string{"util", "utils", "common", "helper", "helpers", "types"}
	for _, p := range t.packages {
		f := p.files[0]
		for _, name := range []string{strings.TrimSuffix(f.syntax.Name.Name, "_test"), path.Base(p.dir)} {
			if slices.Contains(forbidden, name) {
				report(f.syntax.Name.Pos(), fmt.Sprintf("a package is called %s", name),
					"name it after the one thing it does, or move its parts to the rooms that use them")
				break
			}
		}
	}
}

// checkInit forbids functions that run before main: they cannot fail in a way
// that anyone can handle, and importing a package would do something.
func checkInit(t *tree, report reporter) {
	for _, p := range t.packages {
		for _, f := range p.files {
			for _, decl := range f.syntax.Decls {
				if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
					report(d.Name.Pos(), "an init function runs at import",
						"call it by name from where it is needed, or make it a value")
				}
			}
		}
	}
}

// checkMarkers forbids comments that put work off: what is not done is said in
// the documentation, as a limit.
func checkMarkers(t *tree, report reporter) {
	marker := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`)
	for _, p := range t.packages {
		for _, f := range p.files {
			for _, group := range f.syntax.Comments {
				for _, comment := range group.List {
					if word := marker.FindString(comment.Text); word != "" {
						report(comment.Pos(), fmt.Sprintf("a comment says %s", word),
							"do it, or state the limit where a user will read it")
					}
				}
			}
		}
	}
}
