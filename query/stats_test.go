package query

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// runOf puts a log into a run directory of its own.
func runOf(t testing.TB, log string) *shelf.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run_20260115_120000")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), []byte(log), 0o666); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// summary is the groups in one line each.
func summary(c *Counts) string {
	var b strings.Builder
	for _, g := range c.Groups {
		fmt.Fprintf(&b, "%s=%d[%d,%d] ", g.JSON, g.Count, g.First, g.Last)
	}
	return strings.TrimSpace(b.String())
}

// TestSecondsOfCenturies counts over more time than a time.Duration holds.
func TestSecondsOfCenturies(t *testing.T) {
	for last, want := range map[string]float64{
		"1700-01-01T00:00:01.25Z": 1.25, "1700-01-02T00:00:00Z": 86400, "2100-01-01T00:00:00Z": 146097 * 86400, "9999-12-31T23:59:59Z": 3031512*86400 - 1,
	} {
		log := `{"timestamp":"1700-01-01T00:00:00Z","event_type":"a"}` + "\n" + `{"timestamp":"` + last + `","event_type":"a"}` + "\n"
		counts, _, err := Stats(runOf(t, log), "", Filter{})
		if err != nil || counts.Seconds() != want {
			t.Errorf("to %s: %v s, want %v (%v)", last, counts.Seconds(), want, err)
		}
	}
}

func TestStats(t *testing.T) {
	log := `{"sequence":1,"event_type":"a","n":1,"o":{"k":"x"}}
{"sequence":2,"event_type":"b","n":1,"o.k":"dotted"}
{"sequence":3,"event_type":"a","n":"1","o":{"k":"x"}}
broken
{"sequence":4,"event_type":"a","n":12345678901234567890,"o":3,"level":"WARN","cause":2}
`
	tests := []struct {
		by, want string
		missing  uint64
	}{
		{"", `"a"=3[1,4] "b"=1[2,2]`, 0},
		{"n", `1=2[1,2] "1"=1[3,3] 12345678901234567890=1[4,4]`, 0},
		{"o.k", `"x"=2[1,3] "dotted"=1[2,2]`, 1},
		{"o.k.z", ``, 4},
		{"level", `"INFO"=3[1,3] "WARN"=1[4,4]`, 0},
		{"cause", `2=1[4,4]`, 3},
		{"sequence", `1=1[1,1] 2=1[2,2] 3=1[3,3] 4=1[4,4]`, 0},
		{"none", ``, 4},
	}
	run := runOf(t, log)
	for _, tt := range tests {
		t.Run("by_"+tt.by, func(t *testing.T) {
			counts, report, err := Stats(run, tt.by, Filter{})
			if err != nil || report.Broken != 1 || report.Matched != 4 || counts.Events != 4 {
				t.Fatalf("%v, %+v, %d events", err, report, counts.Events)
			}
			if got := summary(counts); counts.Missing != tt.missing || got != tt.want {
				t.Errorf("%s, %d missing; want %s, %d", got, counts.Missing, tt.want, tt.missing)
			}
		})
	}
}

func TestStatsTimes(t *testing.T) {
	counts, _, err := Stats(runOf(t, sample(31)), event.KeyType, Filter{Types: []string{"t*"}})
	if err != nil || counts.Seconds() != 30 {
		t.Errorf("%v seconds, %v; want 30", counts.Seconds(), err)
	}
	if got, want := summary(counts), `"tick"=21[1,31] "transfer"=10[3,30]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestStatsBounded counts a field with more values than are told apart.
func TestStatsBounded(t *testing.T) {
	var log strings.Builder
	for i := range 150 {
		fmt.Fprintf(&log, "{\"n\":%d}\n", i)
	}
	fmt.Fprintf(&log, "{\"n\":%q}\n", strings.Repeat("x", maxValue))
	tally := newTally("n", nil)
	tally.limit = 100
	blocks := newBlocks(strings.NewReader(log.String()), int64(log.Len()))
	blocks.each = 64
	newWork := func() func(*block, *partial) *partial { return newCounter("n", nil, Filter{}).block }
	if err := inTurns(blocks, newWork, tally.deliver); err != nil {
		t.Fatal(err)
	}
	c := tally.counts()
	for i, g := range c.Groups {
		if n, err := strconv.Atoi(g.Value); err != nil || n >= tally.limit {
			t.Fatalf("group %d is %s, which came later than the first %d", i, g.Value, tally.limit)
		}
	}
	if len(c.Groups) != 100 || c.Other != 51 || c.Events != 151 {
		t.Errorf("%d groups, %d other, %d events", len(c.Groups), c.Other, c.Events)
	}
}

func TestQuestionsOnRun(t *testing.T) {
	run := runOf(t, sample(20))
	var first, last []string
	if _, err := Scan(run, Filter{Types: []string{"transfer"}}, collect(&first)); err != nil || len(first) != 6 {
		t.Errorf("scan: %d, %v", len(first), err)
	}
	if _, err := Last(run, Filter{}, 3, collect(&last)); err != nil || len(last) != 3 || !strings.Contains(last[2], `"sequence":20`) {
		t.Errorf("last: %q, %v", last, err)
	}
	var followed []string
	if r, err := Follow(t.Context(), run, Filter{}, collect(&followed), FollowOptions{}); err != nil || r.Matched != 20 {
		t.Errorf("follow: %d, %v", r.Matched, err)
	}
	if err := os.Remove(filepath.Join(run.Dir, shelf.EventsFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(run, Filter{}, collect(&first)); err == nil {
		t.Error("scan of a run without events gave no error")
	}
}

// A timestamp that is none, although it looks like one of ours, is no bound.
func TestStatsOfTimesThatAreNone(t *testing.T) {
	log := ""
	for i, at := range []string{"2026-01-15T12:00:00.000001Z", "2026-13-15T12:00:00.000000Z", "2026-01-15T12:00:01.00000xZ", "0000-00-00T00:00:00.000000Z", "2026-01-15T12:00:01.000000Z"} {
		log += fmt.Sprintf(`{"timestamp":%q,"sequence":%d,"event_type":"a"}`+"\n", at, i+1)
	}
	c, _, err := Stats(runOf(t, log), "", Filter{})
	if err != nil || c.Seconds() != 0.999999 {
		t.Errorf("%s to %s, %v", c.FirstTime, c.LastTime, err)
	}
}

// Times and sequences that are long for what they say are those of their groups too.
func TestStatsOfLongTimes(t *testing.T) {
	long := "." + strings.Repeat("0", 300)
	log := fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00%sZ","sequence":7,"event_type":"a"}
{"timestamp":"2026-01-15T13:00:01%s+01:00","sequence":8,"event_type":"a"}
{"timestamp":"2026-01-15T12:00:02Z","sequence":9%s,"event_type":"b"}
{"timestamp":"%s","sequence":10,"event_type":"c"}
`, long, long, long, strings.Repeat("x", 300))
	c, _, err := Stats(runOf(t, log), "", Filter{})
	if err != nil || len(c.Groups) != 3 {
		t.Fatalf("%+v, %v", c, err)
	}
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	a, b := c.Groups[0], c.Groups[1]
	if a.First != 7 || a.Last != 8 || !a.FirstTime.Equal(noon) || !a.LastTime.Equal(noon.Add(time.Second)) ||
		b.First != 0 || !b.FirstTime.Equal(noon.Add(2*time.Second)) || !c.Groups[2].FirstTime.IsZero() || c.Groups[2].Last != 10 {
		t.Errorf("%+v", c.Groups)
	}
}
