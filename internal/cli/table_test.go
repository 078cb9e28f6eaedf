package cli

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"pgregory.net/rapid"
)

// cellText is what may stand in a cell.
var cellText = rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.StringMatching(`[a-c日é]{0,9}`),
	rapid.SampledFrom([]string{"", "日本", "é", "👩‍👩‍👧", "~", " ", "plain enough", "a longer one that is plain"}))

// TestTable lays tables out once more, in a plain way.
func TestTable(t *testing.T) {
	colors := rapid.SampledFrom([]string{colorNone, colorBold, colorRed, colorPurple})
	rapid.Check(t, func(rt *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(rt, "columns")
		var all [][]cell
		var parts []*rows
		right := map[int]bool{rapid.IntRange(0, 3).Draw(rt, "right"): true}
		for range rapid.IntRange(0, 3).Draw(rt, "parts") {
			part := table{parts: []*rows{{}}}
			for range rapid.IntRange(0, 4).Draw(rt, "rows") {
				row := make([]cell, columns)
				for i := range row {
					row[i] = cell{cellText.Draw(rt, "text"), colors.Draw(rt, "color")}
				}
				part.add(row...)
				all = append(all, row)
			}
			parts = append(parts, part.parts...)
		}
		made, colored := table{parts: parts, right: right}, rapid.Bool().Draw(rt, "colored")
		var got strings.Builder
		w := bufio.NewWriterSize(&got, 16) // most rows do not fit
		if err := made.write(w, colored, " "); err != nil {
			rt.Fatal(err)
		}
		_ = w.Flush()
		if want := laidOut(all, right, colored); got.String() != want || made.count() != len(all) {
			rt.Fatalf("got %d rows\n%q, want %d\n%q", made.count(), got.String(), len(all), want)
		}
	})
}

// laidOut is what a table looks like.
func laidOut(all [][]cell, right map[int]bool, colored bool) string {
	widths := make([]int, 4)
	for _, row := range all {
		for i, c := range row {
			widths[i] = max(widths[i], displaywidth.String(c.text))
		}
	}
	var text strings.Builder
	for _, row := range all {
		line := " "
		for i, c := range row {
			pad, shown := strings.Repeat(" ", widths[i]-displaywidth.String(c.text)), paint(colored, c.color, c.text)
			switch {
			case right[i]:
				line += pad + shown
			case i < len(row)-1:
				line += shown + pad
			default:
				line += shown
			}
			line += "  "
		}
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return text.String()
}

func TestIsPlainText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SliceOfN(rapid.OneOf(rapid.ByteRange(0x20, 0x7e), rapid.ByteRange(0x20, 0x7e), rapid.Byte()), 0, 20).Draw(rt, "text")
		if got, want := isPlainText(text), isPlainBytes(text); got != want {
			rt.Fatalf("%q: %t, want %t", text, got, want)
		}
	})
	plain := []byte(strings.Repeat("x", 17))
	for at := range plain {
		for c := range 256 {
			text := append([]byte(nil), plain...)
			if text[at] = byte(c); isPlainText(text) != isPlainBytes(text) {
				t.Errorf("%q: %t", text, isPlainText(text))
			}
		}
	}
}

func TestLocalTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		moment := time.Unix(rapid.Int64Range(-1e11, 1e12).Draw(rt, "seconds"), 0)
		if got, want := localTime(moment), moment.Local().Format("2006-01-02 15:04:05"); got != want {
			rt.Fatalf("%s, want %s", got, want)
		}
	})
}

// TestTableFits shows tables of runs on terminals of all widths: no row is wider, and where
// there is room for all nothing is left out.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		kind, columns := rapid.SampledFrom([]string{"usual", "chosen", "groups"}).Draw(rt, "kind"), lsColumns
		if kind != "usual" {
			columns = rapid.SliceOfN(rapid.SampledFrom([]string{"id", "config.agents", "status", "metrics.gini"}), 1, 6).Draw(rt, "columns")
		}
		made := table{right: map[int]bool{2: true}}
		made.header(columns...)
		made.parts = append(made.parts, &rows{widths: make([]int, len(columns))})
		for range rapid.IntRange(1, 4).Draw(rt, "rows") {
			row := make([]cell, len(columns))
			for i := range row {
				row[i].text = cellText.Draw(rt, "text")
			}
			made.add(row...)
		}
		filled := (&table{parts: made.parts[1:]}).widths()
		all := sum(made.widths()) + len(gap)*(len(columns)-1)
		width := rapid.IntRange(2, all+3).Draw(rt, "width")
		yields := lsYields(columns, kind == "usual", func(i int) bool { return filled[i] > 0 })
		if kind == "groups" {
			yields = groupYields(rapid.IntRange(0, len(columns)-1).Draw(rt, "by"), filled)
		}
		made.fit(width, yields)
		var got strings.Builder
		w := bufio.NewWriter(&got)
		if err := made.write(w, false, ""); err != nil {
			rt.Fatal(err)
		}
		_ = w.Flush()
		for line := range strings.Lines(got.String()) {
			if wide := displaywidth.String(strings.TrimSuffix(line, "\n")); wide > width {
				rt.Fatalf("%d columns in %d: %q", wide, width, line)
			}
		}
		if width >= all && len(made.least) > 0 {
			rt.Fatalf("%v although there is room", made.least)
		}
	})
}
