package query

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// filterOf makes a filter of an expression.
func filterOf(t testing.TB, source string) Filter {
	t.Helper()
	w, err := CompileWhere(source, AboutEvents)
	if err != nil {
		t.Fatal(err)
	}
	return Filter{Where: w}
}

func TestNeedlesOf(t *testing.T) {
	for source, want := range map[string]string{
		`event_type == "transfer"`:                   `"transfer"`,
		`"transfer" == event_type`:                   `"transfer"`,
		`a == "xy" && b == "xyz" && c == "x"`:        `"xyz"`,
		`sender in ["alpha", "beta"]`:                `"alpha" "beta"`,
		`a.b == "alpha"`:                             `"alpha"`,
		`text contains "bid"`:                        `bid`,
		`text startsWith "bid"`:                      `bid`,
		`event_type == "transfer" && len(tags) == 2`: `"transfer"`,

		`not (event_type == "transfer")`:           ``,
		`event_type != "transfer"`:                 ``,
		`event_type == "a" || event_type == "bcd"`: ``,
		`level == "INFO"`:                          ``,
		`event["level"] == "INFO"`:                 ``,
		`amount == 5000`:                           ``,
		`sender in ["alpha", 5]`:                   ``,
		`sender == "é"`:                            ``,
		`path == "a/b"`:                            ``,
		`text endsWith "\"quoted"`:                 ``,
		`text contains "x"`:                        ``,
		`text contains "a\"b"`:                     ``,
		`text contains "a/b"`:                      ``,
		`text startsWith "one\ntwo"`:               ``,
		`text startsWith "é"`:                      ``,
		`a in ["ab","cd","ef","gh","ij"]`:          ``,
	} {
		n := needlesOf(filterOf(t, source))
		if n.shortest() == 0 {
			n = nil
		}
		if got := strings.Join(n, " "); got != want {
			t.Errorf("%s: needles %s, want %s", source, got, want)
		}
	}
	for pattern, want := range map[string]string{"transfer": `"transfer"`, "mint_*": `"mint_`, "*": ``, "[a]b": ``, `a\*`: `"a`, "é*": ``} {
		if got := strings.Join(needlesOf(Filter{Types: []string{pattern}}), " "); got != want && (want != "" || newFinder(needles{got}, processor.Best) != nil) {
			t.Errorf("%s: needles %s, want %s", pattern, got, want)
		}
	}
}

// TestNeedlesChangeNothing asks the same questions with lines passed over and
// with every line read.
func TestNeedlesChangeNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		`{"sequence":1,"event_type":"transfer","sender":"alpha"}`, `{"sequence":2,"event_type":"tick"}`, `{"event_type":"trans\u0066er","sequence":3}`,
		`{"event\u005ftype":"transfer","sequence":4}`, `{"sequence":5,"event_type":"tick","event_type":"transfer"}`, `{"sequence":6,"event_type":"transfer","event_type":"tick"}`,
		`{"sequence":7,"event_type":"tick","text":"\"event_type\":\"transfer\""}`, `{"sequence":8,"event_type":"tick","x":{"event_type":"transfer"}}`,
		`{"sequence":9,"event_type":"transfer","x`, `transfer`, `"transfer"`, "", "\x00\x00", `{"sender":["alpha","beta"],"sequence":10}`, `{"level":"WARN","sender":"a\u006cpha"}` + "\r",
		`{"sequence":11,"event_type":"trans\ud800fer"}`, `{"sequence":12,"event_type":"transfer","pad":"` + strings.Repeat("y", 700) + `"}`,
	})
	filters := []Filter{
		{Types: []string{"transfer"}}, {Types: []string{"tr*"}}, {Types: []string{"transfer", "tick"}}, {Types: []string{"t?ansfer"}},
		filterOf(t, `event_type == "transfer"`), filterOf(t, `sender == "alpha" && sequence > 0`), filterOf(t, `sender contains "alpha"`),
		filterOf(t, `event_type in ["transfer","rare"]`), filterOf(t, `level == "INFO" && sender == "alpha"`), filterOf(t, `not (sender == "alpha")`),
		filterOf(t, `x.event_type == "transfer"`),
	}
	rapid.Check(t, func(rt *rapid.T) {
		log := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(rt, "pieces"), "\n") + rapid.SampledFrom([]string{"", "\n"}).Draw(rt, "end")
		f := rapid.SampledFrom(filters).Draw(rt, "filter")
		f.unit = new(rapid.SampledFrom(processor.Here()).Draw(rt, "unit"))
		var want, got []string
		careful, err := last(strings.NewReader(log), int64(len(log)), f, 1000, collect(&want))
		if err != nil {
			rt.Fatal(err)
		}
		blocks := cutInto(log, rapid.Int64Range(1, 5000).Draw(rt, "each"), rapid.IntRange(1, 4).Draw(rt, "workers"))
		report, err := scanBlocks(blocks, f, collect(&got))
		if err != nil {
			rt.Fatal(err)
		}
		places := careful.Broken > maxBrokenAt || slices.Equal(report.BrokenAt, careful.BrokenAt)
		if careful.Lines, careful.BrokenAt = report.Lines, report.BrokenAt; !places || !reflect.DeepEqual(report, careful) {
			rt.Fatalf("with lines passed over %+v, with every line read %+v", report, careful)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("with lines passed over %q, with every line read %q", got, want)
		}
	})
}

// TestNeedlesPassOver shows that lines are passed over at all, and that a torn
// last line is seen in any case.
func TestNeedlesPassOver(t *testing.T) {
	log := strings.Repeat(`{"event_type":"tick","n":1}`+"\n", 1000) + `{"event_type":"transfer"}` + "\n" + `{"event_type":"ti`
	_, report := scanText(t, log, Filter{Types: []string{"transfer"}})
	if report.Lines != 2 || report.Matched != 1 || report.Broken != 1 || !report.Torn {
		t.Errorf("%+v, want two lines read: the transfer and the torn one", report)
	}
	dense := strings.Repeat(`{"event_type":"transfer"}`+"\n", 100_000)
	if lines, _ := scanText(t, dense, Filter{Types: []string{"transfer"}}); len(lines) != 100_000 {
		t.Errorf("%d lines, want all", len(lines))
	}
}
