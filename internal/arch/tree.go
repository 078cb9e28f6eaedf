package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the parsed source of a repository.
type tree struct {
	root     string
	module   string
	fset     *token.FileSet
	packages []*pkg
	broken   []Finding
}

// pkg is the Go files of one folder, tests included.
type pkg struct {
	// dir is the path below the root; "" is the root itself.
	dir string
	// nested says that the folder belongs to another module than the root.
	nested bool
	files  []*file
}

// file is one parsed Go file.
type file struct {
	path      string
	test      bool
	generated bool
	lines     int
	syntax    *ast.File
}

// sources returns the files that are no tests.
func (p *pkg) sources() []*file {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.test })
}

// readTree parses every Go file below root. A file that does not parse becomes
// a finding: the rest of the tree is still checked.
func readTree(root string) (*tree, error) {
	module, err := modulePath(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	t := &tree{root: root, module: module, fset: token.NewFileSet()}
	err = t.walk("", false)
	return t, err
}

// modulePath reads the module line of a go.mod.
func modulePath(name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("finding the module: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		if rest, found := strings.CutPrefix(line, "module "); found {
			return strings.Trim(strings.TrimSpace(rest), `"`), nil
		}
	}
	return "", fmt.Errorf("finding the module: %s has no module line", name)
}

// walk reads the folder dir and those below it.
func (t *tree) walk(dir string, nested bool) error {
	entries, err := os.ReadDir(filepath.Join(t.root, filepath.FromSlash(dir)))
	if err != nil {
		return fmt.Errorf("reading the tree: %w", err)
	}
	if dir != "" && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" }) {
		nested = true
	}
	p := &pkg{dir: dir, nested: nested}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir():
			if !skipped(entry.Name()) {
				err = t.walk(name, nested)
			}
		case strings.HasSuffix(name, ".go") && entry.Type().IsRegular():
			err = t.add(p, name)
		}
		if err != nil {
			return err
		}
	}
	if len(p.files) > 0 {
		t.packages = append(t.packages, p)
	}
	return nil
}

// skipped says which folders hold no source of ours: the go command leaves out
// the first three as well, the last holds what npm brings.
func skipped(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") ||
		strings.HasPrefix(name, "_") || name == "node_modules"
}

// add parses one file into p.
func (t *tree) add(p *pkg, name string) error {
	content, err := os.ReadFile(filepath.Join(t.root, filepath.FromSlash(name)))
	if err != nil {
		return fmt.Errorf("reading the tree: %w", err)
	}
	syntax, err := parser.ParseFile(t.fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.broken = append(t.broken, parseFinding(name, err))
		return nil
	}
	p.files = append(p.files, &file{
		path:      name,
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
		lines:     bytes.Count(content, []byte("\n")),
		syntax:    syntax,
	})
	return nil
}

// parseFinding tells the first fault of a file that is not Go.
func parseFinding(name string, err error) Finding {
	found := Finding{File: name, Line: 1, Rule: "parse", Message: err.Error(), Advice: "make it compile"}
	if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
		found.Line, found.Message = list[0].Pos.Line, list[0].Msg
	}
	return found
}
