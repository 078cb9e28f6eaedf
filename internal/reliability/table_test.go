package reliability

import "testing"

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
