package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWholeProgram measures a little and puts the table into a page.
func TestWholeProgram(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "PAGE.md")
	if err := os.WriteFile(page, []byte("# Page\n"+inReadme.Start()+inReadme.End()+"\nend\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := parse([]string{"-quick", "-dir", dir, "-only", "small typed ×1|latency", "-contenders", "^zerolog$", "-write", page})
	if err != nil {
		t.Fatal(err)
	}
	var out, log strings.Builder
	s.out, s.log = &out, &log
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Page\n", "| Runshelf | nothing | **", "| zerolog |", "| crash |", "\nend\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
	if !strings.Contains(out.String(), "small typed ×1: cost") {
		t.Errorf("what is printed lacks the aims:\n%s", out.String())
	}
	if strings.Contains(string(got), "logrus |") {
		t.Errorf("the page has a line for what was not measured:\n%s", got)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "runshelf-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestBadCommandLines(t *testing.T) {
	for want, args := range map[string][]string{
		"unexpected argument":          {"small"},
		"at least one":                 {"-rounds", "0"},
		"-only":                        {"-only", "("},
		"-contenders":                  {"-contenders", "("},
		"writing the table to":         {"-write", filepath.Join(t.TempDir(), "none.md")},
		inReadme.Start() + " is missi": {"-write", "main_test.go", "-rounds", "1"},
	} {
		if _, err := parse(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%q) says %v, want %q", args, err, want)
		}
	}
}
