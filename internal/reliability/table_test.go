package reliability

import (
	"os"
	"strings"
	"testing"
)

func TestEnter(t *testing.T) {
	const text = "words\n\n" + placeHead + "never.\n\n" + tableHead + "| A9 | nine | 9 |\n| A51 | b | 2 |\n\nend\n"
	got, err := enter(text, entry{"A51", "b", "skipped: no disk"}, "today")
	if err == nil {
		got, err = enter(got, entry{"A51", "a", "7"}, "today")
	}
	if err == nil {
		got, err = enter(got, entry{"A10", "c", "1"}, "today")
	}
	want := "words\n\n" + placeHead + "today.\n\n" + tableHead +
		"| A9 | nine | 9 |\n| A10 | c | 1 |\n| A51 | a | 7 |\n| A51 | b | skipped: no disk |\n\nend\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := enter("no table", entry{"A1", "a", "1"}, "today"); err == nil {
		t.Error("a document without a table was taken")
	}
}

// classes are the kinds of faults that the table must tell of: how often each was
// played, or why it could not be.
func classes() []string {
	return []string{
		"kill -9 at a random moment", "killed at a system call", "error from a system call",
		"small disk: no space", "small disk: no inodes", "limit on the length of files", "/dev/full",
		"read-only mount", "permission denied", "no file descriptors", "power cut on ext4", "power cut on xfs",
		"states after a power cut", "failing operations", "removed 200 runs", "single bytes of a closed log",
	}
}

// The table tells of every class of fault.
func TestEveryClassIsTold(t *testing.T) {
	path, err := document()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), tableHead)
	if !found {
		t.Fatal("there is no table of counts")
	}
	for _, class := range classes() {
		if !strings.Contains(table, class) {
			t.Errorf("the table of counts does not tell of %q: make reliability writes it", class)
		}
	}
}
