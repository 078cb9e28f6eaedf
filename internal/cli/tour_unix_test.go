//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTour types every command that the README shows behind a "$ ", in order and
// in one directory, and wants what stands below it there. What is different each
// time (ids, times, durations, rates, the width of columns) is not compared.
//
// UPDATE_TOUR=1 writes what the commands say now into the README instead.
func TestTour(t *testing.T) {
	t.Parallel()
	readme, err := filepath.Abs("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	say := newWalk(t)
	if os.Getenv("UPDATE_TOUR") != "" {
		told := retell(string(text), func(command string) string {
			time.Sleep(time.Second) // each run gets an id of its own
			return say(command)
		})
		if err := os.WriteFile(readme, []byte(told), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	commands := 0
	told := retell(string(text), func(command string) string { commands++; return say(command) })
	if commands < 10 {
		t.Errorf("the tour has %d commands", commands)
	}
	compareTours(t, lasting(string(text)), lasting(told))
}

// compareTours finds the first line that is another one.
func compareTours(t *testing.T, written, told []string) {
	t.Helper()
	for i := range max(len(written), len(told)) {
		if i >= len(written) || i >= len(told) || written[i] != told[i] {
			from, few := max(0, i-3), i+4
			t.Fatalf("the tour is another one (UPDATE_TOUR=1 writes it anew)\nREADME  %q\nnow     %q",
				written[from:min(few, len(written))], told[from:min(few, len(told))])
		}
	}
}

// retell puts below each command of the fenced blocks what say gives for it.
func retell(text string, say func(command string) string) string {
	parts := strings.Split(text, "\n```")
	for i := 1; i < len(parts); i += 2 {
		steps, isTour := strings.CutPrefix(parts[i], "\n$ ")
		if !isTour {
			continue
		}
		parts[i] = ""
		for n, step := range strings.Split(steps, "\n\n$ ") {
			command, _, _ := strings.Cut(step, "\n")
			parts[i] += "\n\n"[1-min(n, 1):] + "$ " + command + strings.TrimRight("\n"+say(command), "\n")
		}
	}
	return strings.Join(parts, "\n```")
}

// newWalk returns what runs a command line as a person types it into a terminal,
// beside the examples, and gives back what both streams say.
func newWalk(t *testing.T) func(command string) string {
	t.Helper()
	dir, home := t.TempDir(), t.TempDir()
	examples, err := filepath.Abs("../../examples")
	if err == nil {
		err = os.Symlink(examples, filepath.Join(dir, "examples"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(command string) string {
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C", "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); err != nil && code != 1 { // 1 is an answer of diff
			t.Fatalf("$ %s: %v\n%s", command, err, out)
		}
		return string(out)
	}
}

// lasting is a text, by lines, without what is different each time.
func lasting(text string) []string {
	ids := map[string]string{}
	text = regexp.MustCompile(`run_\d{8}_\d{6}(_\d+)?`).ReplaceAllStringFunc(text, func(id string) string {
		if ids[id] == "" {
			ids[id] = fmt.Sprintf("RUN%d", len(ids)+1)
		}
		return ids[id]
	})
	for _, r := range []struct{ from, to string }{
		{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z)?|\d\d:\d\d:\d\d\.\d+`, "TIME"},
		{`\b(\d+\.\d\d? ?s|\d+m\d\ds|\d+h\d\dm)\b`, "DURATION"},
		{`(%  +)\d+\.\d  `, "${1}RATE  "},
		{` +`, " "},
	} {
		text = regexp.MustCompile(r.from).ReplaceAllString(text, r.to)
	}
	return strings.Split(text, "\n")
}
