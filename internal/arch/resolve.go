package arch

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"strconv"
)

// names knows what the identifiers of one package stand for.
type names struct {
	info  *types.Info
	scope *types.Scope
}

// resolve finds out what the identifiers of the sources of p stand for. Nothing
// imported is read, so it is quick; types remain unknown, names do not.
func (t *tree) resolve(p *pkg) *names {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	var files []*ast.File
	for _, f := range p.sources() {
		files = append(files, f.syntax)
	}
	settings := types.Config{
		Importer:    emptyImporter{},
		FakeImportC: true,
		// Imported packages look empty, so there is no end of errors.
		Error: func(error) {},
	}
	checked, _ := settings.Check(p.dir, t.fset, files, info)
	return &names{info: info, scope: checked.Scope()}
}

// imported returns the import path when the identifier names a package.
func (n *names) imported(id *ast.Ident) (string, bool) {
	if used, ok := n.info.Uses[id].(*types.PkgName); ok {
		return used.Imported().Path(), true
	}
	return "", false
}

// packageVariable says whether the identifier is a variable of the package.
func (n *names) packageVariable(id *ast.Ident) bool {
	used, ok := n.info.Uses[id].(*types.Var)
	return ok && used.Parent() == n.scope
}

// builtin says whether the identifier is a built-in function.
func (n *names) builtin(id *ast.Ident) bool {
	_, ok := n.info.Uses[id].(*types.Builtin)
	return ok
}

// emptyImporter stands in for every imported package with one that has a name
// and nothing inside.
type emptyImporter struct{}

// Import implements [types.Importer].
func (emptyImporter) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	imported := types.NewPackage(name, guessName(name))
	imported.MarkComplete()
	return imported, nil
}

// guessName returns the name a package has by custom: the last element of its
// path that is no major version.
func guessName(name string) string {
	base := path.Base(name)
	if regexp.MustCompile(`^v[0-9]+$`).MatchString(base) && path.Dir(name) != "." {
		return path.Base(path.Dir(name))
	}
	return base
}

// importPath returns the path an import names.
func importPath(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return name
}
