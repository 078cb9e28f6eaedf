package shelf

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// reliability makes the tests write what they have counted into the table of
// docs/reliability.md: go test . ./shelf -reliability
var reliability = flag.Bool("reliability", false, "write the counts into docs/reliability.md")

// count tells how many faults a test has played, for a row of the table.
func count(t testing.TB, row, what string, n int) {
	t.Helper()
	t.Logf("%s: %d %s", row, n, what)
	if !*reliability {
		return
	}
	if err := writeCount("../docs/reliability.md", row, what, n); err != nil {
		t.Error(err)
	}
}

// writeCount puts one count into the table of a document, in place of an earlier
// one of the same words. Tests of other packages may do so at the same time.
func writeCount(path, row, what string, n int) error {
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
	const head = "| row | what was played | times |\n|---|---|---:|\n"
	before, table, found := strings.Cut(string(old), head)
	if !found {
		return fmt.Errorf("%s has no table of counts", path)
	}
	rows := strings.SplitAfter(table, "|\n")
	rest := rows[len(rows)-1]
	rows = slices.DeleteFunc(rows[:len(rows)-1], func(r string) bool { return strings.Contains(r, "| "+what+" |") })
	rows = append(rows, fmt.Sprintf("| %s | %s | %d |\n", row, what, n))
	slices.Sort(rows)
	content := []byte(before + head + strings.Join(rows, "") + rest)
	if err := f.Truncate(int64(len(content))); err != nil {
		return err
	}
	_, err = f.WriteAt(content, 0)
	return err
}
