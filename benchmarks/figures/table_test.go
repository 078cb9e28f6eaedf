package figures

import (
	"strings"
	"testing"
)

func TestDuration(t *testing.T) {
	for ns, want := range map[float64]string{
		0.5: "0.50 ns", 7.04: "7.04 ns", 42.06: "42.1 ns", 312.4: "312 ns", 999.4: "999 ns",
		999.6: "1.00 µs", 1234: "1.23 µs", 99_960: "100 µs", 999_400: "999 µs", 999_600: "1.00 ms", 2.5e9: "2500 ms",
	} {
		if got := Duration(ns); got != want {
			t.Errorf("Duration(%v) = %q, want %q", ns, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	table := NewTable("what", "one", "two")
	table.Add("a", "1", "2")
	table.Write(&b)
	if want := "| what | one | two |\n|---|---:|---:|\n| a | 1 | 2 |\n"; b.String() != want {
		t.Errorf("table:\n%s\nwant:\n%s", b.String(), want)
	}
}
