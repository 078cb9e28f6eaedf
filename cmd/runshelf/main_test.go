package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

// TestEndToEndTwoRuns builds the program and lets it run twice, as a newcomer
// would.
func TestEndToEndTwoRuns(t *testing.T) {
	program := filepath.Join(t.TempDir(), "runshelf")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	command(t, ".", "go", "build", "-o", program, ".")
	dir := t.TempDir()
	command(t, dir, program, "sim", "--ticks", "20")
	first := runs(t, dir)
	if len(first) != 1 {
		t.Fatalf("one run left the directories %v", first)
	}
	before := contents(t, filepath.Join(dir, "logs", first[0]))
	command(t, dir, program, "sim", "--ticks", "20")
	both := runs(t, dir)
	if len(both) != 2 {
		t.Fatalf("two runs left the directories %v", both)
	}
	for name, content := range contents(t, filepath.Join(dir, "logs", first[0])) {
		if !bytes.Equal(before[name], content) {
			t.Errorf("the second run changed %s of the first", name)
		}
	}
	second := both[0]
	if second == first[0] {
		second = both[1]
	}
	for _, id := range both {
		if len(contents(t, filepath.Join(dir, "logs", id))["events.jsonl"]) == 0 {
			t.Errorf("%s has no events", id)
		}
	}
	if target, err := os.Readlink(filepath.Join(dir, "logs", "latest")); err != nil || target != second {
		t.Errorf("latest -> %q, %v; want %q", target, err, second)
	}
}

func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// runs returns the names of the run directories, sorted.
func runs(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "logs"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if !regexp.MustCompile(`^run_\d{8}_\d{6}(_\d+)?$`).MatchString(e.Name()) {
			t.Errorf("the directory %s is not named by its time", e.Name())
		}
		names = append(names, e.Name())
	}
	return names
}

// contents returns the files of a run by name.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
