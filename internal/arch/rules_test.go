package arch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/runshelf/internal/arch"
)

// TestRules checks planted trees, each of which breaks a rule, and one that
// breaks none. The head of an archive lists the findings that must come, in
// order: the place and the rule of each, and a part of its text.
func TestRules(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no planted trees: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			root := t.TempDir()
			want := plant(t, name, root)
			found, err := arch.Check(root)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, found, want)
		})
	}
}

// compare wants exactly the findings that the head of an archive lists.
func compare(t *testing.T, found []arch.Finding, want []string) {
	t.Helper()
	for i, line := range want {
		place, text, _ := strings.Cut(line, " … ")
		if i >= len(found) {
			t.Errorf("not found: %s", line)
			continue
		}
		got := found[i].String()
		if !strings.HasPrefix(got, place) || !strings.Contains(got, text) {
			t.Errorf("finding %d is\n\t%s\nnot\n\t%s", i+1, got, line)
		}
	}
	for _, extra := range found[min(len(want), len(found)):] {
		t.Errorf("found too much: %s", extra)
	}
}

// plant lays out the files of an archive below root and returns the lines of its
// head. A file begins with a line "-- name --"; "{lines N}" stands for N empty
// comment lines.
func plant(t *testing.T, name, root string) []string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile(`(?m)^-- (.+) --\n`).Split(string(content), -1)
	heads := regexp.MustCompile(`(?m)^-- (.+) --\n`).FindAllStringSubmatch(string(content), -1)
	for i, head := range heads {
		write(t, filepath.Join(root, filepath.FromSlash(head[1])), spread(parts[i+1]))
	}
	return strings.Split(strings.TrimSpace(parts[0]), "\n")[1:]
}

// spread replaces the marker of a long stretch by the lines it stands for.
func spread(text string) string {
	return regexp.MustCompile(`(?m)^\{lines [0-9]+\}$`).ReplaceAllStringFunc(text, func(marker string) string {
		n := 0
		for _, digit := range strings.Trim(marker, "{lines }") {
			n = n*10 + int(digit-'0')
		}
		return strings.TrimSuffix(strings.Repeat("//\n", n), "\n")
	})
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

// TestCheckWithoutModule wants an error, not an empty answer, for a folder that
// is no module.
func TestCheckWithoutModule(t *testing.T) {
	root := t.TempDir()
	if found, err := arch.Check(root); err == nil {
		t.Errorf("an empty folder has %d findings and no error", len(found))
	}
	write(t, filepath.Join(root, "go.mod"), "go 1.26\n")
	if _, err := arch.Check(root); err == nil || !strings.Contains(err.Error(), "module line") {
		t.Errorf("a go.mod without a module line gives %v", err)
	}
	if _, err := arch.Measure(t.TempDir()); err == nil {
		t.Error("an empty folder can be measured")
	}
}

// TestMeasure wants the figures of a planted tree.
func TestMeasure(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example.org/planted\n")
	sizes, err := arch.Measure(root)
	if err != nil || sizes != (arch.Sizes{}) {
		t.Errorf("no function gives %+v, %v", sizes, err)
	}
	write(t, filepath.Join(root, "a.go"), "package a\n\nfunc one() {}\n\nfunc two() {\n}\n\nfunc four() {\n\n\n}\n")
	write(t, filepath.Join(root, "a_test.go"), "package a\n\nfunc long() {"+strings.Repeat("\n", 99)+"}\n")
	sizes, err = arch.Measure(root)
	want := arch.Sizes{Functions: 3, Median: 2, P90: 4, Longest: 4}
	if err != nil || sizes != want {
		t.Errorf("got %+v, %v, not %+v", sizes, err, want)
	}
}
