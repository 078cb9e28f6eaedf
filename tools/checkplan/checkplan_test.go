package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plannedTests = `package planted

import "testing"

func TestGood(t *testing.T)    {}
func TestBad(t *testing.T)     { t.Error("the reason stands here") }
func TestSkipped(t *testing.T) { t.Skip("not on this machine") }
func TestPartly(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("left out", func(t *testing.T) { t.Skip() })
}
func TestParts(t *testing.T) { t.Run("good", func(t *testing.T) {}) }

type s struct{}
func (s) TestMethod(t *testing.T) {}
// func TestInComment(t *testing.T) {}
`

// plant makes a module with the tests above, a plan that asks for the given
// rows, and returns its folder.
func plant(t *testing.T, rows ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                 "module example.org/planted\n\ngo 1.26\n",
		"doc.go":                 "package planted\n",
		"all_test.go":            plannedTests,
		"other/other_test.go":    "package other\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) {}\n",
		"hidden/hidden_test.go":  "//go:build never\n\npackage hidden\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) {}\n",
		"broken/broken_test.go":  "package broken\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) { undefined() }\n",
		"noise/noise_test.go":    "package noise\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) { println(`{\"Action\":\"x\"`) }\n",
		"exits/exits_test.go":    "package exits\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestGood(t *testing.T) {}\n\nfunc TestMain(m *testing.M) { m.Run(); os.Exit(3) }\n",
		"panics/panics_test.go":  "package panics\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) { panic(1) }\n",
		"shapes/shapes_test.go":  "package shapes\n\nfunc TestNothing() {}\n\nfunc TestTwo(a, b *testing.T) {}\n",
		"syntax/syntax_test.go":  "package syntax\n\nfunc TestGood(\n",
		"docs/plans/056-some.md": "# Plan\n\n| test | package | what it proves |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n",
	} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func check56(t *testing.T, dir string) (code int, stdout, stderr string) {
	t.Helper()
	var out, said strings.Builder
	code = run(t.Context(), []string{"--plan", "56", "--dir", dir}, &out, &said)
	return code, out.String(), said.String()
}

// TestVerdicts wants the right verdict for each test of one plan, in its order.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	dir := plant(t,
		"| `TestGood` | `.` | it works |",
		"| TestBad | . | it fails |",
		"| TestSkipped | . | it is skipped |",
		"| TestPartly | . | a part is skipped |",
		"| TestGood | other/ | another package |",
		"| TestNowhere | . | it is missing |",
		"| TestGood | nowhere | no such folder |",
		"| TestMethod | . | a method is no test |",
		"| TestInComment | . | a comment is no test |",
		"| TestNothing | shapes | it takes nothing |",
		"| TestTwo | shapes | it takes two |",
		"| TestGood | syntax | it is not Go |",
		"| TestParts | . | its parts pass |",
	)
	code, stdout, stderr := check56(t, dir)
	want := []string{
		"passed   TestGood       all_test.go:5",
		"failed   TestBad        all_test.go:6",
		"skipped  TestSkipped    all_test.go:7",
		"skipped  TestPartly     all_test.go:8",
		"passed   TestGood       other/other_test.go:5",
		"missing  TestNowhere    .",
		"missing  TestGood       nowhere",
		"missing  TestMethod     .",
		"missing  TestInComment  .",
		"missing  TestNothing    shapes",
		"missing  TestTwo        shapes",
		"missing  TestGood       syntax",
		"passed   TestParts      all_test.go:12",
	}
	lines := strings.Split(stdout, "\n")[1:]
	for i, line := range want {
		if !strings.HasPrefix(lines[i], line) {
			t.Errorf("row %d is %q, not %q", i+1, lines[i], line)
		}
	}
	for _, text := range []string{
		"TestSkipped: skipped: a skipped test proves nothing",
		"TestPartly: skipped: skipped parts: left_out",
		"TestNowhere: missing: . has no func TestNowhere(*testing.T)",
		"3 of 13 required tests ran and passed",
	} {
		if !strings.Contains(stdout, text) {
			t.Errorf("the report lacks %q", text)
		}
	}
	if code != 1 || !strings.Contains(stderr, "the reason stands here") {
		t.Errorf("exit %d, want 1 with the reason among the progress\n%s%s", code, stdout, stderr)
	}
}

// TestPackageFaults wants a verdict for packages whose tests do not simply run.
func TestPackageFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pkg  string
		code int
		want string
	}{
		{"other", 0, "1 of 1 required tests ran and passed"},
		{"noise", 0, "1 of 1 required tests ran and passed"},
		{"hidden", 1, "not run  TestGood  hidden/hidden_test.go:7"},
		{"broken", 1, "not run  TestGood  broken/broken_test.go:5"},
		{"panics", 1, "failed   TestGood"},
		{"exits", 1, "the package failed"},
	} {
		t.Run(c.pkg, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := check56(t, plant(t, "| TestGood | "+c.pkg+" | it works |"))
			if code != c.code || !strings.Contains(stdout, c.want) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
}

// TestUsage wants exit 2 and a reason when the plan cannot be found or read.
func TestUsage(t *testing.T) {
	t.Parallel()
	good := plant(t, "| TestGood | . | it works |")
	twice := plant(t, "| TestGood | . | it works |")
	write(t, filepath.Join(twice, "docs", "plans", "56-other.md"), "")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no number", []string{"--dir", good}, "give --plan 56"},
		{"no such plan", []string{"--plan", "57", "--dir", good}, "no docs/plans/057-*.md"},
		{"two plans", []string{"--plan", "56", "--dir", twice}, "two plans"},
		{"no such flag", []string{"--plam", "56"}, "not defined"},
		{"an argument", []string{"--plan", "56", "now"}, `unexpected argument "now"`},
		{"no rows", []string{"--plan", "56", "--dir", plant(t)}, "no table of tests"},
	} {
		var stdout, stderr strings.Builder
		code := run(t.Context(), c.args, &stdout, &stderr)
		if code != 2 || !strings.Contains(stderr.String(), c.want) || stdout.Len() > 0 {
			t.Errorf("%s: exit %d, stderr %q, want 2 and %q", c.name, code, stderr.String(), c.want)
		}
	}
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"--help"}, &stdout, &stderr); code != 0 {
		t.Errorf("--help exits %d", code)
	}
}

// TestParsePlan reads tables as people write them.
func TestParsePlan(t *testing.T) {
	t.Parallel()
	const head = "| Test | Package | What it proves |\n|:--|---|--:|\n"
	for _, c := range []struct{ name, text, want string }{
		{"plain", head + "| TestA | . | works |\n", "TestA . works 3;"},
		{"ticks and slashes", head + "|`TestA`|`./cmd/x/`|`x` works with `y`|\n", "TestA cmd/x `x` works with `y` 3;"},
		{"line ends", strings.ReplaceAll(head+"| TestA | . | works |\n", "\n", "\r\n"), "TestA . works 3;"},
		{"two tables", head + "| TestA | . | a |\n\ntext\n\n" + head + "| TestB | b | b |", "TestA . a 3;TestB b b 9;"},
		{"another table", "| name | package | x |\n|---|---|---|\n| TestA | . | a |\n\n" + head + "| TestB | . | b |", "TestB . b 7;"},
		{"fenced", "```\n" + head + "| TestA | . | a |\n```\n" + head + "| TestB | . | b |", "TestB . b 8;"},
		{"more columns", "| test | package | proves | since |\n|---|---|---|---|\n| TestA | . | a | 1 |", "TestA . a 3;"},
	} {
		wanted, err := parsePlan(c.text)
		var got strings.Builder
		for _, w := range wanted {
			fmt.Fprintf(&got, "%s %s %s %d;", w.test, w.pkg, w.proves, w.line)
		}
		if err != nil || got.String() != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got.String(), err, c.want)
		}
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "no table of tests"},
		{"twice", head + "| TestA | . | a |\n| TestA | ./ | b |", "line 4 asks for TestA in ., as line 3 does"},
		{"no test", head + "| Smoke | . | a |", `"Smoke" is not the name`},
		{"a pattern", head + "| Test.* | . | a |", "is not the name"},
		{"no package", head + "| TestA | | a |", "names no package"},
		{"outside", head + "| TestA | ../x | a |", "not below the root"},
		{"absolute", head + "| TestA | /etc | a |", "not below the root"},
		{"no reason", head + "| TestA | . |", "does not say what it proves"},
	} {
		if _, err := parsePlan(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
