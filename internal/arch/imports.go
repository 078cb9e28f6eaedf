package arch

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// checkImports holds the main module to the table of imports. Tests may import
// any room, and where only the standard library is allowed also the libraries
// that exist for tests.
func checkImports(t *tree, report reporter) {
	for _, p := range t.packages {
		if p.nested {
			continue
		}
		home, known := roomOf(p.dir)
		if !known {
			report(p.files[0].syntax.Package,
				fmt.Sprintf("the folder %s is no room of the house", p.dir),
				"move the code to the room it belongs to, or add a row to house in internal/arch/rooms.go")
			continue
		}
		for _, f := range p.files {
			for _, spec := range f.syntax.Imports {
				t.checkImport(home, f, spec, report)
			}
		}
	}
}

// checkImport judges one import of a file in the room home.
func (t *tree) checkImport(home room, f *file, spec *ast.ImportSpec, report reporter) {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return
	}
	dir, ours := t.folder(name)
	switch {
	case ours && !f.test && !mayImport(home, dir):
		report(spec.Pos(),
			fmt.Sprintf("%s must not import %s: it may import %s", title(home.name), title(dir), titles(home.imports)),
			"move the code to the room it belongs to, or pass in what it needs")
	case !ours && home.stdOnly && !standard(name) && !(f.test && testLibrary(name)):
		report(spec.Pos(),
			fmt.Sprintf("%s must not import %s: it may import the standard library only", title(home.name), name),
			"write the little that is needed, or do it in a room that may have dependencies")
	}
}

// folder returns the folder of an import path of this repository.
func (t *tree) folder(name string) (string, bool) {
	if name == t.module {
		return "", true
	}
	return strings.CutPrefix(name, t.module+"/")
}

// mayImport says whether the table lets home import the folder dir.
func mayImport(home room, dir string) bool {
	target, known := roomOf(dir)
	return known && (target.name == home.name || slices.Contains(home.imports, target.name))
}

// standard says whether an import path is of the standard library: those have
// no dot in their first element. The pseudo package C counts as standard.
func standard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// testLibrary says whether an import path belongs to a library made for tests.
func testLibrary(name string) bool {
	return inRoom(name, "github.com/rogpeppe/go-internal") || inRoom(name, "pgregory.net/rapid")
}
