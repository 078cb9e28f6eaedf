package reliability

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// full is set by the flag of the tests that import this package.
var full = flag.Bool("reliability", false, "play all faults at full length and write the counts into docs/reliability.md")

// Full reports whether everything is to be played at full length.
func Full() bool { return *full }

// Times returns how often something is to be played: sample times, or at full
// length all times.
func Times(sample, all int) int {
	if Full() {
		return all
	}
	return sample
}

// Count tells that a test has played a fault n times, for a row of the acceptance
// table. The words of what name the row of the table of counts: a later count of
// the same words takes its place.
func Count(t testing.TB, row, what string, n int) {
	t.Helper()
	t.Logf("%s: %d %s", row, n, what)
	note(t, entry{row, what, fmt.Sprint(n)})
}

// Skip skips a test because the machine does not let it play a fault, and tells
// so in the table of counts.
func Skip(t testing.TB, row, what, why string) {
	t.Helper()
	note(t, entry{row, what, "skipped: " + strings.ReplaceAll(why, "\n", " ")})
	t.Skipf("%s: %s: %s", row, what, why)
}

// note writes a row of the table, at full length.
func note(t testing.TB, e entry) {
	t.Helper()
	if !Full() {
		return
	}
	path, err := document()
	if err == nil {
		err = update(path, func(text string) (string, error) { return enter(text, e, place(time.Now())) })
	}
	if err != nil {
		t.Errorf("writing the count of %q: %v", e.what, err)
	}
}

// document finds docs/reliability.md of the module that the test belongs to.
func document() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "docs", "reliability.md"), nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no module holds the current directory")
		}
		dir = filepath.Dir(dir)
	}
}

// place says when and on what kind of machine the faults are played.
func place(now time.Time) string {
	who := "as another user than root"
	if os.Getuid() == 0 {
		who = "as root"
	}
	return fmt.Sprintf("%s, %s/%s, %s, %d processors, %s",
		now.UTC().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), who)
}

// update changes a file in place. Tests of other packages may do so at the same
// time.
func update(path string, change func(string) (string, error)) error {
	f, err := vfs.OS().OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if held, err := vfs.Lock(f, time.Minute); !held {
		return fmt.Errorf("%s is locked: %w", path, err)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := change(string(old))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := f.Truncate(int64(len(text))); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(text), 0)
	return err
}
