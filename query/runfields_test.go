package query

import (
	"strings"
	"testing"
)

const runLine = `{"run_id":"run_1","name":"baseline","tags":["paper","fig 2"],"notes":[{"at":"2026-01-15T12:00:00.000000Z","text":"doubled"}],"pinned":false,` +
	`"status":"completed","started_at":"2026-01-15T12:00:00.000000Z","ended_at":"2026-01-15T12:00:04.000000Z","duration_s":4,"kind":"simulation",` +
	`"program":{"name":"economy","version":"2"},"config":{"agents":12},"seed":42,"events":{"count":9,"bytes":2048,"by_type":{"tick":3}},"metrics":{"gini":0.4}}`

// TestWhereRunMeans asks about a run what the table of runs shows of it, by the names
// that stand there.
func TestWhereRunMeans(t *testing.T) {
	for source, want := range map[string]bool{
		`events < 10`: true, `events > 10`: false, `10 > events`: true, `events == 9`: true, `events != 9`: false, `not (events == 9)`: false,
		`events * 2 == 18`: true, `events / duration > 2`: true, `events in [8, 9]`: true, `events.count == 9`: true, `events.by_type.tick == 3`: true,
		`program == "economy"`: true, `program != "economy"`: false, `"economy" == program`: true, `program in ["economy","exchange"]`: true,
		`program matches "^eco"`: true, `program contains "con"`: true, `program startsWith "x"`: false, `program.version == "2"`: true,
		`id == "run_1"`: true, `id startsWith "run_"`: true, `started > "2026-01-01" && ended < "2026-02-01"`: true, `duration < 10`: true, `size > 1000`: true,
		// what is compared with nil, named in brackets or declared by let stays as it is
		`events == nil`: false, `events != nil`: true, `git == nil`: true, `run["events"] < 10`: false, `run["id"] == nil`: true, `let events = 99; events > 10`: true,
		`let config = 5; config == 5`: true, `config == {"agents": 12}`: true, `"agents" in config`: true, `"paper" in tags`: true, `tags contains "paper"`: true,
		`tags == ["paper","fig 2"]`: true, `any(notes, .text contains "doubled")`: true, `len(tags) > 1`: true, `run["config"] == config`: true,
	} {
		w, err := CompileWhere(source, AboutRuns)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := w.Matcher().Match([]byte(runLine)); got != want {
			t.Errorf("%s is %t", source, got)
		}
	}
}

// TestWhereRunWhole refuses to compare the whole of an object with a value, which no
// run could answer, and names a member.
func TestWhereRunWhole(t *testing.T) {
	for source, want := range map[string]struct {
		column int
		says   string
	}{
		`config > 5`:                         {1, "config.seed"},
		`status == "failed" && metrics < .4`: {23, "metrics.gini"},
		`"vm" == host`:                       {9, "host.hostname"},
		`git startsWith "ab"`:                {1, "git.commit"},
		`usage + 1 > 2`:                      {1, "usage.user_s"},
		`logger contains "1"`:                {1, "logger.version"},
		`tags == "paper"`:                    {1, `"paper" in tags`},
		`tags in ["paper"]`:                  {1, `"paper" in tags`},
		`len(name) > 2 || notes matches "d"`: {18, "notes"},
	} {
		_, err := CompileWhere(source, AboutRuns)
		wrong, ok := err.(*WhereError)
		if !ok || wrong.Column != want.column || !strings.Contains(wrong.Message, want.says) {
			t.Errorf("%s: %v", source, err)
		}
	}
	for source := range map[string]bool{`config > 5`: true, `events < 10`: true, `id == 3`: true, `tags == "paper"`: true} {
		if w, err := CompileWhere(source, AboutEvents); err != nil || w.Matcher().Match([]byte(`{"config":{},"events":[],"tags":[]}`)) {
			t.Errorf("%s about an event: %v", source, err)
		}
	}
}
