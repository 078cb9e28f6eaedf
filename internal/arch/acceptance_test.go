package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// acceptance is the list of rows, each of which must be a test.
const acceptance = "../../docs/acceptance.md"

// lastRows are the numbers of the last row of each kind.
func lastRows() map[string]int { return map[string]int{"A": 78, "S": 27} }

// TestEveryRowIsATest holds the list of rows to the tests: each row is there, some
// test names it, and those that the list names do.
func TestEveryRowIsATest(t *testing.T) {
	stored, err := os.ReadFile(acceptance)
	if err != nil {
		t.Fatal(err)
	}
	tests, err := findTests("../..")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	var b strings.Builder
	for line := range strings.Lines(string(stored)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 6 || !rowPattern.MatchString(strings.TrimSpace(cells[1])) {
			b.WriteString(line)
			continue
		}
		row := strings.TrimSpace(cells[1])
		if listed[row] {
			t.Errorf("row %s is there twice", row)
		}
		listed[row] = true
		if len(tests[row]) == 0 {
			t.Errorf("no test names row %s,%s", row, cells[2])
		}
		for _, name := range strings.Split(strings.TrimSpace(cells[4]), ", ") {
			if !slices.Contains(tests[row], name) && os.Getenv("UPDATE_GENERATED") == "" {
				t.Errorf("row %s is not played by %s any more; UPDATE_GENERATED=1 go test ./internal/arch -run EveryRow writes who does", row, name)
			}
		}
		fmt.Fprintf(&b, "|%s|%s|%s| %s |\n", cells[1], cells[2], cells[3], strings.Join(tests[row], ", "))
	}
	for kind, last := range lastRows() {
		for n := 1; n <= last; n++ {
			if row := fmt.Sprint(kind, n); !listed[row] {
				t.Errorf("row %s is not in %s", row, acceptance)
			}
		}
	}
	if os.Getenv("UPDATE_GENERATED") != "" {
		if err := os.WriteFile(acceptance, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFindTests plants files that name rows, and some that only seem to.
func TestFindTests(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a_test.go": "package a\n\n// A3 some_row: words.\nfunc TestWords(t *testing.T) { t.Run(\"A4 x\", f); use(\"A5\") }\n\n" +
			"// words\nfunc TestA1AndS2Words(t *testing.T) {}\n\n// A6 helps\nfunc help() {}\n",
		"a.go":    "package a\n\n// A7 is no test.\nfunc TestA7(t int) {}\n",
		"s.txtar": "# A8: words, but not XA9\nexec x\n-- A10 --\n# A11\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests, err := findTests(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"A1": "`TestA1AndS2Words`", "S2": "`TestA1AndS2Words`", "A3": "`TestWords`", "A4": "`TestWords`", "A8": "`s.txtar`"}
	for row, name := range want {
		if !slices.Equal(tests[row], []string{name}) {
			t.Errorf("row %s is played by %v, want %s", row, tests[row], name)
		}
	}
	if len(tests) != len(want) {
		t.Errorf("found %v", tests)
	}
}

var (
	rowPattern = regexp.MustCompile(`^[AS][0-9]+$`)
	// inName finds rows in the name of a Go test, such as TestA1AndA2, and inText in
	// comments and in names of subtests.
	inName = regexp.MustCompile(`(?:^(?:Test|Fuzz|Benchmark)|And)([AS][0-9]+)`)
	inText = regexp.MustCompile(`\b([AS][0-9]+)(?:\b|_[a-z])`)
)

// findTests returns, for each row, what names it: Go tests as the folder and the
// name, scripts by their path.
func findTests(root string) (map[string][]string, error) {
	tests := map[string][]string{}
	add := func(rows [][]string, name string) {
		for _, row := range rows {
			if !slices.Contains(tests[row[1]], name) {
				tests[row[1]] = append(tests[row[1]], name)
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && (entry.Name() == "node_modules" || entry.Name() == ".git") {
				return fs.SkipDir
			}
			return err
		}
		place, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch place = filepath.ToSlash(place); {
		case strings.HasSuffix(place, "_test.go") && !strings.HasPrefix(place, "internal/arch/"):
			return goTests(path, place, add)
		case strings.HasSuffix(place, ".txtar"):
			text, err := os.ReadFile(path)
			add(inText.FindAllStringSubmatch(comments(string(text)), -1), "`"+place+"`")
			return err
		}
		return nil
	})
	return tests, err
}

// comments are the comments of a script.
func comments(text string) string {
	var b strings.Builder
	script, _, _ := strings.Cut("\n"+text, "\n-- ") // behind that are its files
	for line := range strings.Lines(script) {
		if strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// goTests adds the tests of a Go file: by their names, their comments, and the names
// of their subtests.
func goTests(path, place string, add func(rows [][]string, name string)) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || !inName.MatchString(f.Name.Name) && !strings.HasPrefix(f.Name.Name, "Test") {
			continue
		}
		dir := strings.TrimSuffix(place[:strings.LastIndexByte(place, '/')+1], "/")
		name := fmt.Sprintf("`%s`", strings.TrimPrefix(dir+" "+f.Name.Name, " "))
		add(inName.FindAllStringSubmatch(f.Name.Name, -1), name)
		add(inText.FindAllStringSubmatch(f.Doc.Text(), -1), name)
		ast.Inspect(f, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok && isRun(call) {
				if text, ok := call.Args[0].(*ast.BasicLit); ok {
					add(inText.FindAllStringSubmatch(text.Value, -1), name)
				}
			}
			return true
		})
	}
	return nil
}

// isRun says whether a call begins a subtest.
func isRun(call *ast.CallExpr) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Run" && len(call.Args) == 2
}
