package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
)

// find returns the place of a wanted test below dir, as file:line.
func find(dir string, w requirement) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(w.pkg), "*_test.go"))
	if err != nil {
		return "", fmt.Errorf("looking for tests: %w", err)
	}
	var unread error
	for _, name := range names {
		place, err := findIn(dir, name, w.test)
		if place != "" {
			return place, nil
		}
		unread = errors.Join(unread, err)
	}
	if unread != nil {
		return "", unread
	}
	return "", fmt.Errorf("%s has no func %s(*testing.T)", w.pkg, w.test)
}

// findIn returns the place of a test in one file, "" when it is not there.
func findIn(dir, name, test string) (string, error) {
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("looking for tests: %w", err)
	}
	for _, decl := range syntax.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Name.Name != test || !takesT(f.Type) {
			continue
		}
		shown, err := filepath.Rel(dir, name)
		if err != nil {
			shown = name
		}
		return fmt.Sprintf("%s:%d", filepath.ToSlash(shown), files.Position(f.Pos()).Line), nil
	}
	return "", nil
}

// takesT says whether a function has the one parameter of a test. The go
// command judges the rest.
func takesT(f *ast.FuncType) bool {
	if f.Params.NumFields() != 1 || f.Results.NumFields() != 0 || f.TypeParams.NumFields() != 0 {
		return false
	}
	star, ok := f.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch t := star.X.(type) {
	case *ast.SelectorExpr:
		return t.Sel.Name == "T"
	case *ast.Ident:
		// The package testing may be imported with a dot.
		return t.Name == "T"
	}
	return false
}
